"""The four statements every entity needs, built once per table and set of columns."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Table, and_, bindparam, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upserting

from shared.db.statements import TENANT, Statement
from shared.db.visibility import within


@lru_cache(maxsize=4096)
def inserting(table: Table, columns: tuple[str, ...], *, ignore_duplicates: bool = False) -> Statement:
    """INSERT of the named columns, returning the row; with `ignore_duplicates` a taken key returns no row."""
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    if ignore_duplicates:
        return Statement(upserting(table).values(values).on_conflict_do_nothing().returning(table))
    return Statement(insert(table).values(values).returning(table))


@lru_cache(maxsize=4096)
def updating(table: Table, columns: tuple[str, ...]) -> Statement:
    """UPDATE of the named columns if the version is still the one seen, returning the new row."""
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    seen = bindparam("seen_version", type_=Integer)
    return Statement(
        update(table)
        .where(table.c.tenant_id == TENANT, table.c.id == bindparam("row_id"), table.c.version == seen)
        .values(values | {"version": seen + 1})
        .returning(table)
    )


@lru_cache(maxsize=1024)
def fetching(table: Table, filtered: str, *, lock: bool) -> Statement:
    """SELECT of one entity by id within the caller's view, locking the row where asked."""
    statement = select(table).where(
        table.c.tenant_id == TENANT, table.c.id == bindparam("row_id"), *within(table, filtered)
    )
    return Statement(statement.with_for_update(key_share=True, of=table) if lock else statement)


@lru_cache(maxsize=1024)
def projecting(table: Table, columns: tuple[str, ...]) -> Statement:
    """UPSERT by primary key that applies only a higher `version`, so late and repeated events change nothing."""
    keys = [column.name for column in table.primary_key]
    statement = upserting(table).values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    return Statement(
        statement.on_conflict_do_update(
            index_elements=keys, set_=changed, where=table.c.version < statement.excluded.version
        )
    )


@lru_cache(maxsize=1024)
def replacing(table: Table, columns: tuple[str, ...]) -> Statement:
    """UPSERT by primary key; the last writer's values stand."""
    keys = [column.name for column in table.primary_key]
    statement = upserting(table).values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    changed = {name: statement.excluded[name] for name in columns if name not in keys}
    if not changed:
        return Statement(statement.on_conflict_do_nothing())
    return Statement(statement.on_conflict_do_update(index_elements=keys, set_=changed))


@lru_cache(maxsize=1024)
def deleting(table: Table, columns: tuple[str, ...]) -> Statement:
    """DELETE of the rows that have these values."""
    matches = [table.c[name] == bindparam(f"old_{name}", type_=table.c[name].type) for name in columns]
    return Statement(delete(table).where(and_(table.c.tenant_id == TENANT, *matches)))
