"""Where the database lives, for an ordinary user as for root."""

import os
import pwd
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.local import place
from deploy.local.errors import StartError, of_postgres_output
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.process import Child
from tests.local.deadline import eventually
from tests.local.started import DatabaseProcess


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """A home like root's own, which the user who runs the database cannot enter; an ordinary user cannot write to it."""
    folder = Path(tempfile.mkdtemp(prefix="prm-home-"))
    folder.chmod(0o700 if os.getuid() == 0 else 0o500)
    yield folder
    folder.chmod(0o700)
    shutil.rmtree(folder)


def ordinary_user() -> int | None:
    """An unprivileged user that root may become; None when this already is an ordinary user."""
    return None if os.getuid() else pwd.getpwnam("nobody").pw_uid


async def test_the_database_runs_under_an_ordinary_user_and_serves_that_user(data_dir: Path) -> None:
    uid = ordinary_user()
    if uid is not None:
        os.chown(data_dir, uid, uid)

    with DatabaseProcess(data_dir, uid=uid) as database:
        owner = os.stat(f"/proc/{database.pid}").st_uid

        assert owner == (os.getuid() if uid is None else uid)
        assert os.stat(data_dir / "cluster").st_uid == owner


async def test_the_database_never_runs_as_root(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        assert os.stat(f"/proc/{server.pid}").st_uid != 0


async def test_a_directory_out_of_reach_is_replaced_for_root_and_refused_for_others_and_stays_closed(
    closed_home: Path,
) -> None:
    lines: list[str] = []
    before = os.stat(closed_home)
    server = EmbeddedPostgres(closed_home / "postgres", on_event=lines.append)

    if os.getuid() == 0:
        async with server:
            fallback = server.place.data
            connection = await asyncpg.connect(server.url)
            await connection.close()
        shutil.rmtree(fallback)
        assert fallback.parent == Path("/var/lib/prm")
        assert str(fallback) in lines[0]
    else:
        with pytest.raises(StartError, match="no rights"):
            await server.start()

    assert os.stat(closed_home).st_mode == before.st_mode
    assert os.listdir(closed_home) == []


def test_the_socket_stays_short_however_deep_the_data_lie(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = data_dir / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", None)

    found = place.find_place(data_dir / ("e" * 100))

    assert len(str(found.runtime / ".s.PGSQL.5432")) <= place.SOCKET_PATH_BYTES
    found.runtime.rmdir()


def test_a_socket_directory_that_a_stranger_made_first_is_not_used(data_dir: Path) -> None:
    first = place.find_place(data_dir)
    first.runtime.rmdir()
    first.runtime.symlink_to("/")

    second = place.find_place(data_dir)

    first.runtime.unlink()
    second.runtime.rmdir()
    assert second.runtime != first.runtime


@pytest.mark.parametrize(
    ("output", "line"),
    [
        (
            'FATAL:  could not write lock file "postmaster.pid": No space left on device',
            "The disk is full where the data lives",
        ),
        ("initdb: error: could not create directory: Permission denied", "PostgreSQL has no rights in"),
        ("could not look up effective user ID 4711: user does not exist", "has no entry in the user database"),
        (
            "LOG: starting\nFATAL:  could not map anonymous shared memory",
            "did not start: could not map anonymous shared",
        ),
    ],
)
def test_what_the_server_printed_becomes_one_line_for_a_person(output: str, line: str) -> None:
    refusal = str(of_postgres_output(output, data=Path("/data")))

    assert line in refusal
    assert "\n" not in refusal


async def test_a_child_that_ignores_the_request_to_end_is_killed() -> None:
    ready = Path(tempfile.mkdtemp(prefix="prm-child-")) / "ready"
    stubborn = Child(
        ["/bin/sh", "-c", f"trap '' TERM; : > {ready}; while :; do :; done"], env={"PATH": "/usr/bin:/bin"}
    )
    await eventually(ready.exists)

    await stubborn.end((signal.SIGTERM, 0.05))

    assert await stubborn.wait() == -signal.SIGKILL
    shutil.rmtree(ready.parent)
