"""The transaction of one row of a batch, as its command sees it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table

from shared.db.pool import Record
from shared.db.several import is_read
from shared.db.statements import Statement
from shared.db.tx import Tx
from shared.imports.rounds import Ask, Kind

if TYPE_CHECKING:
    from shared.imports.lockstep import Lockstep


@dataclass(frozen=True, slots=True)
class Written:
    """A row that a command has stored: as it was before, None for a new one, and as it is."""

    table: Table
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


@dataclass(slots=True)
class RowTx(Tx):
    """A transaction whose statements wait for those of the other rows; it notes what the row has written."""

    step: "Lockstep" = field(kw_only=True)
    place: int = field(kw_only=True)
    written: list[Written] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    """What no two rows of an import may both say of themselves."""
    has_stored: bool = False

    @classmethod
    def of(cls, step: "Lockstep", place: int) -> "RowTx":
        """Return the transaction of the row in this place of the batch."""
        tx = step.tx
        made = cls(
            *(step.database, tx.connection, tx.caller, tx.viewer, tx.now, tx.action, tx.request_id, tx.reason),
            sees_tenant=tx.sees_tenant,
            own=tx.own,
            step=step,
            place=place,
        )
        made.connection = _Line(made)
        return made

    async def all(self, statement: Statement, /, **values: Any) -> list[Record]:
        """Ask together with the other rows."""
        arguments = self._arguments(statement, values)
        if is_read(statement):
            rows: list[Record] = await self._ask("read", statement=statement, arguments=arguments)
            return rows
        found: list[Record] = await self._ask("change", call=lambda line: self._written(line, statement, arguments))
        return found

    async def first(self, statement: Statement, /, **values: Any) -> Record | None:
        """Ask together with the other rows."""
        rows = await self.all(statement, **values)
        return rows[0] if rows else None

    async def run(self, statement: Statement, /, **values: Any) -> int:
        """Do it in the row's turn."""
        if self.step.imagined:
            return 0
        arguments = self._arguments(statement, values)
        status = await self._ask("change", call=lambda line: line.execute(statement.sql, *arguments))
        return int(status.rsplit(" ", 1)[-1]) if status[-1].isdigit() else 0

    async def insert(self, table: Table, **values: Any) -> Record:
        """Store a new entity together with those of the other rows."""
        row: Record = await self._ask("insert", table=table, values=self.as_new(values))
        self.written.append(Written(table, None, row))
        if not self.step.imagined:
            self._record(table, None, row)
        return row

    async def update(self, table: Table, row: Mapping[str, Any], **changes: Any) -> Record:
        """Change an entity in the row's turn."""
        if self.step.imagined:
            after: Any = {**row, **changes, "version": row["version"] + 1, "updated_at": self.now}
        else:
            after = await Tx.update(self, table, row, **changes)
        self.written.append(Written(table, row, after))
        changed: Record = after
        return changed

    async def add(self, table: Table, **values: Any) -> Record | None:
        """Store a record together with those of the other rows."""
        row: Record | None = await self._ask("add", table=table, values={"tenant_id": self.tenant_id, **values})
        return row

    def hand_over(self, tx: Tx) -> None:
        """Give what is pending to the transaction of the batch."""
        if not self.step.imagined:
            self._pending.hand_over(tx._pending)
            tx._after.extend(self._after)

    def drop(self) -> None:
        """Forget what is pending."""
        self._pending.back_to((0, 0))
        self._after.clear()

    @asynccontextmanager
    async def as_engine(self, reason: str) -> AsyncIterator[None]:
        """See the whole tenant: what is asked inside waits for those that ask with that view."""
        assert reason
        viewer, sees, self.viewer, self.sees_tenant = self.viewer, self.sees_tenant, "*", True
        try:
            yield
        finally:
            self.viewer, self.sees_tenant = viewer, sees

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what is inside when it fails: by itself for a row alone, with the whole batch for one of many."""
        if self.step.alone and not self.step.imagined:
            async with Tx.savepoint(self):
                yield
            return
        stored, self.has_stored = self.has_stored, False
        mark, written = self._pending.mark(), len(self.written)
        try:
            yield
        except Exception as error:
            if self.has_stored:
                raise self.step.give_way() from error
            self._pending.back_to(mark)
            del self.written[written:]
            raise
        finally:
            self.has_stored = self.has_stored or stored

    async def _written(self, line: Any, statement: Statement, arguments: Sequence[Any]) -> list[Record]:
        """Return what a statement says that it has written; one that is only imagined is undone again."""
        if not self.step.imagined:
            written: list[Record] = await line.fetch(statement.sql, *arguments)
            return written
        await line.execute("SAVEPOINT imagined")
        try:
            written = await line.fetch(statement.sql, *arguments)
        finally:
            if not line.is_closed():
                await line.execute("ROLLBACK TO SAVEPOINT imagined; RELEASE SAVEPOINT imagined")
        return written

    async def _ask(self, kind: Kind, **asked: Any) -> Any:
        return await self.step.ask(Ask(self, kind, self.sees_tenant, **asked))


class _Line:
    """What a command that speaks to the connection itself is given: it waits for its turn like everything else."""

    def __init__(self, row: RowTx) -> None:
        self._row = row

    async def execute(self, text: str, *arguments: Any) -> str:
        """Run a statement in the row's turn; one that is only imagined does nothing."""
        if self._row.step.imagined:
            return ""
        status: str = await self._row._ask("direct", call=lambda line: line.execute(text, *arguments))
        return status

    def is_closed(self) -> bool:
        """Tell whether the connection is lost."""
        return bool(self._row.step.tx.connection.is_closed())
