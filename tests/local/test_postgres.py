"""The embedded database: nothing committed is lost, whichever process is killed."""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import asyncpg
import psutil
import pytest

from deploy.local.errors import AlreadyRunning, StartError
from deploy.local.place import Place
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.process import Child, bare_environment
from tests.local.deadline import eventually
from tests.local.started import DatabaseProcess, is_running


async def run(url: str, statement: str) -> object:
    """The first value that a statement answers."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def promise(url: str) -> None:
    """Commit a row that must never be lost."""
    await run(url, "CREATE TABLE promises AS SELECT 42 AS answer")


async def kept(url: str) -> bool:
    """Whether the row is there."""
    return await run(url, "SELECT answer FROM promises") == 42


def without_supervisor(place: Place) -> "subprocess.Popen[bytes]":
    """A server on this place that nobody watches over."""
    command = [str(place.binaries / "postgres"), "-D", str(place.cluster), "-c", "listen_addresses="]
    return subprocess.Popen(
        [*command, "-c", f"unix_socket_directories={place.data}"],
        env=bare_environment(),
        stderr=subprocess.DEVNULL,
        user=place.account.uid if place.account else None,
        group=place.account.gid if place.account else None,
    )


async def test_a_database_keeps_its_rows_from_one_start_to_the_next(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await promise(server.url)

    async with EmbeddedPostgres(data_dir) as again:
        assert await kept(again.url)


async def test_a_killed_server_is_started_again_and_has_lost_nothing(data_dir: Path) -> None:
    lines: list[str] = []
    async with EmbeddedPostgres(data_dir, on_event=lines.append) as server:
        await promise(server.url)
        for _ in range(2):
            killed = server.pid
            assert killed is not None

            os.kill(killed, signal.SIGKILL)
            await eventually(lambda before=killed: server.pid not in (None, before))  # type: ignore[misc]
            await server.wait_until_ready()

            assert await kept(server.url)

    assert "PostgreSQL ended by itself (signal SIGKILL); starting it again" in lines


async def test_stopping_leaves_no_process_and_no_socket(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    url = await server.start()
    session = await asyncpg.connect(url)
    assert server.pid is not None
    processes = [server.pid, *(each.pid for each in psutil.Process(server.pid).children())]

    await server.stop()

    assert [pid for pid in processes if is_running(pid)] == []
    assert not server.place.runtime.exists()
    session.terminate()


async def test_a_server_ends_with_its_killed_parent_and_the_next_start_has_everything(data_dir: Path) -> None:
    with DatabaseProcess(data_dir) as first:
        await promise(first.url)
        first.process.kill()
        first.process.wait()
        await eventually(lambda: not is_running(first.pid))

        async with EmbeddedPostgres(data_dir) as server:
            assert server.pid != first.pid
            assert await kept(server.url)


async def test_an_interrupted_process_takes_its_server_with_it_in_good_order(data_dir: Path) -> None:
    with DatabaseProcess(data_dir) as database:
        session = await asyncpg.connect(database.url)

        database.process.send_signal(signal.SIGINT)

        assert database.process.wait(timeout=30) == 0
        assert not is_running(database.pid)
        session.terminate()
    assert (data_dir / "cluster").exists()
    assert not (data_dir / "cluster" / "postmaster.pid").exists()


async def test_a_server_that_an_earlier_run_left_behind_is_ended_before_the_next_starts(data_dir: Path) -> None:
    lines: list[str] = []
    async with EmbeddedPostgres(data_dir) as server:
        await promise(server.url)
        place = server.place
    orphan = without_supervisor(place)
    await eventually((data_dir / ".s.PGSQL.5432").exists)

    async with EmbeddedPostgres(data_dir, on_event=lines.append) as server:
        assert await kept(server.url)

    assert orphan.wait(timeout=0) == 0
    assert lines == [f"Ending the PostgreSQL of an earlier run (process {orphan.pid})"]


async def test_a_process_number_left_by_a_crash_and_now_a_strangers_does_not_hinder_the_start(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        await promise(server.url)
        place = server.place
    stranger = Child(["/bin/sleep", "600"], env=bare_environment(), account=place.account)
    (place.cluster / "postmaster.pid").write_text(f"{stranger.pid}\n{place.cluster}\n1\n5432\n/tmp\n\n  1 1\nready\n")

    async with EmbeddedPostgres(data_dir) as server:
        assert await kept(server.url)

    assert not stranger.ended
    await stranger.end()


async def test_two_cannot_run_the_same_data_and_the_second_is_told_who_does(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as first:
        await promise(first.url)

        second = EmbeddedPostgres(data_dir)
        with pytest.raises(AlreadyRunning, match=rf"process {os.getpid()}\) already runs") as refusal:
            await second.start()
        await second.stop()

        assert refusal.value.url == first.url
        assert await kept(first.url)


async def test_data_of_another_version_are_refused_with_advice(data_dir: Path) -> None:
    async with EmbeddedPostgres(data_dir) as server:
        cluster = server.place.cluster
    (cluster / "PG_VERSION").write_text("16\n")

    with pytest.raises(StartError, match="made by PostgreSQL 16, this PRM brings 18"):
        await EmbeddedPostgres(data_dir).start()


async def test_a_server_that_cannot_start_says_why_in_one_line_and_leaves_nothing_running(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir, settings={"shared_buffers": "-3"})

    with pytest.raises(StartError, match="did not start.*shared_buffers") as refusal:
        await server.start()

    assert "\n" not in str(refusal.value)
    assert server.pid is None
    async with EmbeddedPostgres(data_dir) as corrected:
        assert corrected.pid


async def test_only_the_private_socket_is_open_and_commits_are_durable(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "1")
    async with EmbeddedPostgres(data_dir) as server:
        shown = {
            name: await run(server.url, f"SHOW {name}")
            for name in (
                "listen_addresses",
                "fsync",
                "synchronous_commit",
                "full_page_writes",
                "server_encoding",
                "jit",
            )
        }
        mode = server.place.runtime.stat().st_mode & 0o777

    assert shown == {
        "listen_addresses": "",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "server_encoding": "UTF8",
        "jit": "off",
    }
    assert mode == 0o700


async def test_a_port_opens_the_loopback_address_for_passwords_only(data_dir: Path, unused_tcp_port: int) -> None:
    async with EmbeddedPostgres(data_dir, port=unused_tcp_port) as server:
        await run(server.url, "ALTER ROLE postgres PASSWORD 'right'")
        address = f"127.0.0.1:{unused_tcp_port}/postgres"

        assert await run(f"postgresql://postgres:right@{address}", "SELECT 1") == 1
        with pytest.raises(asyncpg.InvalidPasswordError):
            await run(f"postgresql://postgres:wrong@{address}", "SELECT 1")


async def test_a_temporary_server_takes_its_directory_with_it() -> None:
    async with EmbeddedPostgres.temporary() as server:
        assert await run(server.url, "SHOW fsync") == "off"
        folder = server.place.data

    assert not folder.exists()


async def test_a_start_that_is_cancelled_leaves_nothing_running(data_dir: Path) -> None:
    server = EmbeddedPostgres(data_dir)
    starting = asyncio.create_task(server.start())
    await eventually((data_dir / "lock").exists)

    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert server.pid is None
    async with EmbeddedPostgres(data_dir) as again:
        assert await run(again.url, "SELECT 1") == 1
