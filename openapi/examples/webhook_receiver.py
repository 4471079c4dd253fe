"""Receives webhooks and verifies them, with the standard library alone: python webhook_receiver.py PORT SECRET_FILE.

The scheme is Standard Webhooks 1.0: HMAC-SHA256 over `<webhook-id>.<webhook-timestamp>.<body>`, base64, one `v1,` entry for
each live secret. Answer 2xx quickly and do the work afterwards; the same webhook-id may come more than once.
"""

import base64
import hashlib
import hmac
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

TOLERANCE_SECONDS = 300


def is_genuine(headers, body, secret):
    """Tell whether a delivery was signed with the secret (`whsec_…`) less than five minutes ago."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < TOLERANCE_SECONDS
    return fresh and any(hmac.compare_digest(expected, each) for each in headers["webhook-signature"].split())


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        genuine = is_genuine(self.headers, body, Path(sys.argv[2]).read_text().strip())
        print("genuine" if genuine else "FORGED", body.decode(), flush=True)
        self.send_response(204 if genuine else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
