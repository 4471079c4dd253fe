"""One pool a process and service, logged in as the service's app role."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import orjson

from shared.db.connections import Connections, Loan
from shared.db.walls import roles_of
from shared.errors import RequestInFlight, Unavailable

if TYPE_CHECKING:
    from shared.db.plumbing import Plumbing
    from shared.web.peer import Peer

    Record = Mapping[str, Any]  # asyncpg's own class carries no types
else:
    Record = asyncpg.Record

_SETTINGS = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "10s",
    "jit": "off",
    "timezone": "UTC",
}
# A list has a statement for each choice of filters and order; asyncpg keeps 100, for five minutes, unless told otherwise.
_STATEMENTS_KEPT = 400
_OUTAGES = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    # asyncpg's word for a connection on which the server has said goodbye, and which has not been closed yet.
    asyncpg.InternalClientError,
)
# Two transactions were in each other's way; the one that was undone can begin again.
CONTENTION = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError)


class JsonText(str):
    """A JSON document that is one text, which must not be taken for a document read as text."""

    __slots__ = ()


def is_outage(error: BaseException) -> bool:
    """Tell whether the server, or the way to it, failed rather than the statement: trouble that passes by itself."""
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg reports a closed connection and a wrong argument by the same class.
        return not isinstance(error, ValueError) and "clos" in str(error)
    return isinstance(error, _OUTAGES)


async def _prepare(connection: "asyncpg.Connection[Any]") -> None:
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=lambda value: orjson.dumps(value).decode(), decoder=_decoded
        )


def _decoded(text: str) -> Any:
    value = orjson.loads(text)
    return JsonText(value) if isinstance(value, str) else value


async def begin(
    connection: "asyncpg.Connection[Any]", *, tenant_id: str, viewer: str, role: str | None, alone: int | None
) -> None:
    """Open a transaction in a tenant's view; `alone` is a number that no other may hold: RequestInFlight when one does."""
    text = f"BEGIN; SET LOCAL prm.tenant = {_quoted(tenant_id)}; SET LOCAL prm.viewer = {_quoted(viewer)}"
    if role is not None:
        text += f"; SET LOCAL ROLE {role}"
    if alone is not None:
        # Several statements at once bring no rows back, but they do bring an error: this one divides by zero.
        text += f"; SELECT 1 / pg_try_advisory_xact_lock({alone})::int"
    try:
        await connection.execute(text)
    except asyncpg.DivisionByZeroError:
        raise RequestInFlight(headers={"Retry-After": "1"}) from None


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def roll_back(connection: "asyncpg.Connection[Any]") -> None:
    """Undo what a connection's open transaction did; a lost connection has undone it already."""
    if connection.is_closed():
        return
    try:
        await connection.execute("ROLLBACK")
    except Exception as error:
        if not is_outage(error):
            raise


async def end_role(connection: "asyncpg.Connection[Any]") -> None:
    """Go back to the app role within a transaction."""
    if connection.is_closed():
        return
    try:
        await connection.execute("SET LOCAL ROLE NONE")
    except asyncpg.InFailedSQLTransactionError:
        # The transaction has failed already and will be rolled back, which ends the role as well.
        return


class Database:
    """The database of one service. `open` and `close` bracket its life; features see `Tx` and `Read` only."""

    def __init__(
        self, url: str, *, service: str, tables: "Plumbing", size: int = 10, long_statements: bool = False
    ) -> None:
        self.url = url
        self.service = service
        self.tables = tables
        self.roles = roles_of(service)
        self.epoch = 0
        self.peers: Mapping[str, Peer] = {}
        self._size = size
        self._long = long_statements
        self._connections: Connections | None = None
        self._waiting: set[asyncio.Event] = set()
        self.work = asyncio.Event()
        """Set when a transaction of this process has left work for its operations."""

    async def open(self) -> None:
        """Connect; raises asyncpg's errors when the server cannot be reached."""
        connections = Connections(self._connected, size=self._size)
        await connections.open()
        self._connections = connections

    async def _connected(self) -> "asyncpg.Connection[Any]":
        settings = {**_SETTINGS, "search_path": f"{self.service},public", "application_name": f"prm {self.service}"}
        if self._long:
            settings |= {"statement_timeout": "600s", "idle_in_transaction_session_timeout": "600s"}
        connection = await asyncpg.connect(
            self.url,
            server_settings=settings,
            command_timeout=None if self._long else 30,
            statement_cache_size=_STATEMENTS_KEPT,
            max_cached_statement_lifetime=0,
        )
        await _prepare(connection)
        return connection

    async def close(self) -> None:
        """Wait for running work, then disconnect."""
        if self._connections is not None:
            await self._connections.close()
            self._connections = None

    def connection(self) -> Loan:
        """Lend a connection for an `async with`.

        Raises TimeoutError when none becomes free in time, Unavailable before the service has started and after it has stopped.
        """
        if self._connections is None:
            raise Unavailable()
        return Loan(self._connections)

    @asynccontextmanager
    async def as_worker(self, *, writes: bool = False) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """Open a short transaction of the machinery, which sees the machinery's tables of all tenants."""
        async with self.connection() as connection:
            try:
                mode = "" if writes else " READ ONLY"
                await connection.execute(f"BEGIN{mode}; SET LOCAL ROLE {self.roles['worker']}")
                yield connection
                await connection.execute("COMMIT")
            except BaseException:
                await roll_back(connection)
                raise

    def wake(self) -> None:
        """Tell the readers of this service's log, in this process, that there is something new."""
        for event in self._waiting:
            event.set()

    @contextmanager
    def awaiting_news(self) -> Iterator[asyncio.Event]:
        """Return an event that is set when a transaction of this process has committed new log entries."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            yield event
        finally:
            self._waiting.discard(event)

    async def ping(self) -> None:
        """Raise when the server does not answer."""
        async with self.connection() as connection:
            await connection.fetchval("SELECT 1")
