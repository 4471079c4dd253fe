"""Answers what the rows of a batch wait for: equal questions once, different ones and new rows in one statement each."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import asyncpg
from sqlalchemy import Table

from shared.db import several
from shared.db.pool import end_role
from shared.db.statements import Statement
from shared.errors import AlreadyExists
from shared.extensions import stored as writing
from shared.extensions.attributes import attributes_of
from shared.extensions.declaration import blank, extension_of
from shared.extensions.keys import REFERENCE
from shared.search.declaration import search_of
from shared.search.words import words_of

if TYPE_CHECKING:
    from shared.imports.lockstep import Lockstep
    from shared.imports.row_tx import RowTx

Kind = Literal["read", "insert", "add", "change", "direct"]


@dataclass(slots=True, eq=False)
class Ask:
    """What a row waits for."""

    row: "RowTx"
    kind: Kind
    as_engine: bool
    table: Table | None = None
    statement: Statement | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    arguments: Sequence[Any] = ()
    call: Callable[[Any], Any] | None = None
    answer: "asyncio.Future[Any]" = field(init=False)


async def answer_round(step: "Lockstep", asks: Sequence[Ask]) -> None:
    """Answer them all; in a batch of one row an error of the database is the row's, else it is raised."""
    for as_engine in (False, True):
        some = [each for each in asks if each.as_engine is as_engine]
        if some:
            await _as(step, some, engine=as_engine and not step.tx.sees_tenant)


async def _as(step: "Lockstep", asks: Sequence[Ask], *, engine: bool) -> None:
    connection = step.tx.connection
    if engine:
        await connection.execute(f"SET LOCAL ROLE {step.tx.database.roles['engine']}")
    try:
        for group, answering in ((_of(asks, "read"), _read), (_of(asks, "add"), _add), (_of(asks, "insert"), _insert)):
            for part in group:
                try:
                    await answering(step, part)
                except asyncpg.PostgresError as error:
                    if not step.alone:
                        raise
                    part[0].answer.set_exception(_told(error, part[0]))
        for ask in asks:
            if ask.kind in ("change", "direct"):
                await _change(step, ask)
    finally:
        if engine:
            await end_role(connection)


def _of(asks: Iterable[Ask], kind: Kind) -> list[list[Ask]]:
    """Return the asks of a kind in groups of one statement, or one table and set of columns."""
    groups: dict[Any, list[Ask]] = {}
    for each in asks:
        if each.kind == kind:
            groups.setdefault((each.statement, each.table, tuple(each.values)), []).append(each)
    return list(groups.values())


def _told(error: asyncpg.PostgresError, ask: Ask) -> Exception:
    is_taken = isinstance(error, asyncpg.UniqueViolationError) and ask.kind == "insert"
    told: Exception = writing.conflict(error) if is_taken else error
    return told


async def _read(step: "Lockstep", asks: Sequence[Ask]) -> None:
    statement = asks[0].statement
    assert statement is not None
    by_arguments: dict[Any, list[Ask]] = {}
    for each in asks:
        key = tuple(tuple(value) if isinstance(value, list) else value for value in each.arguments)
        by_arguments.setdefault(key, []).append(each)
    lists = list(by_arguments.values())
    if len(lists) == 1:
        answers = [await step.tx.connection.fetch(statement.sql, *asks[0].arguments)]
    else:
        text, arguments = several.spread(statement, [each[0].arguments for each in lists])
        answers = [[] for _ in lists]
        for row in await step.tx.connection.fetch(text, *arguments):
            answers[row[several.PLACE] - 1].append(row)
    for some, answer in zip(lists, answers, strict=True):
        for each in some:
            each.answer.set_result(answer)


async def _insert(step: "Lockstep", asks: Sequence[Ask]) -> None:
    table, columns = asks[0].table, tuple(asks[0].values)
    assert table is not None
    if step.imagined:
        await _look(step, asks)
        return
    found = await step.tx.connection.fetch(several.inserting(table, columns), [dict(each.values) for each in asks])
    rows = {row["id"]: row for row in found}
    stored = []
    for each in asks:
        row = rows.pop(each.values["id"], None)
        if row is None:
            each.answer.set_exception(AlreadyExists())
        else:
            stored.append((each, row))
    await _store_attributes(step, table, [row for _, row in stored])
    await _store_words(step, table, [row for _, row in stored])
    for each, row in stored:
        each.row.has_stored = True
        each.answer.set_result(row)


