"""What happens while nobody decides about a registration in review: the desk is reminded, then others hear of it."""

from collections.abc import Mapping
from typing import Any

from services.deals.approval.people import able, staff_of
from services.deals.approval.queries import last_facts, policy_of_version
from services.deals.registrations import decisions
from services.deals.registrations.offering import is_tendered
from services.deals.registrations.rules import reasons_for_a_person
from services.deals.registrations.tables import deals
from services.deals.registrations.trace import entry
from services.deals.reviews.commands import DUE, awaited
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Conflict
from shared.events.catalog.reviews import DecisionEscalated, DecisionOverdue, DecisionReminded


async def notice(tx: Tx, deal_id: str, _: Mapping[str, Any]) -> None:
    """Remind the desk of a deal that is not due yet; approve one that is, where the policy says so, or escalate it, once.

    A deal that was in review before decisions were due is due from when it is first looked at here, in full time.
    """
    deal = await tx.lock(deals, deal_id)
    due_at = deal["decision_due_at"]
    if deal["status"] != "in_review" or is_tendered(deal) or deal["decision_escalated_at"] is not None:
        return
    if due_at is None:
        terms = (await policy_of_version(tx, deal["policy_version"])).review
        await tx.update(deals, deal, **await awaited(tx, deal_id, terms=terms))
        return
    if tx.now < due_at:
        await tx.remind(DUE, subject=deal_id, at=due_at)
        reminder = DecisionReminded(deal_id=deal_id, partner_id=deal["partner_id"], due_at=due_at)
        tx.emit(reminder, subject=deal)
        return
    terms = (await policy_of_version(tx, deal["policy_version"])).review
    if terms.approve_on_breach and not reasons_for_a_person(await last_facts(tx, deal_id) or {}):
        try:
            async with tx.savepoint():
                await decisions.approve_held(tx, deal, reason=None, by=decisions.BY_POLICY, how="approved_on_breach")
            return
        except Conflict as refusal:
            # What stands in the way of an approval is for a person to look at.
            trace = [*deal["decision_trace"], entry("approval_deadline", "refused", reasons=[refusal.code])]
            deal = await tx.update(deals, deal, decision_trace=trace)
    await _escalate(tx, deal, role=terms.escalate_to)


async def _escalate(tx: Tx, deal: Record, *, role: str | None) -> None:
    late = await tx.update(deals, deal, decision_escalated_at=tx.now)
    told = {"deal_id": late["id"], "partner_id": late["partner_id"]}
    overdue = DecisionOverdue(**told, due_at=late["decision_due_at"])
    tx.emit(overdue, subject=late, audience=[late["partner_id"]])
    members = (await staff_of(tx, roles=[role])).members.values() if role is not None else ()
    asked = await able(tx, members, partner_id=late["partner_id"])
    tx.emit(DecisionEscalated(**told, role=role, account_ids=sorted(asked)), subject=late)
