"""Words for rows that have none: those from before their table was searched, and those that were not written by the product."""

from collections.abc import Iterable
from typing import Any, Final

import asyncpg
from sqlalchemy import MetaData, Table

from shared.search.declaration import Search, search_of
from shared.search.words import words_of

# A writer that stays open holds the feeds of all services back, so each batch is a transaction of well under a second.
_BATCH: Final = 500


async def catch_up(owner_url: str, *, service: str, metadata: MetaData, thorough: bool) -> int:
    """Give words to the rows of a service that have none, as its owner, and return how many got some.

    Without `thorough` a table some of whose rows have words is taken to be complete, which costs no look at its rows.
    """
    tables = [(table, search) for table in metadata.sorted_tables if (search := search_of(table)) is not None]
    if not tables:
        return 0
    settings = {"search_path": f"{service},public", "lock_timeout": "5s"}
    connection: asyncpg.Connection[Any] = await asyncpg.connect(owner_url, server_settings=settings)
    try:
        return sum(
            [
                await _fill(connection, table, search)
                for table, search in tables
                if thorough or await connection.fetchval(f"SELECT NOT EXISTS (SELECT FROM {search.words.name})")
            ]
        )
    finally:
        await connection.close()


async def _fill(connection: "asyncpg.Connection[Any]", table: Table, search: Search) -> int:
    rows = _rows_of(table, search)
    filled, after = 0, ("", "")
    while True:
        async with connection.transaction():
            # Held, so that a change that is under way cannot leave the words of before behind.
            found = await connection.fetch(rows, *after)
            filled += await _store(connection, search, found)
        if len(found) < _BATCH:
            return filled
        after = (found[-1]["tenant_id"], found[-1]["id"])


def _rows_of(table: Table, search: Search) -> str:
    columns = dict.fromkeys(("tenant_id", "id", *search.columns, *((search.owner,) if search.owner else ())))
    return (
        f"SELECT {', '.join(f'e.{name}' for name in columns)} FROM {table.name} e WHERE (e.tenant_id, e.id) > ($1, $2)"
        f" AND NOT EXISTS (SELECT FROM {search.words.name} w WHERE w.tenant_id = e.tenant_id AND w.id = e.id)"
        f" ORDER BY e.tenant_id, e.id LIMIT {_BATCH} FOR UPDATE OF e"
    )


async def _store(connection: "asyncpg.Connection[Any]", search: Search, rows: Iterable[Any]) -> int:
    """Store the words of rows; returns how many rows have any."""
    named = [
        (row["tenant_id"], row["id"], word, *((row[search.owner],) if search.owner else ()))
        for row in rows
        for word in words_of(row[name] for name in search.columns)
    ]
    columns = ("tenant_id", "id", "word", *(("partner_id",) if search.owner else ()))
    places = ", ".join(f"${place}" for place in range(1, len(columns) + 1))
    # Somebody who changes a row beside this has stored the same words.
    statement = f"INSERT INTO {search.words.name} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING"
    await connection.executemany(statement, named)
    return len({each[:2] for each in named})
