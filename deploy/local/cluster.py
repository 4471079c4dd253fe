"""The files of a database cluster: made whole or not at all, held by one supervisor, cleared of an earlier run's processes."""

import asyncio
import fcntl
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from deploy.local import binaries
from deploy.local.errors import AlreadyRunning, StartError, disk_full, of_os_error, of_postgres_output
from deploy.local.place import Place
from deploy.local.process import Child, bare_environment
from shared import clock

SUPERUSER = "postgres"
_POLL_SECONDS = 0.01
# 40 MiB of catalogs and a first WAL segment of 16; initdb that runs out half-way does not always say why it failed.
_ROOM_FOR_A_NEW_ONE = 96 * 1024 * 1024


class DataLock:
    """The right to run the database of a place; the system releases it when its holder dies, however it dies."""

    def __init__(self, place: Place) -> None:
        self._path = place.data / "lock"
        self._file: IO[str] | None = None

    def take(self, *, url: str) -> None:
        """Take the lock and note who holds it and where its database answers; raises AlreadyRunning or StartError."""
        try:
            file = self._path.open("a+")
            self._path.chmod(0o600)
        except OSError as problem:
            raise of_os_error(problem, path=self._path, doing="write") from problem
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with file:
                file.seek(0)
                process, _, address = file.read().strip().partition("\n")
            raise AlreadyRunning(self._path.parent, process=process or "unknown", url=address or None) from None
        self._file = file
        try:
            file.truncate(0)
            file.write(f"{os.getpid()}\n{url}\n")
            file.flush()
        except OSError as problem:
            self.release()
            raise of_os_error(problem, path=self._path, doing="write") from problem

    def release(self) -> None:
        """Give the right back; nothing happens when it is not held."""
        if self._file is not None:
            file, self._file = self._file, None
            file.close()


async def prepare_files(place: Place, *, fast: bool, tcp: bool, tell: Callable[[str], None]) -> None:
    """Create the cluster when there is none, check its version when there is, and write who may connect."""
    try:
        if not _exists(place):
            tell("Creating the database")
            await _create(place, fast=fast)
        _check_version(place)
        _write(place.cluster / "pg_hba.conf", _access(tcp=tcp), place=place)
        _write(place.cluster / "pg_ident.conf", _identities(), place=place)
    except OSError as problem:
        raise of_os_error(problem, path=place.data, doing="create the database in") from problem


def _exists(place: Place) -> bool:
    """Whether there is a whole cluster; if not, what an interrupted start left is removed and the room is checked."""
    if place.cluster.exists():
        return True
    for unfinished in place.data.glob("making-*"):
        shutil.rmtree(unfinished, ignore_errors=True)
    if shutil.disk_usage(place.data).free < _ROOM_FOR_A_NEW_ONE:
        raise disk_full(place.data)
    return False


async def _create(place: Place, *, fast: bool) -> None:
    # initdb works beside the final name and is renamed when done, so a kill half-way leaves nothing that looks finished.
    unfinished = place.data / f"making-{secrets.token_hex(4)}"
    options = ["--locale=C", "--encoding=UTF8", "--auth=peer", f"--username={SUPERUSER}", "--no-instructions"]
    command = [str(place.binaries / "initdb"), "-D", str(unfinished), *options, *(["--no-sync"] if fast else [])]
    with tempfile.TemporaryFile() as output:
        making = Child(command, env=bare_environment(), account=place.account, output=output)
        try:
            code = await making.wait()
        except asyncio.CancelledError:
            await making.end((signal.SIGTERM, 5.0))
            raise
        if code != 0:
            output.seek(0)
            raise of_postgres_output(output.read().decode(errors="replace"), data=place.data)
    unfinished.rename(place.cluster)
    if not fast:
        _sync_directory(place.data)


def _check_version(place: Place) -> None:
    made_by = (place.cluster / "PG_VERSION").read_text().strip()
    ours = binaries.release(place.binaries).split(".")[0]
    if made_by != ours:
        raise StartError(
            f"The database in {place.cluster} was made by PostgreSQL {made_by}, this PRM brings {ours}. "
            "Dump it with the old version and load it into a new --data-dir."
        )


def _access(*, tcp: bool) -> str:
    """Who may connect: over the socket the user PRM runs as (and root), in any role; over loopback by password."""
    lines = ["local all all peer map=prm", "local replication all peer map=prm"]
    if tcp:
        lines += ["host all all 127.0.0.1/32 scram-sha-256", "host all all ::1/128 scram-sha-256"]
    return "\n".join(lines) + "\n"


def _identities() -> str:
    users = {"root", pwd.getpwuid(os.getuid()).pw_name}
    return "".join(f'prm "{user}" all\n' for user in sorted(users))


def _write(path: Path, text: str, *, place: Place) -> None:
    if path.read_text() == text:
        return
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.chmod(0o600)
    if place.account:
        os.chown(beside, place.account.uid, place.account.gid)
    beside.replace(path)


def _sync_directory(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def is_ready(place: Place, *, pid: int) -> bool:
    """Whether the server with this process id says that it accepts connections."""
    lines = _pid_file(place)
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _pid_file(place: Place) -> list[str]:
    try:
        return (place.cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


async def end_leftovers(place: Place, *, tell: Callable[[str], None], patience: float = 30.0) -> None:
    """End the server a killed PRM left behind, if any, and wait until no process of it is left; StartError if one stays.

    The caller holds the lock, so whatever still runs here has no supervisor. It is asked for a fast shutdown first, then
    for an immediate one; backends whose server is gone end by themselves.
    """
    told = False
    for number, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, patience / 3)):
        left = _processes_of(place)
        if not left:
            break
        if not told:
            tell(f"Ending the PostgreSQL of an earlier run (process {left[0]})")
            told = True
        server = _server_pid(place)
        for pid in [server] if server in left else left:
            _signal(pid, number)
        await _all_gone(place, seconds=seconds)
    if left := _processes_of(place):
        raise StartError(f"A PostgreSQL of an earlier run (process {left[0]}) does not end. End it and start again.")
    # The process id in a file left by a crash may belong to a stranger by now, and PostgreSQL would refuse to start.
    (place.cluster / "postmaster.pid").unlink(missing_ok=True)


async def _all_gone(place: Place, *, seconds: float) -> bool:
    until = clock.monotonic() + seconds
    while _processes_of(place):
        if clock.monotonic() > until:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
    except PermissionError:
        raise StartError(
            f"A PostgreSQL of another user (process {pid}) still runs on this data. End it first."
        ) from None


def _server_pid(place: Place) -> int | None:
    lines = _pid_file(place)
    return int(lines[0]) if lines and lines[0].strip().isdigit() else None


def _processes_of(place: Place) -> list[int]:
    """The processes at work in this cluster: every server process has it as its working directory."""
    processes = Path("/proc")
    if not (processes / "self" / "cwd").exists():
        return _server_process(place)
    cluster = str(place.cluster)
    found = []
    for entry in processes.iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd") == cluster:
                    found.append(int(entry.name))
            except OSError:  # gone meanwhile, or a stranger's, which cannot be at work in a directory of ours
                continue
    return sorted(found)


def _server_process(place: Place) -> list[int]:
    """The same where there is no /proc: the process the server noted, if it still is a PostgreSQL."""
    pid = _server_pid(place)
    if pid is None:
        return []
    listed = subprocess.run(["ps", "-p", str(pid), "-o", "comm="], capture_output=True, text=True, check=False)
    return [pid] if "postgres" in listed.stdout else []
