"""SQLAlchemy Core as the language, asyncpg as the driver: statements are compiled once and run by position."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import DateTime, Text, bindparam
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.elements import BindParameter

DIALECT: Final = asyncpg.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

TENANT: Final[BindParameter[str]] = bindparam("tenant_id", type_=Text(collation="C"))
OWNER: Final[BindParameter[str]] = bindparam("owner_account", type_=Text(collation="C"))
VIEWER: Final[BindParameter[str]] = bindparam("viewer", type_=Text(collation="C"))
ASKED_AT: Final[BindParameter[datetime]] = bindparam("asked_at", type_=DateTime(timezone=True))
"""The business time at which something is read."""


class Statement:
    """A Core statement, compiled on first use; parameters are given by name and sent by position."""

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause

    @cached_property
    def _compiled(self) -> tuple[str, tuple[str, ...], Mapping[str, Any], tuple[Any, ...]]:
        compiled: Any = self._clause.compile(dialect=DIALECT)
        if "POSTCOMPILE" in str(compiled):
            raise ValueError("a list of values travels as one array: use `column == any_(…)` instead of `in_`")
        names = tuple(compiled.positiontup or ())
        required = {name for name, bind in compiled.binds.items() if bind.required}
        defaults = {name: value for name, value in compiled.params.items() if name not in required}
        kinds = tuple(compiled.binds[name].type for name in names)
        # What it was made of takes ten times the room of its text, and lists have a statement for each way to ask for them.
        del self._clause
        return str(compiled), names, defaults, kinds

    @property
    def sql(self) -> str:
        """The text sent to the server, with `$n` placeholders."""
        return self._compiled[0]

    @property
    def names(self) -> tuple[str, ...]:
        """The parameter that each placeholder stands for, in order."""
        return self._compiled[1]

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The type of each parameter, in the order of the placeholders."""
        return self._compiled[3]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """Return the values in the order of the placeholders; a missing one raises KeyError."""
        defaults = self._compiled[2]
        return [values[name] if name in values else defaults[name] for name in self.names]

    @cached_property
    def reading(self) -> tuple[str, int]:
        """The one-round-trip read: sets tenant and viewer, reads in the same statement, leaves nothing behind.

        Returns the text and the number of arguments of the statement itself; tenant and viewer follow them.
        """
        inner, count = self.sql, len(self.names)
        if "tenant_id" not in self.names:
            # Nothing would make the server set the scope before it reads.
            raise ValueError("a statement that reads names its tenant: where(table.c.tenant_id == TENANT)")
        for name, alias in (("tenant_id", "s.t"), ("viewer", "s.v")):
            if name in self.names:
                place = self.names.index(name) + 1
                inner = re.sub(rf"\${place}(?:::[A-Z]+)?(?![0-9])", alias, inner)
        # A placeholder that no longer occurs still needs a type, or the server cannot know it.
        unused = "".join(
            f", ${self.names.index(name) + 1}::text" for name in ("tenant_id", "viewer") if name in self.names
        )
        text = (
            f"SELECT q.* FROM (SELECT set_config('prm.tenant', ${count + 1}, true),"
            f" set_config('prm.viewer', ${count + 2}, true){unused} OFFSET 0) s(t, v),"
            f" LATERAL ({inner} OFFSET 0) q"
        )
        return text, count
