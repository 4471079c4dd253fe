"""Writes an entity together with what can be looked for of it: one statement, one way to the server."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import ARRAY, Integer, Table, Text, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upserting
from sqlalchemy.sql.selectable import CTE

from shared.db import store
from shared.db.statements import TENANT, Statement
from shared.errors import AlreadyExists
from shared.extensions.attributes import Attribute, attributes_of
from shared.extensions.declaration import Extension, blank, extension_of
from shared.search.declaration import Search, search_of
from shared.search.words import words_of

_TEXTS = ARRAY(Text(collation="C"))
_NOTHING: frozenset[Attribute] = frozenset()
_SOURCES = frozenset({"metadata", "custom_fields", "vendor_custom_fields", "vendor_references", "partner_references"})


class ExternalReferenceTaken(AlreadyExists):
    """Another object has this external reference."""

    code, title = "external_reference_taken", "External reference taken"


def conflict(error: asyncpg.UniqueViolationError) -> AlreadyExists:
    """Return the problem that a broken unique key stands for."""
    return ExternalReferenceTaken() if str(error.constraint_name).endswith("_reference") else AlreadyExists()


def insertion(table: Table, values: Mapping[str, Any]) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that stores a new row, with what it is found by where there is something, and the latter's values.

    A taken key returns no row; raises asyncpg's UniqueViolationError for a taken reference.
    """
    search = search_of(table)
    has_attributes = extension_of(table) is not None and any(values.get(name) for name in _SOURCES)
    if search is None and not has_attributes:
        return store.inserting(table, tuple(values), ignore_duplicates=True), {}
    found = _arrays("kept", attributes_of(table, {**blank(table), **values})) if has_attributes else {}
    if search is not None:
        found["words"] = words_of(values.get(name) for name in search.columns)
    return _inserting(table, tuple(values), has_attributes=has_attributes), found


def change(table: Table, row: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that changes a row, and what it is found by where the change touches that, and the latter's values.

    `row` is the whole row before.
    """
    gone, kept = _differences(table, row, changes)
    columns = (*changes, "updated_at")
    if not gone and not kept:
        return store.updating(table, columns), {}
    return _updating(table, columns), {**_arrays("gone", gone), **_arrays("kept", kept)}


def removal(table: Table, row: Mapping[str, Any]) -> tuple[Statement, dict[str, Any]]:
    """Return the statement that removes a row with all that it is found by, and the latter's values; it returns the id.

    `row` is the whole row.
    """
    return _deleting(table), _arrays("gone", attributes_of(table, row)) if extension_of(table) is not None else {}


def _differences(
    table: Table, row: Mapping[str, Any], changes: Mapping[str, Any]
) -> tuple[frozenset[Attribute], frozenset[Attribute]]:
    extension = extension_of(table)
    if extension is None:
        return _NOTHING, _NOTHING
    owner = extension.owner
    moves = owner is not None and owner in changes and changes[owner] != row[owner]
    if not moves and not _SOURCES.intersection(changes):
        return _NOTHING, _NOTHING
    before, after = attributes_of(table, row), attributes_of(table, {**row, **changes})
    return before - after, after if moves else after - before


def _arrays(name: str, found: frozenset[Attribute]) -> dict[str, Any]:
    # In one order whoever writes, so that two who write the same wait for each other instead of in a circle.
    ordered = sorted(found)
    return {f"{name}_keys": [key for key, _ in ordered], f"{name}_values": [value for _, value in ordered]}


@lru_cache(maxsize=1024)
def _inserting(table: Table, columns: tuple[str, ...], *, has_attributes: bool) -> Statement:
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    stored = upserting(table).values(values).on_conflict_do_nothing().returning(table).cte("changed")
    search = search_of(table)
    beside = [_keeping(table, stored)] if has_attributes else []
    return Statement(select(stored).add_cte(*beside, *([_wording(search, stored)] if search is not None else [])))


@lru_cache(maxsize=1024)
def _updating(table: Table, columns: tuple[str, ...]) -> Statement:
    values: dict[str, Any] = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
    seen = bindparam("seen_version", type_=Integer)
    changed = (
        update(table)
        .where(table.c.tenant_id == TENANT, table.c.id == bindparam("row_id"), table.c.version == seen)
        .values(values | {"version": seen + 1})
        .returning(table)
        .cte("changed")
    )
    return Statement(select(changed).add_cte(_removing(table, changed), _keeping(table, changed)))


def _wording(search: Search, stored: CTE) -> CTE:
    columns = {
        "tenant_id": stored.c.tenant_id,
        "id": stored.c.id,
        "word": func.unnest(bindparam("words", type_=_TEXTS)),
        **({"partner_id": stored.c[search.owner]} if search.owner else {}),
    }
    return insert(search.words).from_select(list(columns), select(*columns.values())).cte("worded")


@lru_cache(maxsize=1024)
def _deleting(table: Table) -> Statement:
    changed = (
        delete(table)
        .where(
            table.c.tenant_id == TENANT,
            table.c.id == bindparam("row_id"),
            table.c.version == bindparam("seen_version", type_=Integer),
        )
        .returning(table)
        .cte("changed")
    )
    found_by = [_removing(table, changed)] if extension_of(table) is not None else []
    if (search := search_of(table)) is not None:
        words = search.words
        its_own = (words.c.tenant_id == changed.c.tenant_id, words.c.id == changed.c.id)
        found_by.append(delete(words).where(*its_own).cte("gone_words"))
    return Statement(select(changed.c.id).add_cte(*found_by))


def _keeping(table: Table, changed: CTE) -> CTE:
    extension: Extension = table.info["extension"]
    attributes = extension.attributes
    each = _unnested("kept")
    columns = {
        "tenant_id": changed.c.tenant_id,
        "key": each.c.key,
        "value": each.c.value,
        "created_at": changed.c.created_at,
        "id": changed.c.id,
    }
    if extension.owner is None:
        return insert(attributes).from_select(list(columns), select(*columns.values())).cte("kept")
    columns["partner_id"] = changed.c[extension.owner]
    # The row has gone to another partner: so does what it is found by.
    keeping = upserting(attributes).from_select(list(columns), select(*columns.values()).select_from(changed, each))
    return keeping.on_conflict_do_update(
        index_elements=list(attributes.primary_key), set_={"partner_id": keeping.excluded.partner_id}
    ).cte("kept")


def _removing(table: Table, changed: CTE) -> CTE:
    attributes = table.info["extension"].attributes
    each = _unnested("gone")
    return (
        delete(attributes)
        .where(
            attributes.c.tenant_id == changed.c.tenant_id,
            attributes.c.key == each.c.key,
            attributes.c.value == each.c.value,
            attributes.c.created_at == changed.c.created_at,
            attributes.c.id == changed.c.id,
        )
        .cte("gone")
    )


def _unnested(name: str) -> Any:
    keys, values = bindparam(f"{name}_keys", type_=_TEXTS), bindparam(f"{name}_values", type_=_TEXTS)
    return func.unnest(keys, values).table_valued("key", "value", name=f"{name}_each").render_derived()
