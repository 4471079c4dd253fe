"""Statements for many rows at once: what `Tx` does with one row, in one statement for all of them."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
from sqlalchemy import ARRAY, Table, UniqueConstraint

from shared.db.statements import DIALECT, Statement

_WRITES: Final = re.compile(r"\b(INSERT INTO|UPDATE \S+ SET|DELETE FROM)\b")
_COLLATION: Final = re.compile(r' COLLATE "\w+"')
PLACE: Final = "_place"
"""The last column of a spread answer: which of the questions a row answers."""


def _type(kind: Any) -> str:
    return _COLLATION.sub("", kind.compile(dialect=DIALECT))


@lru_cache(maxsize=1024)
def adding(table: Table, columns: tuple[str, ...]) -> str:
    """INSERT of the rows of a JSON array ($1) whose keys are free."""
    # Two columns are named as SQL's own words are.
    names = ", ".join(f'"{name}"' for name in columns)
    typed = ", ".join(f'"{name}" {_type(table.c[name].type)}' for name in columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM jsonb_to_recordset($1::jsonb) AS r({typed})"
        " ON CONFLICT DO NOTHING"
    )


@lru_cache(maxsize=1024)
def inserting(table: Table, columns: tuple[str, ...]) -> str:
    """INSERT of the rows of a JSON array ($1), returning those whose keys were free."""
    return f"{adding(table, columns)} RETURNING *"


@lru_cache(maxsize=1024)
def changing(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> str:
    """UPDATE of these columns in the rows that have the keys of a row of a JSON array ($1)."""
    typed = ", ".join(f'"{name}" {_type(table.c[name].type)}' for name in (*keys, *columns))
    same = " AND ".join(f't."{name}" = r."{name}"' for name in keys)
    values = ", ".join(f'"{name}" = r."{name}"' for name in columns)
    return f"UPDATE {table.name} t SET {values} FROM jsonb_to_recordset($1::jsonb) AS r({typed}) WHERE {same}"


@lru_cache(maxsize=1024)
def finding(table: Table, columns: tuple[str, ...]) -> str:
    """SELECT of the values of these columns in rows that agree in all of them with a row of a JSON array ($1)."""
    typed = ", ".join(f"{name} {_type(table.c[name].type)}" for name in columns)
    same = " AND ".join(f"t.{name} = r.{name}" for name in columns)
    wanted = ", ".join(f"t.{name}" for name in columns)
    return f"SELECT {wanted} FROM jsonb_to_recordset($1::jsonb) AS r({typed}) JOIN {table.name} t ON {same}"


@lru_cache(maxsize=256)
def unique_keys(table: Table) -> tuple[tuple[str, ...], ...]:
    """Return the columns of every key that no two rows of a table share, the primary key first."""
    groups = [table.primary_key.columns]
    groups += [each.columns for each in table.constraints if isinstance(each, UniqueConstraint)]
    groups += [each.columns for each in table.indexes if each.unique]
    # Plain texts: a quoted name is no key of a JSON object.
    return tuple(dict.fromkeys(tuple(str(column.name) for column in group) for group in groups))


def is_read(statement: Statement) -> bool:
    """Tell whether a statement changes nothing, so that it can be asked for many arguments at once."""
    return _WRITES.search(statement.sql) is None


@lru_cache(maxsize=1024)
def _spreading(statement: Statement, varying: tuple[int, ...]) -> tuple[str, tuple[bool, ...]]:
    """Return the text that asks a statement for arrays of those arguments that vary, and which of them are arrays themselves."""
    kinds = statement.kinds
    names = [f"a{place}" for place in varying]
    sources = []
    lists = tuple(isinstance(kinds[place], ARRAY) for place in varying)
    for place, is_list in zip(varying, lists, strict=True):
        sources.append(f"${place + 1}::{'text' if is_list else _type(kinds[place])}[]")
    inner = statement.sql
    for place, name, is_list in zip(varying, names, lists, strict=True):
        value = f"ARRAY(SELECT jsonb_array_elements_text(each.{name}::jsonb))" if is_list else f"(each.{name})"
        inner = re.sub(rf"\${place + 1}(?![0-9])", value, inner)
    return (
        f"SELECT q.*, each.{PLACE} FROM unnest({', '.join(sources)}) WITH ORDINALITY"
        f" AS each({', '.join(names)}, {PLACE}), LATERAL ({inner}) q",
        lists,
    )


def spread(statement: Statement, asked: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """Return a text and its arguments that ask a read for many lists of arguments at once, of which no two are equal.

    Its rows say in their last column, counted from one, which of the lists they answer.
    """
    first = asked[0]
    varying = tuple(place for place in range(len(first)) if any(each[place] != first[place] for each in asked))
    text, lists = _spreading(statement, varying)
    arguments: list[Any] = list(first)
    for place, is_list in zip(varying, lists, strict=True):
        values = [each[place] for each in asked]
        arguments[place] = [orjson.dumps(value).decode() for value in values] if is_list else values
    return text, arguments
