"""One process for each service: started, restarted when it dies, ended with the whole."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.process import Child, describe_exit
from deploy.local.system import GATEWAY, PARTS
from shared import clock
from shared.settings import Settings

_SHORTEST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0
_CALM_SECONDS = 30.0
_GRACE_SECONDS = 15.0
_POLL_SECONDS = 0.02


class SplitSystem:
    """The gateway and the services as processes of their own.

    The gateway's door is held here, so callers wait in its queue while a killed gateway is started again. The services,
    and the gateway's inner door for them, answer at Unix sockets in a private directory.
    """

    def __init__(self, settings: Settings, *, door: socket.socket, tell: Callable[[str], None]) -> None:
        self._settings = settings
        self._door = door
        self._tell = tell
        self._folder = Path(tempfile.mkdtemp(prefix="prm-split-"))
        self._children: dict[str, Child] = {}

    async def run(self, *, on_open: Callable[[], None]) -> None:
        """Run every part until cancelled; `on_open` is called once every part answers that it is ready."""
        self._door.listen(2048)
        try:
            async with asyncio.TaskGroup() as parts:
                for part in PARTS:
                    parts.create_task(self._keep_running(part), name=f"part-{part}")
                for part in PARTS:
                    await self._until_ready(part)
                on_open()
        finally:
            await asyncio.shield(self._end_all())

    async def _keep_running(self, part: str) -> None:
        pause = _SHORTEST_PAUSE_SECONDS
        while True:
            began = clock.monotonic()
            child = self._children[part] = self._start(part)
            code = await child.wait()
            pause = _SHORTEST_PAUSE_SECONDS if clock.monotonic() - began > _CALM_SECONDS else pause
            self._tell(f"{part} ended by itself ({describe_exit(code)}); starting it again in {pause:.2g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _start(self, part: str) -> Child:
        command = [sys.executable, "-m", "deploy.cli", "serve", part]
        where, descriptors = ["--socket", str(self._socket_of(part))], []
        if part == GATEWAY:
            where = ["--fd", str(self._door.fileno()), "--inner-socket", str(self._socket_of(part))]
            descriptors = [self._door.fileno()]
        return Child(command + where, env=self._environment(), cwd=str(Path.cwd()), pass_fds=descriptors)

    def _environment(self) -> Mapping[str, str]:
        settings = self._settings
        urls = {f"PRM_{part.upper()}_URL": f"unix://{self._socket_of(part)}" for part in PARTS}
        given = {
            "PRM_DATABASE_URL": settings.admin_url(),
            "PRM_SECRET_KEY": settings.secret(),
            "PRM_DATA_DIR": str(settings.data_dir.resolve()),
            "PRM_HOST": settings.host,
            "PRM_PORT": str(settings.port),
        }
        return {**os.environ, **urls, **given}

    def _socket_of(self, part: str) -> Path:
        return self._folder / f"{part}.sock"

    async def _until_ready(self, part: str) -> None:
        while True:
            if await self._answers_ready(part):
                return
            await asyncio.sleep(_POLL_SECONDS)

    async def _answers_ready(self, part: str) -> bool:
        """Whether `GET /readyz` at the part's socket is answered with 200."""
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_unix_connection(self._socket_of(part))
                writer.write(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                status = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            return False
        return b" 200 " in status

    async def _end_all(self) -> None:
        """End the gateway first, so that no request meets a service that is gone, then the services together."""
        gateway = self._children.pop(GATEWAY, None)
        if gateway is not None:
            await gateway.end((signal.SIGTERM, _GRACE_SECONDS))
        await asyncio.gather(*(child.end((signal.SIGTERM, _GRACE_SECONDS)) for child in self._children.values()))
        shutil.rmtree(self._folder, ignore_errors=True)
