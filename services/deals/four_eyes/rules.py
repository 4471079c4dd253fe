"""Who decides nothing about a deal: whoever has made, changed, submitted or owned it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from shared.auth.principal import Caller
from shared.errors import FourEyes


def barred_from(deal: Mapping[str, Any]) -> frozenset[str]:
    """Return the accounts that made, changed, submitted or owned a deal: none of them decides about it."""
    return frozenset({deal["created_by"], *listed(deal["authors"])})


def listed(accounts: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return the accounts of a column, which a list reads as the text that it is stored as."""
    return tuple(orjson.loads(accounts) if isinstance(accounts, str) else accounts or ())


def require_second_person(barred: Iterable[str], *, caller: Caller) -> None:
    """Raise FourEyes for whoever is barred; a key acts as the person whom its secret was shown."""
    if is_among(barred, caller):
        raise FourEyes()


def is_among(accounts: Iterable[str], caller: Caller) -> bool:
    """Tell whether a caller, or the person it acts for, is one of these accounts."""
    return not {caller.account_id, caller.answerable_id}.isdisjoint(accounts)
