"""Filters by the keys that stand beside a table: an object is found under all that it is known by, however that is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, BindParameter, Column, Table, Text, any_, func, select

from shared.db.statements import TENANT
from shared.db.visibility import within


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the keys of objects are, whose they are, and which keys a value is found by, of `most` at a time."""

    key: Column[Any]
    of: Column[Any]
    reading: Callable[[str], Iterable[str]]
    meaning: str
    most: int = 20


def keyed(table: Table, keys: Keys, asked: BindParameter[Any], *, shape: str) -> Any:
    """Return the condition, in a view of a shape, that an object has one of the keys that are asked for."""
    beside = keys.key.table
    found = select(keys.of).where(beside.c.tenant_id == TENANT, *within(beside, shape), keys.key == any_(asked))
    return table.c.id == any_(func.array(found.scalar_subquery(), type_=ARRAY(Text(collation="C"))))
