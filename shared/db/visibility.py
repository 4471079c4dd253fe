"""The application's own filters, derived from the wall a table declares: the first wall before row-level security.

`filtered` names the shape of the caller's view, so that each shape is one prepared statement with a plan of its own:
`all` (no filter), `org` (one partner), `closure` (partners visible through `visible_partners`), `none`.
"""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    MetaData,
    Select,
    Subquery,
    Table,
    Text,
    and_,
    func,
    literal_column,
    not_,
    or_,
    select,
    union,
    union_all,
)

from shared.db.columns import record
from shared.db.statements import OWNER, TENANT, VIEWER
from shared.db.walls import MONEY, Wall, plumbing_wall, tenant_wall

# The levels that open rows. Those below them open sums or nothing, and no row of anybody.
RECORDS: Final = frozenset({"records", MONEY})

# Not `false()`: SQLAlchemy would drop the other conditions beside it, the tenant's among them.
_NOBODY: Final[ColumnElement[bool]] = literal_column("false", Boolean)


# With this many of ten thousand partners, a page of fifty takes as many rows either way.
FEW: Final = 100


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


def visibility_versions(metadata: MetaData) -> Table:
    """Declare how new the closure of each viewer is."""
    return record(
        "visibility_versions",
        metadata,
        Column("viewer", Text(collation="C"), primary_key=True),
        Column("version", BigInteger, nullable=False),
        wall=plumbing_wall(),
    )


def own_rows(table: Table) -> tuple[ColumnElement[Any], ...]:
    """Return the condition that keeps a list to the caller's own rows; a table that names no owner has no such rows."""
    column = table.info.get("owned_by")
    return (table.c[column] == OWNER,) if column else ()


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
    if shape == "all" or (wall.kind == "tenant" and not wall.column):
        return ()
    if wall.kind == "tenant":
        is_open = table.c[wall.column]
        return (or_(is_open, func.left(VIEWER, 4) == "acc_"),) if shape == "closure" else (is_open,)
    if wall.kind == "vendor":
        return (func.left(VIEWER, 4) == "acc_",) if shape == "closure" else (_NOBODY,)
    if wall.kind == "partner":
        return (_is_reached(table.c[wall.column], shape, money=_is_money(table)), *disclosed(table, shape))
    if wall.kind == "participants":
        through = table.metadata.tables[wall.through]
        mine = select(through.c[wall.column]).where(
            through.c.tenant_id == TENANT, _is_reached(through.c.partner_id, shape, money=_is_money(table))
        )
        return (table.c[wall.of].in_(mine),)
    return ()


def disclosed(table: Table, shape: str) -> tuple[ColumnElement[bool], ...]:
    """Return the condition that keeps rows which are the vendor's alone from everybody on a partner's side."""
    internal: tuple[str, str] | bool = table.info["wall"].internal
    if not internal or shape == "all":
        return ()
    is_open = _NOBODY
    if isinstance(internal, tuple):
        is_open = table.c[internal[0]] != literal_column(f"'{internal[1]}'", Text)
    return (or_(is_open, func.left(VIEWER, 4) == "acc_"),) if shape == "closure" else (is_open,)


def few_reached(table: Table) -> ColumnElement[bool]:
    """Whether the viewer reaches so few partners that reading the newest rows of each takes less than walking through all."""
    some = _beyond_own(table).limit(FEW + 1).subquery("some")
    return select(func.count()).select_from(some).scalar_subquery() <= FEW


def partners_reached(table: Table) -> Subquery:
    """Return the partners that the viewer reaches, its own among them, as `partner_id`."""
    own = select(func.split_part(VIEWER, "/", 1).label("partner_id"))
    return union(_beyond_own(table), own).subquery("reached")


def _beyond_own(table: Table) -> Select[Any]:
    seen = table.metadata.tables["visible_partners"]
    return select(seen.c.partner_id).where(seen.c.tenant_id == TENANT, seen.c.viewer == VIEWER)


def _is_money(table: Table) -> ColumnElement[bool] | None:
    """Return the condition that tells which rows of a table are seen from above only where money is."""
    money: tuple[str, str] | None = table.info["wall"].money
    return None if money is None else table.c[money[0]] == literal_column(f"'{money[1]}'", Text)


def _is_reached(partner: ColumnElement[Any], shape: str, *, money: ColumnElement[bool] | None) -> ColumnElement[Any]:
    """Whether a partner is the viewer itself or one it sees."""
    if shape == "none":
        return _NOBODY
    if shape == "org":
        return partner == VIEWER
    seen = partner.table.metadata.tables["visible_partners"]
    others = select(seen.c.partner_id).where(seen.c.tenant_id == TENANT, seen.c.viewer == VIEWER)
    # `<partner id>/subtree` starts with the viewer's own id.
    own = select(func.split_part(VIEWER, "/", 1))
    reached = partner.in_(union_all(others, own))
    if money is None:
        return reached
    return and_(reached, or_(not_(money), partner.in_(union_all(others.where(seen.c.level == MONEY), own))))
