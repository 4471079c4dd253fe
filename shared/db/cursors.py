"""Opaque page cursors, signed and bound to what they were made for: tenant, object, filters and sort."""

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from shared.errors import BadRequest


class InvalidCursor(BadRequest):
    """The cursor is not one of this list, or the filters or the sort have changed since."""

    code, title = "invalid_cursor", "Invalid cursor"


class CursorKey:
    """Signs and opens cursors with a key of the installation."""

    def __init__(self, secret: bytes) -> None:
        self._secret = hashlib.blake2b(secret, person=b"prm cursor", digest_size=32).digest()

    def seal(self, position: list[Any], *, bound_to: str) -> str:
        """Return the cursor of a position."""
        body = orjson.dumps(position)
        return base64.urlsafe_b64encode(self._mac(body, bound_to) + body).decode().rstrip("=")

    def open(self, cursor: str, *, bound_to: str) -> list[Any]:
        """Return the position of a cursor; raises InvalidCursor for any other text."""
        try:
            raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError) as error:
            raise InvalidCursor() from error
        mac, body = raw[:16], raw[16:]
        if not hmac.compare_digest(mac, self._mac(body, bound_to)):
            raise InvalidCursor()
        position = orjson.loads(body)
        assert isinstance(position, list)
        return position

    def _mac(self, body: bytes, bound_to: str) -> bytes:
        return hashlib.blake2b(bound_to.encode() + b"\0" + body, key=self._secret, digest_size=16).digest()
