"""Who may take which step of an engagement. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from services.deals.registrations.lifecycle import LIVE as LIVE_DEALS
from shared.errors import Conflict, Fault, Invalid

SOURCE: Final = "source"
ROLES: Final = ("co_sell", "influence", "fulfil", "implement")
MODES: Final = ("private", "partner_led", "co_sell")
LIVE: Final = ("draft", "in_approval", "pending", "accepted")
# States in which the invited partner knows of it.
KNOWN: Final = ("pending", "accepted")
# A deal in none of these has ended without a sale.
OPEN_DEALS: Final = (*LIVE_DEALS, "won")
# Why an engagement was ended that nobody has ended.
DEAL_NOT_OPEN: Final = "deal_not_open"
TERMINATED: Final = "partner_terminated"

_ANSWERS: Final = ("accept", "decline", "leave")
_LEADS: Final = ("invite", "withdraw", "end")
Side = Literal["vendor", "source", "partner", "neither"]


class AlreadyEngaged(Conflict):
    """The partner takes part in this deal in this role, or is invited to."""

    code, title = "already_engaged", "Engaged already"


class DealNotOpen(Conflict):
    """Nobody takes part in a deal that has ended without a sale."""

    code, title = "deal_not_open", "The deal is not open"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an engagement is to be: who brings whom into a deal, and how."""

    source_partner_id: str
    partner_id: str
    mode: str
    deal_status: str
    needs_approval: bool


def require_possible(wanted: Wanted, *, side: Side) -> None:
    """Raise Invalid for an engagement that makes no sense, DealNotOpen for a deal that nobody takes part in."""
    faults = []
    if wanted.partner_id == wanted.source_partner_id:
        faults.append(Fault("/partner_id", "same_partner", "Another partner than the one the deal belongs to."))
    if wanted.mode == "private" and wanted.needs_approval:
        faults.append(
            Fault("/mode", "needs_approval", "What the vendor approves first is not private between partners.")
        )
    if wanted.mode == "private" and side == "vendor":
        faults.append(Fault("/mode", "partners_only", "A private engagement is begun by the partner of the deal."))
    if faults:
        raise Invalid(errors=faults)
    require_open(wanted.deal_status)


def require_open(deal_status: str) -> None:
    """Raise DealNotOpen for a deal that has ended without a sale."""
    if deal_status not in OPEN_DEALS:
        raise DealNotOpen()


def kept_from(side: Side, *, mode: str) -> Collection[str]:
    """Return the actions that are not this side's: whoever invites does not answer, and nobody else does either.

    In a private engagement the vendor looks on; in any other it leads beside the source partner.
    """
    if side == "source":
        return _ANSWERS
    if side == "partner":
        return _LEADS
    if side == "vendor":
        return (*_ANSWERS, *(_LEADS if mode == "private" else ()))
    return (*_ANSWERS, *_LEADS, "edit")


def not_now(
    side: Side,
    *,
    at: datetime,
    expires_at: datetime | None,
    partner_is_inactive: bool,
    source_is_inactive: bool,
    deal_is_over: bool,
) -> Collection[str]:
    """Return the actions for which it is too late, or for which somebody in it has to be active.

    Whether a partner is active that another invites, only the vendor is told.
    """
    shut = deal_is_over or (side == "vendor" and partner_is_inactive)
    kept = {
        "invite": shut or source_is_inactive,
        "approve": shut,
        "accept": deal_is_over or partner_is_inactive or (expires_at is not None and expires_at <= at),
    }
    return tuple(action for action, is_kept in kept.items() if is_kept)


def after_invitation(*, needs_approval: bool, side: Side) -> str:
    """Return the state that an invitation leads to: the vendor's own needs nobody's approval."""
    return "in_approval" if needs_approval and side != "vendor" else "pending"


def others(participants: Iterable[tuple[str, str]], *, than: str) -> list[dict[str, str]]:
    """Return who else co-sells, in one order, for a participant: partner and role."""
    return [{"partner_id": partner_id, "role": role} for partner_id, role in sorted(participants) if partner_id != than]