async def _store_attributes(step: "Lockstep", table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    extension = extension_of(table)
    if extension is None:
        return
    # In one order whoever writes, so that two who write the same wait for each other instead of in a circle.
    found = sorted(
        (key, value, row["id"], row["created_at"], row[extension.owner] if extension.owner else None)
        for row in rows
        for key, value in attributes_of(table, row)
    )
    if not found:
        return
    names = ("key", "value", "id", "created_at", *(("partner_id",) if extension.owner else ()))
    lists = [[each[place] for each in found] for place in range(len(names))]
    typed = ("text[]", "text[]", "text[]", "timestamptz[]", "text[]")
    arrays = ", ".join(f"${place + 2}::{typed[place]}" for place in range(len(names)))
    columns = ", ".join(names)
    await step.tx.connection.execute(
        f"INSERT INTO {extension.attributes.name} (tenant_id, {columns})"
        f" SELECT $1, {columns} FROM unnest({arrays}) AS each({columns})",
        step.tx.tenant_id,
        *lists,
    )


async def _store_words(step: "Lockstep", table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    search = search_of(table)
    if search is None:
        return
    found = [
        (row["id"], word, row[search.owner] if search.owner else None)
        for row in rows
        for word in words_of(row[name] for name in search.columns)
    ]
    if not found:
        return
    names = ("id", "word", *(("partner_id",) if search.owner else ()))
    lists = [[each[place] for each in found] for place in range(len(names))]
    arrays, columns = ", ".join(f"${place + 2}::text[]" for place in range(len(names))), ", ".join(names)
    await step.tx.connection.execute(
        f"INSERT INTO {search.words.name} (tenant_id, {columns})"
        f" SELECT $1, {columns} FROM unnest({arrays}) AS each({columns})",
        step.tx.tenant_id,
        *lists,
    )


async def _look(step: "Lockstep", asks: Sequence[Ask]) -> None:
    """Answer rows that are only imagined: what would be stored, or that a key of theirs is taken."""
    table = asks[0].table
    assert table is not None
    taken: dict[Ask, Exception] = {}
    for columns in several.unique_keys(table):
        for each in asks:
            if None not in (key := _key(each, columns)):
                each.row.keys.add(f"{table.name}:{':'.join(map(str, key[1:]))}")
        keys = {_key(each, columns) for each in asks}
        rows = [dict(zip(columns, key, strict=True)) for key in keys if None not in key]
        if rows:
            there = {
                tuple(row.values()) for row in await step.tx.connection.fetch(several.finding(table, columns), rows)
            }
            taken |= {each: AlreadyExists() for each in asks if _key(each, columns) in there}
    taken |= await _references_taken(step, table, asks)
    for each in asks:
        if each in taken:
            each.answer.set_exception(taken[each])
        else:
            each.answer.set_result({**{column.name: None for column in table.columns}, **each.values})


def _key(ask: Ask, columns: Sequence[str]) -> tuple[Any, ...]:
    return tuple(ask.values.get(name) for name in columns)


async def _references_taken(step: "Lockstep", table: Table, asks: Sequence[Ask]) -> dict[Ask, Exception]:
    extension = extension_of(table)
    if extension is None:
        return {}
    wanted: dict[tuple[str, str], list[Ask]] = {}
    for each in asks:
        for key, value in attributes_of(table, {**blank(table), **each.values}):
            if key.startswith(REFERENCE):
                each.row.keys.add(f"{table.name}:{key}:{value}")
                wanted.setdefault((key, value), []).append(each)
    if not wanted:
        return {}
    rows = [{"tenant_id": step.tx.tenant_id, "key": key, "value": value} for key, value in wanted]
    finding = several.finding(extension.attributes, ("tenant_id", "key", "value"))
    found = await step.tx.connection.fetch(finding, rows)
    return {each: writing.ExternalReferenceTaken() for row in found for each in wanted[row["key"], row["value"]]}


async def _add(step: "Lockstep", asks: Sequence[Ask]) -> None:
    table, columns = asks[0].table, tuple(asks[0].values)
    assert table is not None
    keys = tuple(column.name for column in table.primary_key)
    by_key: dict[tuple[Any, ...], Ask] = {}
    for each in asks:
        key = _key(each, keys)
        if step.added.setdefault((table, key), each.row) is not each.row and not step.imagined:
            # Whether it is free depends on what becomes of the other row.
            raise step.give_way()
        by_key[key] = each
    rows = [dict(each.values) for _, each in sorted(by_key.items())]
    text = several.finding(table, keys) if step.imagined else several.inserting(table, columns)
    found = {tuple(row[name] for name in keys): row for row in await step.tx.connection.fetch(text, rows)}
    for each in asks:
        row = found.get(_key(each, keys))
        if step.imagined:
            row = None if row is not None else {**each.values}
        elif row is not None:
            each.row.has_stored = True
        each.answer.set_result(row)


async def _change(step: "Lockstep", ask: Ask) -> None:
    assert ask.call is not None
    try:
        result = await ask.call(step.tx.connection)
    except asyncpg.PostgresError as error:
        if not step.alone:
            raise
        ask.answer.set_exception(error)
        return
    ask.row.has_stored = ask.row.has_stored or (ask.kind == "change" and not step.imagined)
    ask.answer.set_result(result)
