"""The application's own filters, derived from the wall a table declares: the first wall before row-level security.

`filtered` names the shape of the caller's view, so that each shape is one prepared statement with a plan of its own:
`all` (no filter), `org` (one partner), `closure` (partners visible through `visible_partners`), `none`.
"""

from typing import Any, Final

from sqlalchemy import Column, ColumnElement, MetaData, Table, Text, false, select

from shared.db.columns import record
from shared.db.statements import TENANT, VIEWER
from shared.db.walls import Wall, tenant_wall


class Switch:
    """Tests turn the first wall off and expect the same answers from the second."""

    on: bool = True


FILTERS: Final = Switch()


def visible_partners(metadata: MetaData) -> Table:
    """Declare the closure table of a service: which partners a viewer reaches beyond its own."""
    return record(
        "visible_partners",
        metadata,
        Column("viewer", Text(collation="C"), primary_key=True),
        Column("partner_id", Text(collation="C"), primary_key=True),
        Column("level", Text, nullable=False),
        wall=tenant_wall(),
    )


def shape_of(viewer: str) -> str:
    """Return which shape of filter a viewer needs."""
    if not FILTERS.on or viewer == "*":
        return "all"
    if viewer.startswith("acc_") or viewer.endswith("/subtree"):
        return "closure"
    return "org" if viewer else "none"


def within(table: Table, shape: str) -> tuple[ColumnElement[Any], ...]:
    """Return the conditions that keep a statement inside the caller's view of this table."""
    wall: Wall = table.info["wall"]
    if shape == "all" or wall.kind == "tenant":
        return ()
    if wall.kind == "vendor":
        return () if shape == "closure" else (false(),)
    if wall.kind == "partner":
        partner = table.c[wall.column]
        if shape == "none":
            return (false(),)
        if shape == "org":
            return (partner == VIEWER,)
        seen = table.metadata.tables["visible_partners"]
        return (partner.in_(select(seen.c.partner_id).where(seen.c.tenant_id == TENANT, seen.c.viewer == VIEWER)),)
    if wall.kind == "participants":
        through = table.metadata.tables[wall.through]
        mine = select(through.c[wall.column]).where(through.c.tenant_id == TENANT, through.c.partner_id == VIEWER)
        return (table.c.id.in_(mine),)
    return ()
