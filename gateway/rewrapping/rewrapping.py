"""When PRM_SECRET_KEY changes: each sealed text is opened with the key before and sealed with the new one.

A text names the key that sealed it, so that whatever is done already is passed over: an interrupted run is begun again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
from sqlalchemy import Column, MetaData

from gateway.keys.sealing import CannotUnseal, Vault, purpose_of
from gateway.schema import METADATA

# A writer that stays open holds the feeds of all services back, so each batch is a transaction of well under a second.
_BATCH: Final = 200
_UNDER_ANOTHER: Final = "{column} IS NOT NULL AND split_part({column}, '.', 1) <> $1"


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many texts were sealed anew, and how many stay as they are in each column since neither key opens them."""

    sealed: int
    closed: dict[str, int]


def sealed_columns(metadata: MetaData = METADATA) -> Iterator["Column[Any]"]:
    """Yield every column of sealed texts."""
    for table in metadata.sorted_tables:
        yield from (column for column in table.columns if "sealed_for" in column.info)


async def rewrap(
    connection: "asyncpg.Connection[Any]", *, before: Vault, now: Vault, progress: Callable[[float], None]
) -> Rewrapped:
    """Seal every text under the new key, over a connection of the schema's owner; `progress` gets the part that is done."""
    columns = list(sealed_columns())
    waiting = {column: await connection.fetchval(_counting(column), now.key_id) for column in columns}
    total, sealed, looked, closed = sum(waiting.values()), 0, 0, {}
    for column in columns:
        shut = 0
        async for done, left in _column(connection, column, before=before, now=now):
            sealed, shut, looked = sealed + done, shut + left, looked + done + left
            progress(min(1.0, looked / total) if total else 1.0)
        if shut:
            closed[f"{column.table.name}.{column.name}"] = shut
    return Rewrapped(sealed, closed)


async def _column(connection: "asyncpg.Connection[Any]", column: "Column[Any]", *, before: Vault, now: Vault) -> Any:
    """Go through a column batch by batch, and yield how many texts of each were sealed anew and how many were not."""
    keys = [each.name for each in column.table.primary_key]
    after: list[Any] = [""] * len(keys)
    while True:
        done = left = 0
        async with connection.transaction():
            rows = await connection.fetch(_batch(column, keys), now.key_id, *after)
            for row in rows:
                try:
                    fresh = _anew(row, column, before=before, now=now)
                except CannotUnseal:
                    left += 1
                    continue
                await connection.execute(_storing(column, keys), fresh, *(row[name] for name in keys))
                done += 1
        if rows:
            yield done, left
        if len(rows) < _BATCH:
            return
        after = [rows[-1][name] for name in keys]


def _anew(row: Any, column: "Column[Any]", *, before: Vault, now: Vault) -> str:
    purpose = purpose_of(column, row)
    return now.seal(before.unseal(row[column.name], purpose=purpose), purpose=purpose)


def _counting(column: "Column[Any]") -> str:
    return f"SELECT count(*) FROM {column.table.name} WHERE {_UNDER_ANOTHER.format(column=column.name)}"  # noqa: S608


def _batch(column: "Column[Any]", keys: list[str]) -> str:
    named = ", ".join(keys)
    places = ", ".join(f"${number}" for number in range(2, len(keys) + 2))
    return (
        f"SELECT {named}, {column.name} FROM {column.table.name} WHERE {_UNDER_ANOTHER.format(column=column.name)}"  # noqa: S608
        f" AND ({named}) > ({places}) ORDER BY {named} LIMIT {_BATCH} FOR UPDATE"
    )


def _storing(column: "Column[Any]", keys: list[str]) -> str:
    found = " AND ".join(f"{name} = ${number}" for number, name in enumerate(keys, 2))
    return f"UPDATE {column.table.name} SET {column.name} = $1 WHERE {found}"  # noqa: S608
