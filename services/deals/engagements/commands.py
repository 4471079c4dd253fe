"""Bringing partners into deals. Only the deal's partner and the vendor invite; only the invited one answers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from services.deals.directory.queries import active_partner
from services.deals.engagements import rules, sharing
from services.deals.engagements.queries import REFERENCES, live_of_partner, of_deal, side_of
from services.deals.engagements.schemas import EngagementIn, EngagementPatch, written
from services.deals.engagements.tables import LIFECYCLE, engagement_parties, engagement_references, engagements
from services.deals.registrations.tables import deals
from services.deals.share_templates.queries import template_to_share_by
from services.deals.share_templates.tables import share_templates
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, partner_of, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Forbidden, Invalid
from shared.events.catalog.engagements import (
    EngagementAccepted,
    EngagementDeclined,
    EngagementEnded,
    EngagementExpired,
    EngagementInvited,
    EngagementRejected,
    EngagementRequested,
    EngagementWithdrawn,
)
from shared.events.envelope import Event
from shared.extensions.references import ExternalReferenceTaken

RUNS_OUT: Final = "engagement_expires"


async def draft(tx: Tx, body: EngagementIn) -> Row:
    """Prepare to bring a partner into a deal; whether there is such a partner is told to the vendor alone.

    Raises NotFound for a deal out of view, Invalid, DealNotOpen, AlreadyEngaged, and PartnerNotActive for the vendor.
    """
    deal = await tx.fetch(deals, body.deal_id)
    template = await template_to_share_by(tx, body.share_template)
    source = deal["partner_id"]
    if not is_vendor_side(tx.caller) and tx.caller.partner_id != source:
        raise Forbidden("Only the partner of a deal, or the vendor, brings others into it.")
    wanted = rules.Wanted(source, body.partner_id, body.mode, deal["status"], template["needs_approval"])
    rules.require_possible(wanted, side="vendor" if is_vendor_side(tx.caller) else "source")
    async with tx.as_engine("whoever changes the deal knows that somebody may take part in it"):
        await _require_active(tx, body.partner_id)
        await _watch(tx, await tx.lock(deals, deal["id"]))
    row_id = body.id or tx.new_id("eng")
    await tx.add(engagement_parties, engagement_id=row_id, partner_id=source)
    try:
        return await tx.insert(
            engagements,
            id=row_id,
            deal_id=deal["id"],
            source_partner_id=source,
            partner_id=body.partner_id,
            role=body.role,
            mode=body.mode,
            status="draft",
            share_template_id=template["id"],
            note=body.note,
            revision=0,
            alongside=[],
            created_by=tx.caller.account_id,
            **dict.fromkeys(REFERENCES.values(), []),
        )
    except AlreadyExists:
        if body.id is not None:
            raise
        raise rules.AlreadyEngaged() from None


async def change(tx: Tx, body: EngagementPatch, *, engagement_id: str, version: int | None) -> Row:
    """Change the note of a draft, or what the caller's side calls it elsewhere; raises ExternalReferenceTaken."""
    row = await tx.lock(engagements, engagement_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes = body.changes()
    references = changes.pop("external_references", None)
    if references is not None:
        column = REFERENCES.get(side_of(row, tx.caller))
        if column is None:
            raise Forbidden("Only those who take part in it keep references of it.")
        changes[column] = await _named(tx, row, written(references))
    return await tx.update(engagements, row, **changes)


async def invite(tx: Tx, *, engagement_id: str, version: int | None) -> Row:
    """Invite the partner, or ask the vendor to approve it where the template says so; raises PartnerNotActive, DealNotOpen."""
    row = await _in_turn(tx, engagement_id, "invite", version=version)
    async with tx.as_engine("what the invited partner is shown is not the caller's to see, and nor is the partner"):
        rules.require_open((await tx.fetch(deals, row["deal_id"]))["status"])
        await active_partner(tx, row["source_partner_id"])
        await _require_active(tx, row["partner_id"])
        template = await tx.fetch(share_templates, row["share_template_id"])
        status = rules.after_invitation(needs_approval=template["needs_approval"], side=side_of(row, tx.caller))
        if status == "pending":
            return await _send(tx, row, days=template["invitation_days"])
        asked = await tx.update(engagements, row, status=status)
        _tell(tx, EngagementRequested, asked, audience=[asked["source_partner_id"]])
        return asked


async def approve(tx: Tx, *, engagement_id: str, version: int | None, caller: Caller) -> Row:
    """Let the partner be invited; raises PartnerNotActive for one to which nothing new is given."""
    vendor_only(caller)
    row = await _in_turn(tx, engagement_id, "approve", version=version)
    async with tx.as_engine("what the invited partner is shown is not the caller's to see, and nor is the partner"):
        await _require_active(tx, row["partner_id"])
        template = await tx.fetch(share_templates, row["share_template_id"])
        return await _send(tx, row, days=template["invitation_days"])


async def reject(tx: Tx, *, engagement_id: str, version: int | None, caller: Caller, reason: str | None) -> Row:
    """Keep the partner from being invited; it never learns of it."""
    vendor_only(caller)
    row = await _in_turn(tx, engagement_id, "reject", version=version)
    return await _close(tx, row, EngagementRejected, to="rejected", reason=reason)


async def accept(tx: Tx, *, engagement_id: str, version: int | None, caller: Caller) -> Row:
    """Take part; from now on the deal is shown as the template says. Raises PartnerNotActive, DealNotOpen."""
    partner_of(caller)
    row = await _in_turn(tx, engagement_id, "accept", version=version)
    if row["expires_at"] <= tx.now:
        LIFECYCLE.require("expired", "accept")
    await active_partner(tx, row["partner_id"])
    async with tx.as_engine("a template shows of the deal what its partner shares, and nothing else"):
        deal = await tx.fetch(deals, row["deal_id"])
        rules.require_open(deal["status"])
        seen = await sharing.shown(tx, row, status="accepted", deal=deal)
        accepted = await tx.update(engagements, row, status="accepted", answered_at=tx.now, **seen)
        await sharing.tell_each_other(tx, row["deal_id"])
        accepted = await tx.fetch(engagements, accepted["id"])
    await tx.forget(RUNS_OUT, subject=engagement_id)
    _tell(tx, EngagementAccepted, accepted)
    return accepted


async def decline(tx: Tx, *, engagement_id: str, version: int | None, caller: Caller, reason: str | None) -> Row:
    """Refuse an invitation; what was shown of the deal is gone."""
    partner_of(caller)
    row = await _in_turn(tx, engagement_id, "decline", version=version)
    return await _close(tx, row, EngagementDeclined, to="declined", reason=reason, answered_at=tx.now)


async def withdraw(tx: Tx, *, engagement_id: str, version: int | None, reason: str | None) -> Row:
    """Take an invitation back before it is answered."""
    row = await _in_turn(tx, engagement_id, "withdraw", version=version)
    return await _close(tx, row, EngagementWithdrawn, to="withdrawn", reason=reason)


async def leave(tx: Tx, *, engagement_id: str, version: int | None, caller: Caller, reason: str | None) -> Row:
    """Leave a deal; what was shown of it is gone."""
    partner_of(caller)
    return await _end(tx, await _in_turn(tx, engagement_id, "leave", version=version), reason=reason)


async def end(tx: Tx, *, engagement_id: str, version: int | None, reason: str | None) -> Row:
    """End a partner's part in a deal, by those who lead it."""
    return await _end(tx, await _in_turn(tx, engagement_id, "end", version=version), reason=reason)


async def run_out(tx: Tx, *, engagement_id: str) -> None:
    """End an invitation that nobody has answered in time. For the engine role."""
    await _hold_deal(tx, engagement_id)
    row = await tx.lock(engagements, engagement_id)
    if row["status"] == "pending" and row["expires_at"] <= tx.now:
        await _close(tx, row, EngagementExpired, to="expired")


async def close_for_transfer(tx: Tx, deal_id: str) -> None:
    """End the engagements of a deal that has gone to another partner: it is that one's to decide who takes part. For the engine role."""
    for row in await of_deal(tx, deal_id, statuses=rules.LIVE):
        await _let_go(tx, row, ended_by="transfer")


async def withdraw_unanswered(tx: Tx, deal_id: str) -> None:
    """Take back the invitations into a deal that has ended without a sale. For the engine role."""
    for row in await of_deal(tx, deal_id, statuses=("pending",)):
        await _let_go(tx, row, reason=rules.DEAL_NOT_OPEN)


async def follow_termination(tx: Tx, partner_id: str) -> None:
    """End what a partner takes part in, or is to, now that it is none any more. For the engine role."""
    for known in await live_of_partner(tx, partner_id):
        await tx.lock(deals, known["deal_id"])
        row = await tx.lock(engagements, known["id"])
        if row["status"] in rules.LIVE:
            await _let_go(tx, row, reason=rules.TERMINATED)


async def _let_go(tx: Tx, row: Record, *, reason: str | None = None, ended_by: str | None = None) -> None:
    """End an engagement that nobody ends by hand: one that was accepted is over, any other is taken back."""
    if row["status"] == "accepted":
        await _close(tx, row, EngagementEnded, to="ended", reason=reason, ended_at=tx.now, ended_by=ended_by)
    else:
        await _close(tx, row, EngagementWithdrawn, to="withdrawn", reason=reason, ended_by=ended_by)


async def _require_active(tx: Tx, partner_id: str) -> None:
    """Hold a partner that the vendor brings in; raises PartnerNotActive, or Invalid where there is none.

    No partner learns so who else is one, and how it stands: whom it invites has to be active to accept.
    """
    if is_vendor_side(tx.caller):
        await active_partner(tx, partner_id)


async def _watch(tx: Tx, deal: Record) -> None:
    """From now on whoever changes the deal changes what is shown of it, and who takes part in it."""
    if deal["engaged_at"] is None:
        await tx.update(deals, deal, engaged_at=tx.now)


async def _in_turn(tx: Tx, engagement_id: str, action: str, *, version: int | None) -> Record:
    """Hold an engagement for a step; raises Forbidden when the step is another side's."""
    await _hold_deal(tx, engagement_id)
    row = await tx.lock_for(engagements, engagement_id, action=action, lifecycle=LIFECYCLE, version=version)
    if action in rules.kept_from(side_of(row, tx.caller), mode=row["mode"]):
        raise Forbidden("This step is for another side of the engagement.")
    return row


async def _hold_deal(tx: Tx, engagement_id: str) -> None:
    """Hold the deal before its engagements, as whoever changes the deal does: one step in a deal after the other."""
    seen = await tx.fetch(engagements, engagement_id)
    async with tx.as_engine("steps of all who take part in a deal come one after the other"):
        await tx.lock(deals, seen["deal_id"])


async def _end(tx: Tx, row: Record, *, reason: str | None) -> Row:
    ended_by = side_of(row, tx.caller)
    return await _close(tx, row, EngagementEnded, to="ended", reason=reason, ended_at=tx.now, ended_by=ended_by)


async def _send(tx: Tx, row: Record, *, days: int) -> Row:
    deal = await tx.fetch(deals, row["deal_id"])
    rules.require_open(deal["status"])
    await tx.add(engagement_parties, engagement_id=row["id"], partner_id=row["partner_id"])
    until = tx.now + timedelta(days=days)
    seen = await sharing.shown(tx, row, status="pending", deal=deal)
    sent = await tx.update(engagements, row, status="pending", invited_at=tx.now, expires_at=until, **seen)
    await _watch(tx, deal)
    await tx.remind(RUNS_OUT, subject=row["id"], at=until)
    _tell(tx, EngagementInvited, sent)
    return sent


async def _close(
    tx: Tx, row: Record, event: Callable[..., Event], *, to: str, reason: str | None = None, **facts: Any
) -> Row:
    """Take an engagement out of the invited partner's sight, with all it was shown, and tell those who knew of it."""
    was_known = row["status"] in rules.KNOWN
    async with tx.as_engine("whoever leaves sees no more of it, and others are told who still takes part"):
        closed = await tx.update(engagements, row, status=to, reason=reason, **sharing.NOTHING_SHOWN, **facts)
        await tx.remove(engagement_parties, engagement_id=row["id"], partner_id=row["partner_id"])
        await tx.remove(engagement_references, owner=row["partner_id"], engagement_id=row["id"])
        if row["status"] == "accepted":
            await sharing.tell_each_other(tx, row["deal_id"])
    await tx.forget(RUNS_OUT, subject=row["id"])
    _tell(tx, event, closed, audience=None if was_known else [row["source_partner_id"]])
    return closed


async def _named(tx: Tx, row: Record, references: list[dict[str, str]]) -> list[dict[str, str]]:
    """Keep what the caller's side calls an engagement; raises ExternalReferenceTaken for what it calls another so."""
    owner = tx.caller.partner_id or "vendor"
    for place, each in enumerate(references):
        if each in references[:place]:
            raise Invalid(errors=[Fault(f"/external_references/{place}", "duplicate", "This is named twice.")])
    await tx.remove(engagement_references, owner=owner, engagement_id=row["id"])
    for each in references:
        names = {"system": each["system"], "type": each["type"], "external_id": each["id"]}
        if await tx.add(engagement_references, owner=owner, engagement_id=row["id"], **names) is None:
            raise ExternalReferenceTaken()
    return references


def _tell(tx: Tx, event: Callable[..., Event], row: Row, *, audience: list[str] | None = None) -> None:
    names = ("source_partner_id", "partner_id", "role")
    told = event(engagement_id=row["id"], **{name: row[name] for name in names})
    tx.emit(told, subject=row, audience=audience or [row["source_partner_id"], row["partner_id"]])
