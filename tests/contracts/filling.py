"""Tables full of made-up rows for looking at plans: one tenant has all of them, as an installation of a single vendor does.

There are only so many rows as the limit needs, but the planner is told of a million: it takes the density of a table's
pages from the catalogue, so many rows a page times as many pages as there are. Plans are those of a large tenant, while
what they read is counted on rows that exist.
"""

from collections.abc import Container, Iterator
from typing import Any, Final

import asyncpg
from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.schema import UniqueConstraint

from tests.contracts.code import metadatas

TENANT: Final = "tnt_1"
ROWS: Final = 12_000
_LITTLE: Final = 1_000
BELIEVED: Final = 1_000_000
PARTNERS: Final = 401
# Texts of which a tenant has few different ones, however many rows it has. Any other is taken for one that has many, so
# that a filter by it needs an index.
FEW: Final = frozenset(
    ("base", "class", "content_type", "country", "currency", "external_system", "kind", "product_family", "program")
    + ("quote", "resolution", "source", "stage", "tier", "type")
)
_FEW, _MANY = 20, 2_999
_BEGAN: Final = "timestamptz '2020-01-01 00:00Z'"
# Viewers, and how many partners each of them sees beyond its own.
VIEWERS: Final = {"*": 0, "ptr_7": 0, "ptr_7/subtree": 360, "acc_1": 3}


async def fill(database: "asyncpg.Connection[Any]", *, read: Container[Table]) -> None:
    """Fill every table of every service, as the superuser of a database that holds nothing else; `read` are read for real."""
    await database.execute("SET session_replication_role = replica")
    for service, metadata in metadatas():
        for table in metadata.sorted_tables:
            await _fill(
                database,
                table,
                f'{service}."{table.name}"',
                rows=_LITTLE if _is_machinery(table) and table not in read else ROWS,
            )
    await database.execute("SET session_replication_role = DEFAULT")


def _is_machinery(table: Table) -> bool:
    return bool(table.info["wall"].kind == "plumbing")


async def _fill(database: "asyncpg.Connection[Any]", table: Table, name: str, *, rows: int) -> None:
    checks = await database.fetch(
        "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'c'", name
    )
    for (check,) in checks:
        await database.execute(f"ALTER TABLE {name} DROP CONSTRAINT {check}")
    if table.name == "visible_partners":
        values = ", ".join(f"('{viewer}', {count})" for viewer, count in VIEWERS.items())
        await database.execute(
            f"INSERT INTO {name} SELECT '{TENANT}', viewer, 'ptr_' || n, 'all'"
            f" FROM (VALUES {values}) seen(viewer, reach), generate_series(1, reach) n"
            " UNION ALL SELECT"
            f" '{TENANT}', 'acc_' || 100 + n / 360, 'ptr_' || n % {PARTNERS}, 'all' FROM generate_series(1, {ROWS}) n"
        )
    else:
        columns = [column for column in table.columns if column.computed is None and column.identity is None]
        distinct = set(_distinct(table))
        names = ", ".join(f'"{column.name}"' for column in columns)
        made = ", ".join(_value(column, unique=column.name in distinct) for column in columns)
        await database.execute(
            f"INSERT INTO {name} ({names}) SELECT {made} FROM generate_series(1, {rows}) n ON CONFLICT DO NOTHING"
        )
    await database.execute(f"ALTER TABLE {name} SET (autovacuum_enabled = off)")
    await database.execute(f"VACUUM (ANALYZE) {name}")
    await database.execute(
        "UPDATE pg_class SET reltuples = $2 WHERE oid = $1::text::regclass AND reltuples > 0", name, float(BELIEVED)
    )


def _distinct(table: Table) -> Iterator[str]:
    """The columns that have to differ from row to row, one for each thing that is unique."""
    keys = [list(table.primary_key.columns)]
    keys += [list(each.columns) for each in table.constraints if isinstance(each, UniqueConstraint)]
    # The days of a period are made together; it is who has them that differs.
    exclusions = [each for each in table.constraints if isinstance(each, ExcludeConstraint)]
    keys += [[column for column in each.columns if not isinstance(column.type, Date)] for each in exclusions]
    keys += [list(each.columns) for each in table.indexes if each.unique]
    for columns in keys:
        free = [column for column in columns if column.name not in ("tenant_id", "partner_id", *_few(table))]
        found = next((column for column in free if not isinstance(column.type, Boolean)), None)
        if found is not None:
            yield found.name


def _few(table: Table) -> frozenset[str]:
    """The columns that have few different values: many objects share what can be looked for."""
    return FEW | {"key", "value"} if table.name.endswith("_attributes") else FEW


def _allowed(column: Column[Any]) -> list[str]:
    """The values that a check leaves to a column, as literals."""
    for each in column.constraints:
        text = str(each.sqltext) if isinstance(each, CheckConstraint) else ""
        if text.startswith(f"{column.name} IN ("):
            return [part.strip() for part in text.partition("(")[2].rstrip(")").split(",")]
    return []


def _value(column: Column[Any], *, unique: bool) -> str:
    """SQL for a column's value in row `n`; one row in four leaves out what may be left out."""
    made = _made(column, unique=unique)
    return f"CASE WHEN n % 4 < 3 THEN {made} END" if column.nullable else made


def _made(column: Column[Any], *, unique: bool) -> str:
    kind, name = column.type, column.name
    if name == "tenant_id":
        return f"'{TENANT}'"
    if name == "id":
        return "'id_' || lpad(n::text, 8, '0')"
    if isinstance(kind, DateTime):
        return f"{_BEGAN} + n * interval '1 minute'" if unique or name == "created_at" else _scattered_time()
    if isinstance(kind, Date):
        return f"date '2020-01-01' + {'n' if unique else 'n % 1500'}"
    if isinstance(kind, Boolean):
        return "n % 8 = 0"
    if isinstance(kind, Integer | BigInteger):
        return "n" if unique else "n % 1000"
    if isinstance(kind, JSONB):
        return "'{}'::jsonb"
    if isinstance(kind, Text):
        return _text(column, unique=unique)
    return {
        "TSTZRANGE": f"tstzrange({_BEGAN} + n * interval '1 day', {_BEGAN} + (n + 1) * interval '1 day')",
        "INT4MULTIRANGE": "int4multirange(int4range(n, n + 1))",
    }[type(kind).__name__]


def _scattered_time() -> str:
    return f"{_BEGAN} + (n::bigint * 7919 % {ROWS}) * interval '1 minute'"


def _text(column: Column[Any], *, unique: bool) -> str:
    allowed = _allowed(column)
    if allowed:
        return f"(ARRAY[{', '.join(allowed)}])[1 + n / 3 % {len(allowed)}]"
    if unique:
        return f"'{column.name}_' || n"
    if column.name in _partners_of(column.table):
        return f"'ptr_' || n % {PARTNERS}"
    return f"'{column.name}_' || n % {_FEW if column.name in _few(column.table) else _MANY}"


def _partners_of(table: Table) -> set[str]:
    wall = table.info["wall"]
    return {"partner_id", wall.column} if wall.kind == "partner" else {"partner_id"}
