"""The product as its users run it, in processes that the tests kill."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from deploy.local.database import connect, open_database
from gateway.bootstrap import Staff, found_tenant
from gateway.metadata import PLUMBING
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.settings import Settings, load_settings
from tests.journeys.world import eventually
from tests.local.started import ROOT, environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """`prm up` on a data directory of its own, with the embedded database."""

    def __init__(self, data_dir: Path, *, split: bool) -> None:
        self.data_dir, self.split, self.port = data_dir, split, _free_port()
        self.process: psutil.Popen | None = None
        self.client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=20)

    async def start(self) -> None:
        """Start it and come back when it answers that it is ready."""
        words = ["up", "--no-demo", "--port", str(self.port), "--data-dir", str(self.data_dir / "prm")]
        command = [sys.executable, "-m", "deploy.cli", *words, *(["--split"] if self.split else [])]
        with (self.data_dir / "output.txt").open("ab") as output:
            self.process = psutil.Popen(command, env=environment(), cwd=ROOT, stdout=output, stderr=output)
        await self.ready()

    async def stop(self) -> None:
        """End it as Ctrl-C does."""
        assert self.process is not None
        await self.client.aclose()
        self.process.send_signal(signal.SIGINT)
        await asyncio.to_thread(self.process.wait, 40)

    async def ready(self) -> None:
        """Come back when the gateway and every service are ready."""

        async def answers() -> bool:
            assert self.process is not None and self.process.poll() is None, self.output()
            try:
                return (await self.client.get("/readyz")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, what="being ready")

    def output(self) -> str:
        """What the product has said."""
        return (self.data_dir / "output.txt").read_text()

    def kill(self, part: str) -> None:
        """Kill a part as the machine would that runs out of memory: no goodbye."""
        assert self.process is not None
        if part == "product":
            self.process.kill()
            self.process.wait(20)
            return
        [victim] = [each for each in self.process.children() if part in self._named(each)]
        os.kill(victim.pid, signal.SIGKILL)

    @staticmethod
    def _named(process: psutil.Process) -> str:
        try:
            words = process.cmdline()
        except psutil.NoSuchProcess:
            return ""
        return "postgres" if words and "postgres" in Path(words[0]).name else " ".join(words[-8:])

    @asynccontextmanager
    async def settings(self) -> AsyncIterator[Settings]:
        """The settings of the running product, with the address of its database."""
        given = load_settings(data_dir=self.data_dir / "prm", port=self.port)
        async with open_database(given, join=True, tell=lambda _: None) as (settings, _):
            yield settings

    @asynccontextmanager
    async def database(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        """Plain SQL, as the administrator of the database."""
        async with self.settings() as settings:
            connection = await connect(settings.admin_url())
            try:
                yield connection
            finally:
                await connection.close()

    async def found(self, slug: str, *, email: str, password: str) -> str:
        """Make a tenant with one administrator; returns its id."""
        async with self.settings() as settings:
            url = settings.database_url_of("gateway", role=roles_of("gateway")["app"])
            database = Database(url, service="gateway", tables=PLUMBING)
            await database.open()
            try:
                staff = [Staff(email=email, password=password, given_name="Root", family_name="Admin")]
                founded = await found_tenant(database, slug=slug, name=slug, mode="live", staff=staff)
                return founded.tenant_id
            finally:
                await database.close()
