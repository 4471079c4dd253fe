"""A transaction: the only way to write. Its rows, audit rows, events and idempotent answer commit together or not at all."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy import Table

from shared.auth.principal import Caller
from shared.db import store
from shared.db.afterwards import Afterwards
from shared.db.asking import Asking
from shared.db.following import followers_of
from shared.db.pending import Pending
from shared.db.pool import Database, Record, begin, end_role, roll_back
from shared.db.visibility import shape_of
from shared.db.walls import Wall
from shared.errors import AlreadyExists, NotYours, StaleVersion
from shared.events.envelope import Envelope, Event
from shared.extensions import stored as writing
from shared.search.stored import follow
from shared.values.ids import new_id

if TYPE_CHECKING:
    from shared.lifecycle import Lifecycle


@dataclass(slots=True)
class Tx(Asking):
    """An open transaction in the caller's tenant and view. `now` is the tenant's business time."""

    database: Database
    connection: "asyncpg.Connection[Any]"
    caller: Caller
    viewer: str
    now: datetime
    action: str
    request_id: str | None = None
    reason: str | None = None
    """Why: what the request's body says. It stands in the audit records, and nowhere else by this."""
    named: str | None = None
    """The id that the request's path names, where it gives a reason."""
    sees_tenant: bool = False
    own: str | None = None
    afterwards: Afterwards | None = None
    _after: list[Callable[[], Awaitable[Afterwards | None]]] = field(default_factory=list)
    _pending: Pending = field(default_factory=Pending)

    @property
    def tenant_id(self) -> str:
        """The tenant whose data this transaction sees."""
        return self.caller.tenant_id

    def new_id(self, prefix: str) -> str:
        """Return a fresh id made at the tenant's time."""
        return new_id(prefix, at=self.now)

    async def fetch(self, table: Table, row_id: str) -> Record:
        """Return one entity in the caller's view; raises NotFound, the same for hidden and for missing."""
        return await self.one(store.fetching(table, shape_of(self.viewer), lock=False), row_id=row_id)

    async def lock(self, table: Table, row_id: str) -> Record:
        """Like `fetch`, and hold the row until the transaction ends; raises NotYours where only one's own may be changed."""
        row = await self.one(store.fetching(table, shape_of(self.viewer), lock=True), row_id=row_id)
        owner = table.info.get("owned_by")
        if self.own is not None and owner and row[owner] != self.own:
            raise NotYours()
        return row

    async def lock_for(
        self, table: Table, row_id: str, *, action: str, lifecycle: "Lifecycle", version: int | None
    ) -> Record:
        """Hold a row for an action: NotFound, then InvalidTransition by its state, then StaleVersion, in that order.

        `version` is what the caller has seen; None is for the machinery, which decides by the row it holds.
        """
        row = await self.lock(table, row_id)
        lifecycle.require(row["status"], action)
        require_version(row, version)
        return row

    async def insert(self, table: Table, **values: Any) -> Record:
        """Store a new entity (version 1, now); raises AlreadyExists when its id is taken, or a reference."""
        stored = self.as_new(values)
        statement, found_by = writing.insertion(table, stored)
        try:
            row = await self.first(statement, **stored, **found_by)
        except asyncpg.UniqueViolationError as taken:
            raise writing.conflict(taken) from taken
        if row is None:
            raise AlreadyExists()
        self._record(table, None, row)
        return row

    def as_new(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a new entity with those that all have."""
        return {"tenant_id": self.tenant_id, "version": 1, "created_at": self.now, "updated_at": self.now, **values}

    async def update(self, table: Table, row: Mapping[str, Any], **changes: Any) -> Record:
        """Change an entity from the version in `row` to the next.

        Raises StaleVersion when another got there first, AlreadyExists when the change takes a key that another has.
        """
        values = {f"new_{name}": value for name, value in changes.items()} | {"new_updated_at": self.now}
        statement, found_by = writing.change(table, row, changes)
        try:
            changed = await self.first(statement, row_id=row["id"], seen_version=row["version"], **values, **found_by)
        except asyncpg.UniqueViolationError as taken:
            raise writing.conflict(taken) from taken
        if changed is None:
            raise StaleVersion()
        self._record(table, row, changed)
        await follow(self, table, row, changed)
        for keep_in_step in followers_of(table):
            await keep_in_step(self, row, changed)
        return changed

    async def delete(self, table: Table, row: Mapping[str, Any]) -> None:
        """Remove an entity, with what it is found by, from the version in `row`; raises StaleVersion. Its audit records stay."""
        statement, found_by = writing.removal(table, row)
        if await self.first(statement, row_id=row["id"], seen_version=row["version"], **found_by) is None:
            raise StaleVersion()
        wall: Wall = table.info["wall"]
        kept = {name: row[name] for name in ("id", wall.column) if name in row}
        self._record(table, row, {**dict.fromkeys(row.keys()), **kept, "version": row["version"] + 1})

    async def add(self, table: Table, **values: Any) -> Record | None:
        """Store a record; returns None, and changes nothing, when its key is taken."""
        stored = {"tenant_id": self.tenant_id, **values}
        return await self.first(store.inserting(table, tuple(stored), ignore_duplicates=True), **stored)

    async def project(self, table: Table, **values: Any) -> bool:
        """Store a projection's row if its `version` is higher than the stored one; tells whether it was."""
        stored = {"tenant_id": self.tenant_id, **values}
        return await self.run(store.projecting(table, tuple(stored)), **stored) > 0

    async def put(self, table: Table, **values: Any) -> None:
        """Store a record by its key, replacing what was there."""
        stored = {"tenant_id": self.tenant_id, **values}
        await self.run(store.replacing(table, tuple(stored)), **stored)

    async def remove(self, table: Table, **key: Any) -> int:
        """Delete the records that have these values and return how many there were."""
        values = {f"old_{name}": value for name, value in key.items()}
        return await self.run(store.deleting(table, tuple(key)), **values)

    def emit(self, event: Event, *, subject: Mapping[str, Any], audience: Sequence[str | None] = ()) -> Envelope:
        """Append an event about an entity, and return it as its readers will get it.

        `audience` names the partners who may know of it (the vendor always may). The facts tell the entity's status too.
        """
        facts = event.model_dump(mode="json")
        if "status" in subject:
            facts.setdefault("status", subject["status"])
        envelope = Envelope(
            id=self.new_id("evt"),
            type=event.type,
            source=self.database.service,
            tenant_id=self.tenant_id,
            mode=self.caller.mode,
            subject=subject["id"],
            subject_version=subject["version"],
            time=self.now,
            actor_id=self.caller.account_id,
            request_id=self.request_id,
            audience=tuple(sorted({partner for partner in audience if partner})),
            public=event.public,
            data=facts,
        )
        self._pending.event(envelope)
        return envelope

    def after_commit(self, step: Callable[[], Awaitable[Afterwards | None]]) -> None:
        """Run a step when everything here is committed, before the caller is answered; a rollback drops it.

        The step holds no connection and cannot undo anything. It returns None, or what the answer shall be instead:
        202 says that the effect is stored here and has not arrived everywhere yet.
        """
        self._after.append(step)

    async def remind(self, kind: str, *, subject: str, at: datetime, **arguments: Any) -> None:
        """Set (or move) the timer of this kind for a subject to a business time."""
        timer = {"kind": kind, "subject": subject, "due_at": at, "mode": self.caller.mode, "arguments": arguments}
        await self.put(self.database.tables.timers, **timer, attempts=0, error=None)

    async def forget(self, kind: str, *, subject: str) -> None:
        """Cancel a timer, if it is set."""
        await self.remove(self.database.tables.timers, kind=kind, subject=subject)

    def answered(self, **answer: Any) -> None:
        """Keep the answer of this request for a replay of its idempotency key."""
        self._pending.answer.append(answer)

    def _record(self, table: Table, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> None:
        if not table.info.get("audited", True):
            return
        actor_id, on_behalf_of = self.caller.acting
        self._pending.change(
            *(table, before, after),
            reason=self.reason,
            giver=self.caller.partner_id,
            named=self.named,
            id=self.new_id("aud"),
            at=self.now,
            actor_id=actor_id,
            on_behalf_of=on_behalf_of,
            action=self.action,
            request_id=self.request_id,
        )

    async def flush(self) -> bool:
        """Send what is pending; tells whether events were among it."""
        return await self._pending.send(
            self.connection, database=self.database, tenant_id=self.tenant_id, mode=self.caller.mode
        )

    @asynccontextmanager
    async def as_engine(self, reason: str) -> AsyncIterator[None]:
        """See the whole tenant for work that must look beyond its caller; `reason` says which. Only verdicts leave it."""
        assert reason
        if self.sees_tenant:
            # A handler, a timer or an outer block took the role on, and must still have it when this block ends.
            yield
            return
        viewer, self.viewer, self.sees_tenant = self.viewer, "*", True
        try:
            await self.connection.execute(f"SET LOCAL ROLE {self.database.roles['engine']}")
            yield
        finally:
            self.viewer, self.sees_tenant = viewer, False
            await end_role(self.connection)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo the statements inside when one of them fails, and let the transaction go on."""
        mark = self._pending.mark()
        await self.connection.execute("SAVEPOINT step")
        try:
            yield
        except BaseException:
            self._pending.back_to(mark)
            if not self.connection.is_closed():
                # Released as well: left behind, it would be what an outer block of the same name goes back to.
                await self.connection.execute("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step")
            raise
        await self.connection.execute("RELEASE SAVEPOINT step")


def require_version(row: Mapping[str, Any], version: int | None) -> None:
    """Raise StaleVersion when the caller has seen another version than the one held."""
    if version is not None and row["version"] != version:
        raise StaleVersion()


@asynccontextmanager
async def transaction(
    database: Database,
    *,
    caller: Caller,
    viewer: str,
    now: datetime,
    action: str,
    request_id: str | None = None,
    engine: bool = False,
    own: str | None = None,
    alone: int | None = None,
) -> AsyncIterator[Tx]:
    """Open a transaction, commit it with everything pending when the block ends, roll back when it raises.

    `alone` is a number that no other open transaction may hold: RequestInFlight when one does.
    """
    async with database.connection() as connection:
        try:
            role = database.roles["engine"] if engine else None
            await begin(connection, tenant_id=caller.tenant_id, viewer=viewer, role=role, alone=alone)
            tx = Tx(database, connection, caller, viewer, now, action, request_id, sees_tenant=engine, own=own)
            yield tx
            had_events = await tx.flush()
            if await connection.execute("COMMIT") != "COMMIT":
                # The server answers COMMIT with ROLLBACK, and no error, when a statement's failure was passed over.
                raise RuntimeError(f"{action}: a statement failed and the work went on without a savepoint")
        except BaseException:
            await roll_back(connection)
            raise
    if had_events:
        database.wake()
    for step in tx._after:
        tx.afterwards = await step() or tx.afterwards
