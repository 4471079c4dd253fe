"""A partner asks to look at a rejected registration again."""

from services.deals.approval.queries import policy_of_version
from services.deals.directory.queries import active_partner
from services.deals.protection import commands as protection
from services.deals.protection.queries import claim_of
from services.deals.registrations.decisions import UNSPECIFIED
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.rules import APPEAL_WINDOW, AppealedAlready, AppealTooLate
from services.deals.registrations.tables import deals
from services.deals.reviews.commands import awaited
from services.deals.screening.commands import reopen_case
from services.deals.tenders.rules import DecidedByTender
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.approvals import RegistrationAppealed


async def appeal(tx: Tx, *, deal_id: str, reason: str | None, version: int | None) -> Row:
    """Bring a rejected registration before the deal desk once more, with the priority it had.

    A conflict that was upheld against it is decided again. Raises DecidedByTender for what a tender has decided,
    AppealedAlready the second time, AppealTooLate after 10 days, PartnerNotActive.
    """
    deal = await tx.lock_for(deals, deal_id, action="appeal", lifecycle=LIFECYCLE, version=version)
    if deal["tender_id"] is not None:
        raise DecidedByTender()
    if deal["appealed_at"] is not None:
        raise AppealedAlready()
    if tx.now - deal["decided_at"] > APPEAL_WINDOW:
        raise AppealTooLate()
    await active_partner(tx, deal["partner_id"])
    claim = await claim_of(tx, deal_id)
    assert claim is not None, deal_id
    await protection.ask(
        tx,
        deal=deal,
        customer_id=claim["customer_id"],
        family_ordinal=next(iter(claim["family"])).lower,
        priority_no=claim["priority_no"],
    )
    await reopen_case(tx, deal_id, reason=reason)
    appealed = await tx.update(
        deals,
        deal,
        status="in_review",
        appealed_at=tx.now,
        appeal_reason=reason,
        decided_at=None,
        decided_by=None,
        protected_from=None,
        protected_until=None,
        lapses_at=None,
        **await awaited(tx, deal_id, terms=(await policy_of_version(tx, deal["policy_version"])).review),
    )
    event = RegistrationAppealed(deal_id=deal_id, partner_id=appealed["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=appealed, audience=[appealed["partner_id"]])
    return appealed
