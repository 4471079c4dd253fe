"""What a service says of an object that can be imported."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Table

from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.imports.row_tx import Written
from shared.web.models import Body, ExternalReferenceIn


def no_keys(_: Any) -> Iterable[str]:
    """Return what two rows of a file must not both be, beyond the keys of the table: nothing."""
    return ()


def all_of_it(written: Sequence[Written]) -> Sequence[Written]:
    """Return what taking back undoes of what a row has written: everything."""
    return written


@dataclass(frozen=True, slots=True)
class Importable:
    """An object, the body and the permission of its creation, and the commands that every row goes through.

    `create` is the command behind POST and `put` the one behind PUT by an external reference, None where there is none;
    both return the row. `take_back` undoes a creation that nobody has touched, by removal where none is named; it raises a
    Conflict where that cannot be.
    `restored` tells others of an object that has its former values back.
    `undoes` returns what taking back undoes of what a row has written, or None where that went further than the object.
    """

    object: str
    noun: str
    body: type[Body]
    table: Table
    create: Callable[[Tx, Any], Awaitable[Row]]
    put: Callable[[Tx, Any, ExternalReferenceIn], Awaitable[Row]] | None = None
    take_back: Callable[[Tx, Record], Awaitable[None]] | None = None
    restored: Callable[[Tx, Record, Record], Awaitable[None]] | None = None
    undoes: Callable[[Sequence[Written]], Sequence[Written] | None] = all_of_it
    keys: Callable[[Any], Iterable[str]] = no_keys
    by: Literal["vendor"] | None = None

    @property
    def permission(self) -> str:
        """What the caller must be allowed."""
        return f"{self.noun}:write"

    @property
    def reading(self) -> str:
        """What the caller must be allowed to see what others have sent."""
        return f"{self.noun}:read"
