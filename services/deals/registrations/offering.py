"""What a deal does not let be done now, though its status would: by its dates, its partner, its cases and what was done before. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from services.deals.four_eyes.rules import barred_from, is_among
from services.deals.pipelines.rules import BUILT_IN
from services.deals.registrations.rules import (
    APPEAL_WINDOW,
    REINSTATEMENT_WINDOW,
    REOPEN_WINDOW,
    ends_at,
    renews_nothing,
)
from services.deals.screening.queries import stands_against
from services.deals.screening.tables import UNDECIDED
from shared.auth.principal import Caller

_Deal = Mapping[str, Any]
_NEEDS_ACTIVE_PARTNER: Final = ("submit", "approve", "appeal", "stage", "extend", "reopen", "reinstate")
_FIRST_STAGE: Final = BUILT_IN.first.code
_DECIDED_BY_STAFF: Final = frozenset({"in_review", "expired"})


def ruled_out(deal: _Deal, caller: Caller) -> tuple[str, ...]:
    """Return the actions that a deal keeps from a caller when it is read; of its cases only who decides about it is told."""
    out: tuple[str, ...] = _NEEDS_ACTIVE_PARTNER if deal["partner_is_inactive"] else ()
    if deal["status"] in _DECIDED_BY_STAFF and caller.is_vendor and is_among(barred_from(deal), caller):
        # Nobody approves or reinstates what they have had a hand in.
        out += ("approve", "reinstate")
    of_status = _OF_STATUS.get(deal["status"])
    return out if of_status is None else out + of_status(deal)


def is_tendered(deal: _Deal) -> bool:
    """Tell whether a registration waits for the award of a tender, which decides it."""
    return deal["status"] == "in_review" and deal["tender_id"] is not None


def _in_review(deal: _Deal) -> tuple[str, ...]:
    """A tender decides its own; what is approved in steps is routed, the rest by the desk; and cases come first."""
    if is_tendered(deal):
        return ("approve", "route")
    out: tuple[str, ...] = ("approve",) if deal["approval_steps"] else ("route",)
    latest = deal["latest_case"] and orjson.loads(deal["latest_case"])
    if latest and stands_against(latest):
        return (*out, "approve", "route")
    return (*out, "route") if latest and latest["status"] in UNDECIDED else out


def _rejected(deal: _Deal) -> tuple[str, ...]:
    """A rejection is appealed against once, and in time; what a tender has decided is not."""
    is_final = deal["appealed_at"] is not None or deal["tender_id"] is not None
    return ("appeal",) if is_final or deal["asked_at"] - deal["decided_at"] > APPEAL_WINDOW else ()


def _approved(deal: _Deal) -> tuple[str, ...]:
    """More time is given from the second stage on, while some is left to ask for and none is asked for, and before the end.

    Which stage is the first of a pipeline of the vendor's own is not looked up.
    """
    ended = ends_at(deal)
    if ended is not None and ended <= deal["asked_at"]:
        return ("extend", *_too_late_to_win(deal, ended=ended))
    is_first = deal["pipeline_id"] is None and deal["stage"] == _FIRST_STAGE
    return ("extend",) if is_first or not deal["extensions_left"] else ()


def _lost(deal: _Deal) -> tuple[str, ...]:
    """What is lost comes back in time, for what is left of its protection; a renewal with nothing left to renew does not."""
    until, at = deal["protected_until"], deal["asked_at"]
    is_over = at - deal["lost_at"] > REOPEN_WINDOW or (until is not None and until <= at)
    return ("reopen",) if is_over or renews_nothing(deal) else ()


def _expired(deal: _Deal) -> tuple[str, ...]:
    ended = ends_at(deal)
    is_over = ended is not None and deal["asked_at"] - ended > REINSTATEMENT_WINDOW
    return (("reinstate",) if is_over else ()) + _too_late_to_win(deal, ended=ended)


def _too_late_to_win(deal: _Deal, *, ended: datetime | None) -> tuple[str, ...]:
    """A sale is reported until the tail of the protection has passed."""
    tail = deal["tail_days"]
    is_over = ended is not None and tail is not None and deal["asked_at"] >= ended + timedelta(days=tail)
    return ("win",) if is_over else ()


_OF_STATUS: Final = {
    "in_review": _in_review,
    "rejected": _rejected,
    "approved": _approved,
    "lost": _lost,
    "expired": _expired,
}
