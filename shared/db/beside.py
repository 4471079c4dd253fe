"""What is read beside a row, so that what it offers is true: the time of asking, and what other tables say of it now.

What the row's own statement cannot bring, since a command has made the row, is asked when the command is done.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, Table, bindparam, literal_column, select

from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def is_found(rows: Select[Any], *, beside: Table) -> ColumnElement[bool]:
    """Return the expression for whether a row has one of some rows: looked up for each, and never all of them gathered."""
    one = rows.correlate(beside).limit(literal_column("1")).scalar_subquery()
    return one.is_not(None)


def seen_beside(resource: Resource) -> list[Label[Any]]:
    """Return the expressions that are read beside the columns of a resource, each under its name."""
    return [expression.label(name) for name, expression in resource.beside.items()]


async def with_beside(tx: Tx, resource: Resource | None, found: Any) -> Any:
    """Return a row with what is read beside it, as it is now; anything else, and a row that has it, as it was found."""
    if resource is None or not resource.beside or not isinstance(found, Mapping | Record):
        return found
    now = await tx.first(_beside(resource), row_id=found["id"], asked_at=tx.now)
    # Of what has left the caller's sight nothing is known any more.
    return {**found, **(dict.fromkeys(resource.beside) | {"asked_at": tx.now} if now is None else now)}


async def rules_out(tx: Tx, resource: Resource, row: Row, *, action: str) -> bool:
    """Tell whether a row, as it is now, keeps an action from the caller."""
    if resource.ruled_out is None:
        return False
    return action in resource.ruled_out(await with_beside(tx, resource, row), tx.caller)


@lru_cache(maxsize=256)
def _beside(resource: Resource) -> Statement:
    table = resource.table
    return Statement(
        select(*seen_beside(resource)).where(table.c.tenant_id == TENANT, table.c.id == bindparam("row_id"))
    )
