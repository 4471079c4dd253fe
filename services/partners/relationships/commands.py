"""Writes of the hierarchy, one at a time in a tenant. Each of them ends with telling what everybody above sees now."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import asyncpg

from services.partners.partners.tables import partners
from services.partners.reach.commands import publish
from services.partners.relationships import queries
from services.partners.relationships.rules import (
    AlreadyRelated,
    Edge,
    reached,
    require_acyclic,
    require_days,
    status_on,
)
from services.partners.relationships.tables import LIFECYCLE, relationship_parties, relationships
from shared.auth.sides import partner_of, vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Forbidden, Invalid, NotFound
from shared.events.catalog.partners import (
    RelationshipAgreed,
    RelationshipChanged,
    RelationshipEnded,
    RelationshipLapsed,
    RelationshipOffered,
)
from shared.events.envelope import Event

DAY_COMES: Final = "relationship_day"
OFFER_LAPSES: Final = "relationship_offer"
_ANSWERED_WITHIN: Final = timedelta(days=30)


async def relate(
    tx: Tx, *, parent_partner_id: str, child_partner_id: str, effective_from: date | None = None, **columns: Any
) -> Row:
    """Put one partner above another: the vendor at once, a partner by an offer that the other one accepts.

    An offer is made to whatever id it names, and tells nothing of whether there is such a partner. Raises Invalid, Circular,
    AlreadyRelated.
    """
    if parent_partner_id == child_partner_id:
        raise Invalid(errors=[Fault("/child_partner_id", "same_partner", "Another partner than the one above.")])
    start = effective_from or tx.now.date()
    require_days(start, columns["effective_to"], today=tx.now.date())
    columns |= {"parent_partner_id": parent_partner_id, "child_partner_id": child_partner_id, "effective_from": start}
    if tx.caller.kind == "partner":
        return await _offer(tx, **columns)
    vendor_only(tx.caller)
    for pointer in ("parent_partner_id", "child_partner_id"):
        await _require_partner(tx, columns[pointer], pointer=f"/{pointer}")
    await _one_at_a_time(tx)
    status = status_on(tx.now.date(), start=start, end=columns["effective_to"])
    await _require_acyclic(tx, columns)
    row = await _store(tx, status=status, offered_by=None, expires_at=None, **columns)
    _tell(tx, RelationshipAgreed, row)
    await follow(tx, [parent_partner_id])
    return row


async def accept(tx: Tx, *, relationship_id: str, version: int | None) -> Row:
    """Agree to what the other partner has offered; raises Circular, AlreadyRelated."""
    await _one_at_a_time(tx)
    row = await _answered(tx, relationship_id, "accept", version=version)
    today = tx.now.date()
    start = max(row["effective_from"], today)
    if row["expires_at"] <= tx.now or (row["effective_to"] is not None and row["effective_to"] <= start):
        LIFECYCLE.require("expired", "accept")
    await _require_acyclic(tx, {**row, "effective_from": start})
    status = status_on(today, start=start, end=row["effective_to"])
    try:
        row = await tx.update(relationships, row, status=status, effective_from=start)
    except asyncpg.ExclusionViolationError as met:
        raise AlreadyRelated() from met
    await tx.forget(OFFER_LAPSES, subject=row["id"])
    _tell(tx, RelationshipAgreed, row)
    await follow(tx, [row["parent_partner_id"]])
    return row


async def decline(tx: Tx, *, relationship_id: str, version: int | None) -> Row:
    """Refuse what the other partner has offered."""
    return await _lapse(tx, await _answered(tx, relationship_id, "decline", version=version), to="declined")


async def withdraw(tx: Tx, *, relationship_id: str, version: int | None) -> Row:
    """Take back what one's own partner has offered."""
    own = partner_of(tx.caller)
    row = await tx.lock_for(relationships, relationship_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    if row["offered_by"] != own:
        raise Forbidden("Only the partner that has offered it takes it back.")
    return await _lapse(tx, row, to="withdrawn")


async def change(tx: Tx, *, relationship_id: str, version: int | None, **changes: Any) -> Row:
    """Change what the partner above sees, or the last day; raises Invalid, Circular, AlreadyRelated."""
    vendor_only(tx.caller)
    await _one_at_a_time(tx)
    row = await tx.lock(relationships, relationship_id)
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    if not changes:
        return row
    wanted = {**row, **changes}
    if "effective_to" in changes:
        require_days(wanted["effective_from"], wanted["effective_to"], today=tx.now.date())
        await _require_acyclic(tx, wanted)
    try:
        row = await tx.update(relationships, row, **changes)
    except asyncpg.ExclusionViolationError as met:
        raise AlreadyRelated() from met
    _tell(tx, RelationshipChanged, row)
    await follow(tx, [row["parent_partner_id"]])
    return row


async def end(tx: Tx, *, relationship_id: str, version: int | None, effective_to: date | None = None) -> Row:
    """End a relationship on a day, today where none is named; the vendor may, and either of the two. Invalid for the past."""
    await _one_at_a_time(tx)
    row = await tx.lock_for(relationships, relationship_id, action="end", lifecycle=LIFECYCLE, version=version)
    today = tx.now.date()
    day = effective_to or today
    if day < today or (row["effective_to"] is not None and day > row["effective_to"]):
        raise Invalid(errors=[Fault("/effective_to", "out_of_range", "From today up to the day on which it ends.")])
    stop = max(day, row["effective_from"])
    status = status_on(today, start=row["effective_from"], end=stop)
    row = await tx.update(relationships, row, effective_to=stop, status=status)
    if status == "ended":
        _tell(tx, RelationshipEnded, row)
    await follow(tx, [row["parent_partner_id"]])
    return row


async def lapse_if_due(tx: Tx, *, relationship_id: str) -> None:
    """End an offer that nobody has answered in time. For the engine role."""
    row = await tx.lock(relationships, relationship_id)
    if row["status"] == "offered" and row["expires_at"] <= tx.now:
        await _lapse(tx, row, to="expired")


async def day_has_come(tx: Tx) -> None:
    """Let the relationships that begin or end today do so. For the engine role."""
    await _one_at_a_time(tx)
    moved = []
    for row in await queries.due(tx, today=tx.now.date()):
        status = status_on(tx.now.date(), start=row["effective_from"], end=row["effective_to"])
        if status != row["status"]:
            changed = await tx.update(relationships, row, status=status)
            moved.append(row["parent_partner_id"])
            if status == "ended":
                _tell(tx, RelationshipEnded, changed)
    await follow(tx, moved)


async def follow(tx: Tx, parents: Iterable[str]) -> None:
    """Tell what these partners and all above them see today, and wake up on the next day on which an edge begins or ends."""
    today = tx.now.date()

    def seen_by(partner_id: str) -> Any:
        async def seen() -> Any:
            edges = await queries.edges_below(tx, partner_id)
            in_force = [each for each in edges if status_on(today, start=each.start, end=each.end) == "active"]
            return reached(in_force, above=partner_id)

        return seen

    async with tx.as_engine("what partners see of each other follows from edges that none of them sees"):
        for partner_id in sorted(await queries.partners_above(tx, parents)):
            await publish(tx, f"{partner_id}/subtree", reached=seen_by(partner_id))
        coming = await queries.next_day(tx, after=today)
    if coming is None:
        await tx.forget(DAY_COMES, subject=tx.tenant_id)
    else:
        await tx.remind(DAY_COMES, subject=tx.tenant_id, at=datetime.combine(coming, time(), UTC))


async def _offer(tx: Tx, **columns: Any) -> Row:
    own = partner_of(tx.caller)
    if own not in (columns["parent_partner_id"], columns["child_partner_id"]):
        fault = Fault("/parent_partner_id", "not_a_party", "A partner offers what it is a part of itself.")
        raise Invalid(errors=[fault])
    if columns["effective_from"] < tx.now.date():
        raise Invalid(errors=[Fault("/effective_from", "in_the_past", "Today or a later day.")])
    until = tx.now + _ANSWERED_WITHIN
    row = await _store(tx, status="offered", offered_by=own, expires_at=until, **columns)
    await tx.remind(OFFER_LAPSES, subject=row["id"], at=until)
    _tell(tx, RelationshipOffered, row)
    return row


async def _answered(tx: Tx, relationship_id: str, action: str, *, version: int | None) -> Row:
    """Hold an offer for the partner that it was made to; raises Forbidden for the one that has made it."""
    own = partner_of(tx.caller)
    row = await tx.lock_for(relationships, relationship_id, action=action, lifecycle=LIFECYCLE, version=version)
    if row["offered_by"] == own:
        raise Forbidden("The other partner answers an offer.")
    return row


async def _lapse(tx: Tx, row: Row, *, to: str) -> Row:
    row = await tx.update(relationships, row, status=to)
    await tx.forget(OFFER_LAPSES, subject=row["id"])
    _tell(tx, RelationshipLapsed, row)
    return row


async def _store(tx: Tx, **columns: Any) -> Row:
    parent, child = columns["parent_partner_id"], columns["child_partner_id"]
    row_id = columns.pop("id") or tx.new_id("rel")
    for partner_id in (parent, child):
        await tx.add(relationship_parties, relationship_id=row_id, partner_id=partner_id)
    try:
        return await tx.insert(relationships, id=row_id, **columns)
    except AlreadyExists:
        # Storing nothing means that the id is taken, or that the exclusion of overlapping days spoke.
        async with tx.as_engine("what the database has refused is explained from all edges"):
            met = columns["status"] != "offered" and await queries.is_settled(tx, parent=parent, child=child)
        if met:
            raise AlreadyRelated() from None
        raise


async def _require_acyclic(tx: Tx, row: Row) -> None:
    async with tx.as_engine("a circle may close over partners that the caller does not see"):
        edges = await queries.edges_below(tx, row["child_partner_id"])
    require_acyclic(
        edges,
        Edge(
            parent=row["parent_partner_id"],
            child=row["child_partner_id"],
            visibility=row["visibility"],
            start=row["effective_from"],
            end=row["effective_to"],
        ),
    )


async def _one_at_a_time(tx: Tx) -> None:
    """Wait for whoever changes the hierarchy of this tenant: of two edges that would close a circle, one comes first."""
    await tx.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 21))", f"hierarchy {tx.tenant_id}")


async def _require_partner(tx: Tx, partner_id: str, *, pointer: str) -> None:
    try:
        await tx.fetch(partners, partner_id)
    except NotFound:
        raise Invalid(errors=[Fault(pointer, "unknown_partner", "There is no such partner.")]) from None


def _tell(tx: Tx, kind: Callable[..., Event], row: Row) -> None:
    parties = [row["parent_partner_id"], row["child_partner_id"]]
    names = ("parent_partner_id", "child_partner_id", "kind", "visibility", "effective_from", "effective_to")
    tx.emit(kind(relationship_id=row["id"], **{name: row[name] for name in names}), subject=row, audience=parties)
