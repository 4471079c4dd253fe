"""Column vocabulary shared by every table: what an entity always carries, and its wall."""

from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import SchemaItem

from shared.db.walls import Wall


def text(name: str, *, null: bool = False, personal: bool = False, check: tuple[str, ...] = ()) -> Column[Any]:
    """A text column; `check` lists the only values allowed (instead of an enum, which no index reaches under RLS)."""
    constraints = [CheckConstraint(f"{name} IN ({', '.join(repr(value) for value in check)})")] if check else []
    return Column(name, Text, *constraints, nullable=null, info={"personal": personal, "values": check})


def identifier(name: str, *, null: bool = False) -> Column[Any]:
    """A TypeID, compared byte by byte."""
    return Column(name, Text(collation="C"), nullable=null)


def key(name: str) -> Column[Any]:
    """A part of the primary key of a record, compared byte by byte."""
    return Column(name, Text(collation="C"), primary_key=True)


def flag(name: str) -> Column[Any]:
    """A yes or no."""
    return Column(name, Boolean, nullable=False)


def day(name: str, *, null: bool = False, sorted_when_empty: bool = False) -> Column[Any]:
    """A calendar day; lists are sorted by one that may be empty where it is said so (`shared/db/ordering.py`)."""
    return Column(name, Date, nullable=null, info={"sorted_when_empty": sorted_when_empty})


def decimal(name: str, *, null: bool = False) -> Column[Any]:
    """A rate as a decimal string, such as "0.0825"; text, since no numeric comparison reaches an index under RLS."""
    return Column(name, Text, nullable=null)


def integer(name: str, *, null: bool = False) -> Column[Any]:
    """A 32-bit integer."""
    return Column(name, Integer, nullable=null)


def bigint(name: str, *, null: bool = False, sorted_when_empty: bool = False) -> Column[Any]:
    """A 64-bit integer, among them every amount of money in minor units; `sorted_when_empty` as for days."""
    return Column(name, BigInteger, nullable=null, info={"sorted_when_empty": sorted_when_empty})


def instant(name: str, *, null: bool = False) -> Column[Any]:
    """A point in time, stored in UTC."""
    return Column(name, DateTime(timezone=True), nullable=null)


def document(name: str, *, null: bool = False, personal: bool = False, told: bool = True) -> Column[Any]:
    """A JSON document (jsonb). What is not `told` is left out of audit differences, whose records say it already."""
    return Column(name, JSONB, nullable=null, info={"personal": personal, "told": told})


def entity(
    name: str, metadata: MetaData, *items: SchemaItem, wall: Wall, audited: bool = True, owned_by: str = ""
) -> Table:
    """A table of resources: tenant and id lead the key; version and times are kept by the transaction.

    `owned_by` names the column with the account whose own the row is, for permissions that reach no further.
    """
    return Table(
        name,
        metadata,
        Column("tenant_id", Text(collation="C"), primary_key=True),
        Column("id", Text(collation="C"), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        *items,
        info={"wall": wall, "audited": audited, "owned_by": owned_by},
    )


def record(name: str, metadata: MetaData, *items: SchemaItem, wall: Wall) -> Table:
    """A table without a version: projections, memberships, keys. `tenant_id` leads its primary key."""
    return Table(
        name,
        metadata,
        Column("tenant_id", Text(collation="C"), primary_key=True),
        *items,
        info={"wall": wall, "audited": False},
    )
