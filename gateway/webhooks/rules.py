"""Decisions about deliveries: what an endpoint wants, how it is signed, when to try again, when to give up."""

import base64
import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from gateway.publish.references import PREFIXES

# Standard Webhooks recommends a schedule of this kind; ours reaches from 5 s to 24 h, then every 24 h.
SCHEDULE: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 10_800, 21_600, 43_200, 86_400)
)
GIVE_UP_AFTER: Final = timedelta(days=5)
ROTATION_OVERLAP: Final = timedelta(hours=24)
_JITTER: Final = 0.2
_UNLIKE_OTHERS: Final = {"people": "person"}


def object_of(subject: str) -> str:
    """Return which kind of resource an id names; the prefix itself where it is none of the known ones."""
    prefix = subject.rpartition("_")[0]
    if prefix.startswith("op_"):
        return "operation"
    noun = PREFIXES.get(prefix, prefix)
    last = _UNLIKE_OTHERS.get(noun, noun).replace("-", "_")
    for plural, singular in (("ies", "y"), ("ches", "ch"), ("s", "")):
        if last.endswith(plural):
            return last.removesuffix(plural) + singular
    return last


def unknown(types: Sequence[str], known: Collection[str]) -> list[int]:
    """Return the places of the filters that no event will ever pass."""
    return [place for place, each in enumerate(types) if not any(wants(kind, [each]) for kind in known)]


def wants(event_type: str, types: Sequence[str]) -> bool:
    """Tell whether an endpoint with these type filters gets the event: exact, or a prefix ending in `.*`; none means all."""
    if not types:
        return True
    return any(event_type == each or (each.endswith(".*") and event_type.startswith(each[:-1])) for each in types)


def signature(*, message_id: str, timestamp: int, body: bytes, secrets: Sequence[bytes]) -> str:
    """Return the `webhook-signature` header: one `v1,<base64 HMAC-SHA256>` a live secret, separated by spaces."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return " ".join(
        f"v1,{base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()}" for secret in secrets
    )


def next_attempt(*, attempts: int, first_at: datetime, now: datetime, chance: float) -> datetime | None:
    """Return when to try again after `attempts` failures, or None when it is time to give up.

    `chance` in [0, 1) spreads the attempts of many deliveries by up to a fifth.
    """
    if now - first_at >= GIVE_UP_AFTER:
        return None
    return now + SCHEDULE[min(attempts, len(SCHEDULE)) - 1] * (1 + _JITTER * chance)


def succeeded(status: int | None) -> bool:
    """Tell whether a receiver's answer counts as received: any 2xx."""
    return status is not None and 200 <= status < 300


def sent_again(status: str, *, only_unreceived: bool) -> bool:
    """Tell whether a recovery sends a delivery again: never what waits to be sent anyway."""
    return status == "failed" or (status == "succeeded" and not only_unreceived)
