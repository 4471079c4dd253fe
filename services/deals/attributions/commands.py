"""Saying whose a deal is: candidates, the lock of a whole split, and amendments of what is locked.

Every change holds the deal's row first, so that of two at once the second sees what the first has left.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from services.deals.attributions import models, rules
from services.deals.attributions.models import Proposed, Touch
from services.deals.attributions.queries import shares, split_of, touches_of
from services.deals.attributions.schemas import (
    AmendIn,
    AttributionIn,
    AttributionPatch,
    ProposalOut,
    ProposedOut,
    ProposeIn,
    TouchOut,
)
from services.deals.attributions.tables import LIFECYCLE, MANUAL, SOLUTION, attributions
from services.deals.directory.queries import partner_of
from services.deals.engagements.rules import SOURCE
from services.deals.registrations.tables import deals
from services.deals.solutions.queries import split_for
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid, InvalidTransition
from shared.events.catalog.attributions import AttributionAmended, AttributionLocked, AttributionSplit, SplitShare
from shared.events.envelope import Event


async def create(tx: Tx, body: AttributionIn, *, caller: Caller) -> Row:
    """Propose a partner's share; raises AllocationCapExceeded, AlreadyExists for a partner that has one on these days."""
    vendor_only(caller)
    _require_days(body.effective_from, body.effective_to)
    await partner_of(tx, body.partner_id)
    await tx.lock(deals, body.deal_id)
    async with tx.as_engine("shares of a deal are of many partners, and all of them count"):
        others = await split_of(tx, deal_id=body.deal_id, credit_type=body.credit_type)
        rules.require_within_cap(
            [
                *shares(others),
                rules.Share(body.partner_id, body.basis_points, body.effective_from, body.effective_to),
            ]
        )
        return await _store(
            tx,
            id=body.id or tx.new_id("atr"),
            model=MANUAL,
            **body.model_dump(exclude={"id"}),
        )


