"""The servers that are measured: the product as `prm up` starts it, in one process and split, and the floor."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from shared import clock
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
_DEADLINE_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Server:
    """A server process: where it answers, and the processes whose time counts as its own."""

    process: asyncio.subprocess.Process
    port: int

    def parts(self) -> dict[str, psutil.Process]:
        """Its processes by what they do: `product` when all is one, else one for each part."""
        root = psutil.Process(self.process.pid)
        served = {_part_of(each): each for each in root.children(recursive=True) if _part_of(each)}
        return {name: each for name, each in served.items() if name} or {"product": root}

    def socket_of(self, part: str) -> str:
        """The Unix socket at which a part of a split system answers."""
        words: list[str] = self.parts()[part].cmdline()
        return words[words.index("--socket") + 1]

    async def stop(self) -> None:
        """End it in order."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.process.wait()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[Server]:
    """The server, until the end of the block."""
    try:
        yield server
    finally:
        await server.stop()


def _part_of(process: psutil.Process) -> str | None:
    words = process.cmdline()
    return words[words.index("serve") + 1] if "serve" in words else None


def environment(settings: Settings, *, own_database: bool = False) -> Mapping[str, str]:
    """What the product is told; without a database URL it starts the embedded one of its data directory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRM_")}
    given = {
        "PRM_SECRET_KEY": settings.secret(),
        "PRM_DATA_DIR": str(settings.data_dir),
        "PRM_PUBLIC_URL": settings.base_url,
        "PYTHONPATH": str(ROOT),
        # Counted as ever, and never used up.
        "PRM_LIMIT_PER_KEY": "1000000000",
        "PRM_LIMIT_PER_TENANT": "1000000000",
        "PRM_LIMIT_PER_ADDRESS": "1000000000",
    }
    if not own_database:
        given["PRM_DATABASE_URL"] = settings.admin_url()
    return {**kept, **given}


async def start_product(settings: Settings, *, split: bool = False, own_database: bool = False) -> Server:
    """`prm up`, come back from when it is ready."""
    port = free_port()
    words = ["-m", "deploy.cli", "up", "--no-demo", "--port", str(port), *(["--split"] if split else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *words,
        env=environment(settings, own_database=own_database),
        cwd=settings.data_dir,
        stdout=asyncio.subprocess.DEVNULL,
    )
    await until_ready(process, port=port, path="/readyz")
    return Server(process, port)


async def start_floor(settings: Settings, tenant_id: str) -> Server:
    """The bare app over the same rows, as the superuser, for whom there are no walls."""
    port = free_port()
    words = ["-m", "tests.bench.floor", str(port), settings.admin_url(), tenant_id]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, env=environment(settings), cwd=ROOT)
    await until_ready(process, port=port, path="/v1/deals?limit=1")
    return Server(process, port)


async def until_ready(process: asyncio.subprocess.Process, *, port: int, path: str) -> None:
    """Come back when a GET of the path is answered with 200; raises TimeoutError after a minute."""
    until = clock.monotonic() + _DEADLINE_SECONDS
    while clock.monotonic() < until:
        if process.returncode is not None:
            raise RuntimeError(f"the server ended by itself ({process.returncode})")
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                status = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            status = b""
        if b" 200 " in status:
            return
        await asyncio.sleep(0.01)
    raise TimeoutError("the server did not become ready")
