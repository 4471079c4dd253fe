"""What the form operations of OAuth refuse, as RFC 6749 words it: also where the door, or what reads a request, refuses
before they have a word."""

from typing import Final

from gateway.oauth.rules import OAuthError
from shared.errors import Problem
from shared.web.reply import Reply

PATHS: Final = frozenset({"/oauth/token", "/oauth/revoke", "/oauth/introspect"})
# Section 5.2 has none for these; section 4.1.2.1 does, and clients know them.
_ERRORS: Final = {429: "temporarily_unavailable", 500: "server_error", 503: "temporarily_unavailable"}


def reply_of(error: OAuthError) -> Reply:
    """Return the answer that tells a client of a refusal."""
    headers = {"Cache-Control": "no-store"}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="prm"'
    document = {"error": error.error, "error_description": error.description}
    return Reply.json(document, status=error.status, headers=headers)


def reworded(problem: Problem) -> Reply:
    """Return the answer that tells a client of a problem, which keeps its status and what its headers say."""
    error = OAuthError(_ERRORS.get(problem.status, "invalid_request"), problem.detail, status=problem.status)
    reply = reply_of(error)
    reply.headers = {**reply.headers, **problem.headers}
    return reply
