"""What an authorization request must be like (RFC 6749, section 4.1.1; RFC 7636; RFC 9207), and how it is answered."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from gateway.roles.rules import BeyondOwnRights, common, merged, require_within
from gateway.tokens.rules import size_of_token
from shared.auth.scopes import is_scope, parse

CODE_SECONDS: Final = 60
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Refused(Exception):
    """What the app is told with the person's return, in the words of RFC 6749, section 4.1.2.1."""

    def __init__(self, error: str, description: str) -> None:
        self.error, self.description = error, description
        super().__init__(error)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an app asks a person for."""

    client_id: str
    redirect_uri: str
    response_type: str
    scope: str | None
    state: str | None
    code_challenge: str | None
    code_challenge_method: str | None


def scopes_asked(asked: Asked, *, registered: Sequence[str], vendor: bool) -> tuple[str, ...]:
    """Return the scopes that an app asks for, all that it was registered with when it names none; raises Refused."""
    if asked.response_type != "code":
        raise Refused("unsupported_response_type", "The response type is code.")
    if asked.code_challenge is None or asked.code_challenge_method != "S256":
        raise Refused("invalid_request", "A code_challenge with the method S256 is required (RFC 7636).")
    if not _CHALLENGE.fullmatch(asked.code_challenge):
        raise Refused("invalid_request", "The code_challenge is not a SHA-256 digest in base64url.")
    wanted = asked.scope.split() if asked.scope else list(registered)
    if not all(is_scope(each) for each in wanted):
        raise Refused("invalid_scope", "A scope is noun:verb or noun:verb:reach.")
    try:
        require_within(wanted, own=parse(" ".join(registered), vendor=vendor), vendor=vendor)
    except BeyondOwnRights:
        raise Refused("invalid_scope", "The app was not registered with one of these scopes.") from None
    return merged(wanted)


def agreed(asked: Sequence[str], *, own: Sequence[str], vendor: bool, largest: int) -> tuple[str, ...]:
    """Return what of the scopes asked for a person can give; raises Refused when that is nothing, or too much."""
    given = tuple(each for each in common(asked, own, vendor=vendor) if not each.startswith("sessions:"))
    if not given:
        raise Refused("invalid_scope", "The person has none of these rights.")
    if size_of_token(given) > largest:
        raise Refused("invalid_scope", "A token with these scopes would be too large; ask for fewer.")
    return given


def proves(verifier: str, challenge: str) -> bool:
    """Tell whether a verifier is the one that a challenge was made of (RFC 7636, section 4.6)."""
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(digest, challenge)


def returning(redirect_uri: str, fields: Mapping[str, str | None], *, issuer: str) -> str:
    """Return the URI that sends a person back to the app; it names the issuer, so that apps with several can tell."""
    query = urlencode({name: value for name, value in {**fields, "iss": issuer}.items() if value is not None})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
