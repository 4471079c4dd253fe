"""Where an embedded database lives and who runs it.

PostgreSQL refuses to run as root, its user must reach both data and binaries, and the path of a Unix socket is limited to
107 bytes. No existing directory is ever opened up for it: where the user cannot reach a place, another place is taken.
"""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.local import binaries
from deploy.local.errors import StartError, of_os_error
from deploy.local.process import Account, bare_environment, run_as

UNPRIVILEGED = ("postgres", "nobody")
SOCKET_PATH_BYTES = 107
CLUSTER = "cluster"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the database lives: `data` is ours alone, `runtime` holds the socket, `account` is set when we are root."""

    data: Path
    binaries: Path
    runtime: Path
    account: Account | None
    remarks: tuple[str, ...]

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.data / CLUSTER

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.data / "postgres.log"


def find_place(data_dir: Path) -> Place:
    """Choose and create the place for the database of `data_dir`; StartError says why there is none."""
    wanted = data_dir.resolve()
    try:
        account = _account_for(wanted) if os.getuid() == 0 else None
        folder = binaries.runnable_by(account)
        data, remarks = _data_directory(wanted, account=account)
        return Place(data, folder, _runtime_directory(data, account=account), account, remarks)
    except OSError as problem:
        raise of_os_error(problem, path=wanted, doing="use the data directory") from problem


def temporary_directory() -> Path:
    """A new directory for a database that is thrown away, where the user who will run it can reach it."""
    folder = Path(tempfile.mkdtemp(prefix="prm-test-", dir=None if os.getuid() else "/tmp"))
    if os.getuid() == 0:
        account = _account_for(folder)
        os.chown(folder, account.uid, account.gid)
    return folder


def _account_for(data_dir: Path) -> Account:
    """As root: the owner of a database that exists already, else an unprivileged user of the system."""
    cluster = data_dir / CLUSTER
    if cluster.exists() and (owner := cluster.stat().st_uid) != 0:
        try:
            return Account.of(pwd.getpwuid(owner))
        except KeyError:
            return Account(name=str(owner), uid=owner, gid=cluster.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            return Account.of(pwd.getpwnam(name))
        except KeyError:
            continue
    raise StartError(
        "PostgreSQL refuses to run as root and there is no user 'postgres' or 'nobody'. Run as an ordinary user."
    )


def _data_directory(wanted: Path, *, account: Account | None) -> tuple[Path, tuple[str, ...]]:
    created = not wanted.exists()
    _make_private(wanted, account=account)
    if account is None:
        if wanted.stat().st_uid != os.getuid() or not os.access(wanted, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError("belongs to another user")
        return wanted, ()
    if _usable_by(wanted, account=account):
        return wanted, ()
    if (wanted / CLUSTER).exists():
        raise StartError(f"User {account.name}, who runs PostgreSQL, cannot reach the database in {wanted} any more.")
    if created:
        wanted.rmdir()
    fallback = binaries.SYSTEM_HOME / short_hash(wanted)
    _make_private(fallback, account=account)
    if not _usable_by(fallback, account=account):
        raise StartError(f"User {account.name}, who runs PostgreSQL, can reach neither {wanted} nor {fallback}.")
    remark = f"PostgreSQL runs as {account.name}, who cannot reach {wanted}: the database lives in {fallback}."
    return fallback, (remark,)


def _runtime_directory(data: Path, *, account: Account | None) -> Path:
    """A short private directory for the socket: always the same for the same data, unless a stranger holds that name."""
    first = "/run" if account else os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent"
    bases = [base for text in (first, tempfile.gettempdir(), "/tmp") if (base := Path(text)).is_dir()]
    for base in bases:
        folder = base / f"prm-{short_hash(data)}"
        if _socket_fits(folder) and _claimed(folder, account=account):
            return folder
    for base in bases:
        if os.access(base, os.W_OK) and _socket_fits(base / "prm-12345678"):
            folder = Path(tempfile.mkdtemp(prefix="prm-", dir=base))
            if _claimed(folder, account=account):
                return folder
            folder.rmdir()
    raise StartError("There is no directory for the socket: set XDG_RUNTIME_DIR or TMPDIR to a short, writable path.")


def _claimed(folder: Path, *, account: Account | None) -> bool:
    """Whether the folder is now a directory of the right user that nobody else can enter."""
    try:
        _make_private(folder, account=account)
    except OSError:
        return False
    found = folder.lstat()
    ours = found.st_uid == (account.uid if account else os.getuid())
    return stat.S_ISDIR(found.st_mode) and ours and (account is None or _usable_by(folder, account=account))


def _make_private(folder: Path, *, account: Account | None) -> None:
    """Create the folder as 0700 for its user; a folder that exists changes hands only when it is root's own and empty."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode):
            raise
        if account and found.st_uid == 0 and not any(folder.iterdir()):
            os.chown(folder, account.uid, account.gid)
        if found.st_uid in (os.getuid(), account.uid if account else -1) and stat.S_IMODE(found.st_mode) & 0o077:
            folder.chmod(0o700)
    else:
        if account:
            os.chown(folder, account.uid, account.gid)


def _usable_by(folder: Path, *, account: Account) -> bool:
    """Whether the account owns the folder and really can work in it: asked of the system, as that account."""
    if folder.stat().st_uid != account.uid:
        return False
    code, _ = run_as(["/bin/sh", "-c", 'cd "$0" && test -w .', str(folder)], account=account, env=bare_environment())
    return code == 0


def _socket_fits(folder: Path) -> bool:
    return len(os.fsencode(folder / ".s.PGSQL.65535.lock")) <= SOCKET_PATH_BYTES


def short_hash(path: Path) -> str:
    """Ten hexadecimal digits that stand for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
