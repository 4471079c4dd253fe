"""One-time passwords by the clock (RFC 6238), with SHA-1, six digits and steps of 30 seconds, as every app has them."""

import base64
import hmac
import re
import secrets
from typing import Final
from urllib.parse import quote, urlencode

STEP_SECONDS: Final = 30
DIGITS: Final = 6
# One step either way, for clocks that differ and fingers that are slow (section 5.2).
_STEPS_AWAY: Final = (0, -1, 1)
_SEED_BYTES: Final = 20
_RECOVERY_CODES: Final = 10
_CODE: Final = re.compile(r"[0-9]{6}")


def new_seed() -> bytes:
    """Return a seed of 160 random bits, as long as the hash that uses it."""
    return secrets.token_bytes(_SEED_BYTES)


def shown(seed: bytes) -> str:
    """Return a seed as people type it into an app: base32 without padding."""
    return base64.b32encode(seed).decode().rstrip("=")


def step_at(seconds: float) -> int:
    """Return the time step of a moment, in seconds since the epoch."""
    return int(seconds) // STEP_SECONDS


def code_at(seed: bytes, step: int) -> str:
    """Return the code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(seed, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(code: str, seed: bytes, *, now: int, after: int) -> int | None:
    """Return the step a code belongs to, near the step `now` and later than `after`; None for a code that is not good."""
    if not _CODE.fullmatch(code):
        return None
    fitting = [now + away for away in _STEPS_AWAY if hmac.compare_digest(code_at(seed, now + away), code)]
    return next((step for step in fitting if step > after), None)


def otpauth_uri(seed: bytes, *, account: str, issuer: str) -> str:
    """Return what a QR code for an authenticator app holds."""
    query = urlencode(
        {"secret": shown(seed), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": STEP_SECONDS},
        quote_via=quote,
    )
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"


def recovery_codes() -> list[str]:
    """Return codes of 80 random bits, each good once, in groups that can be read out."""
    made = (base64.b32encode(secrets.token_bytes(10)).decode() for _ in range(_RECOVERY_CODES))
    return ["-".join(each[place : place + 4] for place in range(0, 16, 4)) for each in made]


def typed(code: str) -> str:
    """Return a code as it was meant: without the spaces and dashes that people put in or leave out."""
    return re.sub(r"[\s-]", "", code).upper()