async def change(tx: Tx, body: AttributionPatch, *, attribution_id: str, version: int | None, caller: Caller) -> Row:
    """Change a candidate; raises InvalidTransition for one that is locked, AllocationCapExceeded."""
    vendor_only(caller)
    row = await _held(tx, attribution_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    wanted = {**row, **body.changes()}
    _require_days(wanted["effective_from"], wanted["effective_to"])
    async with tx.as_engine("shares of a deal are of many partners, and all of them count"):
        split = await split_of(tx, deal_id=row["deal_id"], credit_type=row["credit_type"])
        rules.require_within_cap(shares([wanted, *(each for each in split if each["id"] != row["id"])]))
    return await tx.update(attributions, row, **body.changes())


async def remove(tx: Tx, *, attribution_id: str, version: int | None, caller: Caller) -> None:
    """Drop a candidate; raises InvalidTransition for what is locked."""
    vendor_only(caller)
    row = await _held(tx, attribution_id)
    if row["status"] != "candidate":
        raise InvalidTransition("What is locked stays on record; amend it.")
    require_version(row, version)
    await tx.delete(attributions, row)


async def propose(tx: Tx, body: ProposeIn, *, caller: Caller) -> ProposalOut:
    """Work a split out by a model and store it as candidates, in place of those there are.

    Raises InvalidTransition for a split that is locked.
    """
    vendor_only(caller)
    deal = await tx.lock(deals, body.deal_id)
    async with tx.as_engine("shares of a deal are of many partners, and all of them count"):
        split = await split_of(tx, deal_id=deal["id"], credit_type=body.credit_type)
        if any(row["status"] == "locked" for row in split):
            raise InvalidTransition("This split is locked; amend it.")
        for row in split:
            await tx.delete(attributions, row)
        touches = await touches_of(tx, deal)
        proposed = await _proposed(tx, body, deal=deal, touches=touches)
        made = [
            await _store(
                tx,
                id=tx.new_id("atr"),
                deal_id=deal["id"],
                credit_type=body.credit_type,
                model=body.model,
                effective_from=None,
                effective_to=None,
                **asdict(each),
            )
            for each in proposed
        ]
    return ProposalOut(
        **body.model_dump(),
        touches=[TouchOut(**asdict(each)) for each in touches],
        candidates=[ProposedOut(**{name: row[name] for name in ProposedOut.model_fields}) for row in made],
    )


async def lock(tx: Tx, *, attribution_id: str, version: int | None, caller: Caller) -> Row:
    """Lock the whole split that an attribution is a part of; raises AllocationIncomplete unless it is all of the deal."""
    vendor_only(caller)
    await _held(tx, attribution_id)
    row = await tx.lock_for(attributions, attribution_id, action="lock", lifecycle=LIFECYCLE, version=version)
    async with tx.as_engine("shares of a deal are of many partners, and all of them count"):
        split = await split_of(tx, deal_id=row["deal_id"], credit_type=row["credit_type"])
        rules.require_whole(shares(split))
        number = max(each["split_version"] for each in split) + 1
        candidates = [each for each in split if each["status"] == "candidate"]
        locked = [await tx.update(attributions, each, **locked_by(tx, caller, number=number)) for each in candidates]
        for each in locked:
            tell(tx, AttributionLocked, each)
        earlier = [each for each in split if each["status"] == "locked"]
        tell_split(tx, before=earlier, after=[*earlier, *locked], why="locked")
    return next(each for each in locked if each["id"] == row["id"])


async def amend(tx: Tx, body: AmendIn, *, attribution_id: str, version: int | None, caller: Caller) -> Row:
    """Put another split in the place of a locked one, from a day on or from the first; raises AllocationIncomplete.

    The attribution comes back as the amendment has left it: amended, or ended on the day of the change.
    """
    vendor_only(caller)
    await _held(tx, attribution_id)
    row = await tx.lock_for(attributions, attribution_id, action="amend", lifecycle=LIFECYCLE, version=version)
    _require_each_once(body)
    for share in body.shares:
        await partner_of(tx, share.partner_id)
    since = body.effective_from
    rules.require_whole([rules.Share(each.partner_id, each.basis_points, since) for each in body.shares])
    async with tx.as_engine("shares of a deal are of many partners, and all of them count"):
        before = await split_of(tx, deal_id=row["deal_id"], credit_type=row["credit_type"])
        becomes = rules.amended(shares(before), since=since)
        number = max(each["split_version"] for each in before) + 1
        left = dict(enumerate(before))
        for place in becomes.replaced:
            left[place] = await tx.update(attributions, before[place], status="amended", reason=body.reason)
        for place in becomes.shortened:
            left[place] = await tx.update(attributions, before[place], effective_to=since, reason=body.reason)
        made = [
            await _store(
                tx,
                id=tx.new_id("atr"),
                deal_id=row["deal_id"],
                credit_type=row["credit_type"],
                model=MANUAL,
                effective_from=since,
                effective_to=None,
                **each.model_dump(),
                **locked_by(tx, caller, number=number),
            )
            for each in body.shares
        ]
        for place in (*becomes.replaced, *becomes.shortened):
            tell(tx, AttributionAmended, left[place])
        for each in made:
            tell(tx, AttributionLocked, each)
        after = [each for each in left.values() if each["status"] == "locked"]
        tell_split(tx, before=before, after=[*after, *made], why="amended")
    return next(each for each in left.values() if each["id"] == row["id"])


async def _proposed(tx: Tx, body: ProposeIn, *, deal: Row, touches: Sequence[Touch]) -> list[Proposed]:
    if body.model != SOLUTION:
        return models.shares_by(body.model, touches)
    if body.solution_id is None:
        raise Invalid(errors=[Fault("/solution_id", "required", "Name the solution whose split it is.")])
    return [
        Proposed(each.partner_id, SOURCE if each.partner_id == deal["partner_id"] else "co_sell", each.basis_points)
        for each in await split_for(tx, solution_id=body.solution_id, deal=deal)
    ]


async def _held(tx: Tx, attribution_id: str) -> Record:
    """Return an attribution, its deal held, and then the row itself."""
    seen = await tx.fetch(attributions, attribution_id)
    async with tx.as_engine("shares of a deal change one after the other, whoever may see the deal"):
        await tx.lock(deals, seen["deal_id"])
    return await tx.lock(attributions, attribution_id)


async def _store(tx: Tx, **columns: Any) -> Record:
    blank = {"status": "candidate", "split_version": 0}
    return await tx.insert(attributions, **{**blank, **columns})


def locked_by(tx: Tx, caller: Caller, *, number: int) -> dict[str, Any]:
    """Return what a share has that was locked now."""
    return {"status": "locked", "locked_at": tx.now, "locked_by": caller.account_id, "split_version": number}


def _require_days(start: Any, end: Any) -> None:
    if start is not None and end is not None and end <= start:
        raise Invalid(errors=[Fault("/effective_to", "empty_period", "The end lies after the beginning.")])


def _require_each_once(body: AmendIn) -> None:
    named = [each.partner_id for each in body.shares]
    faults = [
        Fault(f"/shares/{place}/partner_id", "duplicate", "This is named twice.")
        for place, partner_id in enumerate(named)
        if partner_id in named[:place]
    ]
    if faults:
        raise Invalid(errors=faults)


def tell(tx: Tx, event: Callable[..., Event], row: Row) -> None:
    """Tell a partner of its own share, and of nobody else's."""
    names = ("deal_id", "partner_id", "role", "credit_type", "basis_points", "effective_from", "effective_to")
    told = event(attribution_id=row["id"], **{name: row[name] for name in names})
    tx.emit(told, subject=row, audience=[row["partner_id"]])


def tell_split(tx: Tx, *, before: Sequence[Row], after: Sequence[Row], why: str) -> None:
    """Tell sister services of the whole split, as it was and as it is: the later `split_version` stands."""
    first = after[0]
    number = max(each["split_version"] for each in after)
    event = AttributionSplit(
        deal_id=first["deal_id"],
        credit_type=first["credit_type"],
        split_version=number,
        why=why,
        before=[_share(each) for each in before],
        after=[_share(each) for each in after],
    )
    tx.emit(event, subject={"id": first["deal_id"], "version": number})


def _share(row: Row) -> SplitShare:
    return SplitShare(**{name: row[name] for name in SplitShare.model_fields})
