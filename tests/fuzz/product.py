"""The whole product behind its front door on a socket, in a thread of its own: its callers wait for no loop of theirs."""

import asyncio
import io
import json
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import asyncpg
import uvloop

from deploy.local.http import Door, port_of, reserve, serve
from gateway.embedded import embed
from shared import logs
from shared.settings import Settings
from tests.databases import SECRET, installed_database
from tests.system import System

T = TypeVar("T")
_HOST = "127.0.0.1"


@dataclass
class Product:
    """The running product: its address, what the tests know of it, and what it has said is wrong."""

    url: str
    system: System
    loop: asyncio.AbstractEventLoop
    said: io.StringIO = field(default_factory=io.StringIO)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the product's own loop, and return what came of it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result()

    def complaints(self) -> list[dict[str, Any]]:
        """What the product has logged as an error since this was last asked."""
        lines = self.said.getvalue().splitlines()
        self.said.seek(0)
        self.said.truncate()
        return [json.loads(line) if line.startswith("{") else {"event": line} for line in lines if line]


@contextmanager
def opened_product() -> Iterator[Product]:
    """The product, started as `prm up` starts it; events and timers move when a test lets the system settle."""
    loop = uvloop.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="product")
    thread.start()
    stack = AsyncExitStack()
    said = io.StringIO()
    logs.configure("error", stream=said)
    try:
        url, system = asyncio.run_coroutine_threadsafe(stack.enter_async_context(_running()), loop).result()
        yield Product(url, system, loop, said)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        logs.configure()


@asynccontextmanager
async def _running() -> AsyncIterator[tuple[str, System]]:
    door, opened = reserve(_HOST, 0), asyncio.Event()
    async with installed_database() as admin_url:
        with TemporaryDirectory(prefix="prm-fuzz-") as folder:
            settings = Settings(
                database_url=admin_url,
                secret_key=SECRET,
                data_dir=Path(folder),
                port=port_of(door),
                limit_per_key=0,
                limit_per_tenant=0,
                limit_per_address=0,
            )
            embedded = embed(settings, background=False)
            system = System(await asyncpg.connect(admin_url), admin_url)
            for name, app in embedded.apps.items():
                system.serves(name, app)
            serving = asyncio.create_task(serve(embedded.edge, Door(bound=door), on_open=opened.set))
            await opened.wait()
            system.signer = system.apps["gateway"].state.identity.signer
            try:
                yield f"http://{_HOST}:{settings.port}", system
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)
                await system.superuser.close()
