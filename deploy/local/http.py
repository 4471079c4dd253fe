"""Serving an ASGI application over HTTP: the door is reserved before anything else starts, and opened when all is ready."""

import asyncio
import errno
import gc
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from deploy.local.errors import StartError
from shared.errors import BadRequest
from shared.web.problems import reply_of
from shared.web.request_ids import request_id_of

_LONGEST_GRACE_SECONDS = 10
_WAITING_CONNECTIONS = 2048


def reserve(host: str, port: int) -> socket.socket:
    """A socket bound to the address and not yet listening; StartError when the port is taken or not ours to use."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror:
        raise StartError(f"There is no address '{host}' on this machine. Set --host or PRM_HOST.") from None
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(address)
    except OSError as problem:
        door.close()
        raise _refused(problem, host=host, port=port) from None
    return door


def _refused(problem: OSError, *, host: str, port: int) -> StartError:
    if problem.errno == errno.EADDRINUSE:
        return StartError(f"Port {port} is taken by another program. Stop it, or choose another port with --port.")
    if problem.errno == errno.EACCES:
        return StartError(f"No rights to open port {port}. Choose one of 1024 or above with --port.")
    if problem.errno == errno.EADDRNOTAVAIL:
        return StartError(f"This machine does not have the address {host}. Set --host or PRM_HOST.")
    return StartError(f"Cannot open {host}:{port}: {problem.strerror}.")


def port_of(door: socket.socket) -> int:
    """The port a reserved door really has, which the system chose when 0 was asked for."""
    return int(door.getsockname()[1])


class _Protocol(HttpToolsProtocol):
    """uvicorn's reader of requests; what is no HTTP, or longer than it may be, is answered as every other problem."""

    def send_400_response(self, msg: str) -> None:
        request_id = request_id_of(None)
        reply = reply_of(BadRequest(), request_id=request_id)
        fields = {
            "Request-Id": request_id,
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            **reply.headers,
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.transport.write(f"HTTP/1.1 400 Bad Request\r\n{head}\r\n".encode("latin-1") + reply.body)
        self.transport.close()


class _Server(uvicorn.Server):
    """uvicorn's server without its signal handling, which is the caller's, and with word of being ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.opened = asyncio.Event()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:
            raise StartError("The application did not start; the lines above say why.") from None
        self.opened.set()


@dataclass(frozen=True, slots=True)
class Door:
    """Where an application answers: a reserved socket, or the path of a Unix socket to be made."""

    bound: socket.socket | None = None
    path: Path | None = None


async def serve(
    app: Any,
    door: Door,
    *,
    on_open: Callable[[], None] = lambda: None,
    started_elsewhere: bool = False,
    trusted_proxies: str = "",
) -> None:
    """Serve `app` at a door until cancelled; requests under way get 10 s to finish.

    The client's address is taken from `X-Forwarded-For` only where PRM_TRUSTED_PROXIES names who may say so.

    `on_open` is called once requests are answered. With `started_elsewhere`, the application's own start and end are
    another server's business. StartError when the application does not start.
    """
    config = uvicorn.Config(
        app,
        uds=str(door.path) if door.path else None,
        http=_Protocol,
        ws="none",
        lifespan="off" if started_elsewhere else "on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        backlog=_WAITING_CONNECTIONS,
        timeout_graceful_shutdown=_LONGEST_GRACE_SECONDS,
    )
    server = _Server(config)
    running = asyncio.ensure_future(server.serve(sockets=[door.bound] if door.bound else None))
    opened = asyncio.ensure_future(server.opened.wait())
    try:
        await asyncio.wait([running, opened], return_when=asyncio.FIRST_COMPLETED)
        if server.opened.is_set():
            _keep_what_is_there()
            on_open()
        await asyncio.shield(running)
    finally:
        opened.cancel()
        server.should_exit = True
        await running


def _keep_what_is_there() -> None:
    """Let the collector pass over what was made while starting, which stays, and come by less often for what was not.

    Nearly all that a request makes is gone by itself when it ends.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def serve_with_inner_door(
    app: Any, door: Door, *, inner: Any, inner_door: Door, trusted_proxies: str = ""
) -> None:
    """Serve the public application, and once it has started the inner one that only sister processes may reach."""
    opened = asyncio.Event()
    async with asyncio.TaskGroup() as servers:
        servers.create_task(serve(app, door, on_open=opened.set, trusted_proxies=trusted_proxies))
        await opened.wait()
        servers.create_task(serve(inner, inner_door, started_elsewhere=True))
