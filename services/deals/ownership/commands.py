"""Giving a deal to another person of its partner."""

from services.deals.four_eyes.rules import barred_from
from services.deals.ownership.people import member_of
from services.deals.ownership.rules import next_owner
from services.deals.ownership.schemas import DealAssignmentIn
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.tables import deals
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.registrations import DealAssigned


async def assign(tx: Tx, body: DealAssignmentIn, *, deal_id: str, version: int | None) -> Row:
    """Give a deal to somebody of its partner who may write deals, and return it; raises Invalid for anybody else.

    Whoever has owned a deal has had a hand in it.
    """
    deal = await tx.lock_for(deals, deal_id, action="assign", lifecycle=LIFECYCLE, version=version)
    pointer, named = _named(body)
    member = await member_of(tx, named, partner_id=deal["partner_id"])
    owner = next_owner(member, owner=deal["owner_account_id"], at=pointer)
    assigned = await tx.update(deals, deal, assigned_to=owner, authors=sorted(barred_from(deal) | {owner}))
    event = DealAssigned(
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        owner_account_id=owner,
        previous_owner_account_id=deal["owner_account_id"],
    )
    tx.emit(event, subject=assigned, audience=[deal["partner_id"]])
    return assigned


def _named(body: DealAssignmentIn) -> tuple[str, str]:
    """Return where somebody is named, and by which id."""
    named = [(f"/{name}", value) for name in ("account_id", "person_id") if (value := getattr(body, name)) is not None]
    if len(named) != 1:
        raise Invalid(errors=[Fault("/account_id", "name_one", "Name either the account or the person.")])
    return named[0]
