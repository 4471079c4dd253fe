"""Reading the forms of RFC 6749, and its errors."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote_plus

FORM: Final = "application/x-www-form-urlencoded"
LONGEST_FIELD: Final = 8192


class OAuthError(Exception):
    """A refusal as RFC 6749, section 5.2, words it."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        self.error, self.description, self.status = error, description, status
        super().__init__(error)


@dataclass(frozen=True, slots=True)
class ClientCredentials:
    """What a client says of itself."""

    client_id: str
    client_secret: str


def form(content_type: str, body: bytes) -> dict[str, str]:
    """Return the fields of a form; raises OAuthError for another type, bad encoding, or a field given twice."""
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise OAuthError("invalid_request", f"The body must be {FORM}.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=50
        )
    except ValueError:
        raise OAuthError("invalid_request", "The form cannot be read.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise OAuthError("invalid_request", "A field is given twice.")
    if any("\0" in text or len(text) > LONGEST_FIELD for pair in pairs for text in pair):
        raise OAuthError("invalid_request", "The form cannot be read.")
    return fields


def required(fields: Mapping[str, str], name: str) -> str:
    """Return a field; raises OAuthError when it is missing or empty."""
    value = fields.get(name, "")
    if not value:
        raise OAuthError("invalid_request", f"The field {name} is missing.")
    return value


def credentials(authorization: str, fields: Mapping[str, str]) -> ClientCredentials:
    """Return the client's credentials, from HTTP Basic or from the form; raises OAuthError for none or for both."""
    scheme, _, encoded = authorization.partition(" ")
    in_form = "client_secret" in fields
    if scheme.lower() == "basic":
        if in_form:
            raise OAuthError("invalid_request", "Authenticate in one way only.")
        return _from_basic(encoded.strip())
    if not in_form or not fields.get("client_id"):
        raise OAuthError("invalid_client", "Client authentication is missing.", status=401)
    return ClientCredentials(fields["client_id"], fields["client_secret"])


def _from_basic(encoded: str) -> ClientCredentials:
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
        name, colon, secret = text.partition(":")
        if not colon:
            raise ValueError("no colon")
        return ClientCredentials(unquote_plus(name, errors="strict"), unquote_plus(secret, errors="strict"))
    except (binascii.Error, ValueError):
        raise OAuthError("invalid_client", "Client authentication cannot be read.", status=401) from None
