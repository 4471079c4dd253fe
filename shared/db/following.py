"""What is kept in step with the rows of a table, whichever command changes them: called in the transaction of the change."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

if TYPE_CHECKING:
    from shared.db.tx import Tx

Follower = Callable[["Tx", Mapping[str, Any], Mapping[str, Any]], Awaitable[None]]


def follow_changes(table: Table, *, by: Follower) -> None:
    """Let `by` see each row of a table before and after it is changed; it decides by the two rows whether to do anything."""
    table.info["followed_by"] = (*followers_of(table), by)


def followers_of(table: Table) -> tuple[Follower, ...]:
    """Return what follows the changes of a table."""
    found: tuple[Follower, ...] = table.info.get("followed_by", ())
    return found
