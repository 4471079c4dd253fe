"""Reads of the hierarchy."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from sqlalchemy import ARRAY, Date, Text, and_, any_, bindparam, func, or_, select

from services.partners.relationships.rules import Edge
from services.partners.relationships.tables import LIFECYCLE, SETTLED, relationships
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _out_of_turn(row: Row, caller: Caller) -> Collection[str]:
    """The actions of an offer that are the other side's: whoever made it takes it back, the other one answers."""
    if caller.kind == "partner" and caller.partner_id not in (row["parent_partner_id"], row["child_partner_id"]):
        return ("accept", "decline", "withdraw", "end", "edit")
    if row["offered_by"] == caller.partner_id:
        return ("accept", "decline")
    return ("withdraw",)


RELATIONSHIPS: Final = Resource(
    "relationship",
    relationships,
    (
        *("parent_partner_id", "child_partner_id", "kind", "visibility", "effective_from", "effective_to", "status"),
        *("offered_by", "expires_at"),
    ),
    expands={"parent_partner_id": "partners", "child_partner_id": "partners"},
    permission="relationships:read",
    filters=("parent_partner_id", "child_partner_id", "kind", "status"),
    lifecycle=LIFECYCLE,
    ruled_out=_out_of_turn,
)
_PARTNERS: Final = bindparam("partners", type_=ARRAY(Text(collation="C")))
_COUNTING: Final = (
    relationships.c.tenant_id == TENANT,
    relationships.c.status == any_(bindparam("statuses", ["scheduled", "active"], type_=ARRAY(Text))),
)
# One step down or up: ways through a hierarchy are short, and the edges of a level are read at once.
_BELOW: Final = Statement(select(relationships).where(*_COUNTING, relationships.c.parent_partner_id == any_(_PARTNERS)))
_ABOVE: Final = Statement(select(relationships).where(*_COUNTING, relationships.c.child_partner_id == any_(_PARTNERS)))
_DUE: Final = Statement(
    select(relationships)
    .where(
        *_COUNTING,
        or_(
            and_(
                relationships.c.status == "scheduled", relationships.c.effective_from <= bindparam("today", type_=Date)
            ),
            relationships.c.effective_to <= bindparam("today", type_=Date),
        ),
    )
    .order_by(relationships.c.created_at, relationships.c.id)
    .with_for_update()
)
_AFTER: Final = bindparam("after", type_=Date)
_NEXT: Final = Statement(
    select(
        func.least(
            func.min(relationships.c.effective_from).filter(relationships.c.effective_from > _AFTER),
            func.min(relationships.c.effective_to).filter(relationships.c.effective_to > _AFTER),
        )
    ).where(*_COUNTING)
)
_BETWEEN: Final = Statement(
    select(relationships).where(
        relationships.c.tenant_id == TENANT,
        relationships.c.parent_partner_id == bindparam("parent"),
        relationships.c.child_partner_id == bindparam("child"),
        relationships.c.status == any_(bindparam("settled", list(SETTLED), type_=ARRAY(Text))),
    )
)


async def edges_below(tx: Tx, partner_id: str) -> list[Edge]:
    """Return the edges on all ways down from a partner, those that have not begun among them. For the engine role."""
    found: list[Edge] = []
    been, level = {partner_id}, [partner_id]
    while level:
        edges = [edge(row) for row in await tx.all(_BELOW, partners=level)]
        found += edges
        level = sorted({each.child for each in edges} - been)
        been.update(level)
    return found


async def partners_above(tx: Tx, partner_ids: Iterable[str]) -> set[str]:
    """Return these partners and all on the ways up from them. For the engine role."""
    been = set(partner_ids)
    level = sorted(been)
    while level:
        rows = await tx.all(_ABOVE, partners=level)
        level = sorted({row["parent_partner_id"] for row in rows} - been)
        been.update(level)
    return been


async def due(tx: Tx, *, today: date) -> list[Record]:
    """Return the edges that have to begin or end by today, locked. For the engine role."""
    return await tx.all(_DUE, today=today)


async def next_day(tx: Tx, *, after: date) -> date | None:
    """Return the first day after this one on which an edge begins or ends. For the engine role."""
    day: date | None = await tx.value(_NEXT, after=after)
    return day


async def is_settled(tx: Tx, *, parent: str, child: str) -> bool:
    """Tell whether there is an edge between two partners, on whatever days. For the engine role."""
    return bool(await tx.all(_BETWEEN, parent=parent, child=child))


def edge(row: Row) -> Edge:
    """Return an edge as decisions see it."""
    return Edge(
        parent=row["parent_partner_id"],
        child=row["child_partner_id"],
        visibility=row["visibility"],
        start=row["effective_from"],
        end=row["effective_to"],
    )
