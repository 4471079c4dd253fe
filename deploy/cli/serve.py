"""`prm serve PART`: one part as a process of its own, against a database that has been migrated."""

import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.cli.options import Host, Port
from deploy.local import http, system
from deploy.local.running import run_until_stopped
from shared import logs
from shared.settings import load_settings

Part = Literal["gateway", "partners", "deals", "leads", "incentives"]


def serve(
    part: Annotated[Part, typer.Argument(help="Which part to run.")],
    port: Port = None,
    host: Host = None,
    socket_path: Annotated[Path | None, typer.Option("--socket", help="Answer at this Unix socket instead.")] = None,
    descriptor: Annotated[int | None, typer.Option("--fd", help="Answer at this inherited listening socket.")] = None,
    inner_socket: Annotated[
        Path | None, typer.Option(help="gateway: answer the services at this Unix socket. [port PRM_INNER_PORT, 8090]")
    ] = None,
) -> None:
    """Run one part in the foreground; its settings come from the environment."""
    settings = load_settings(port=port, host=host)
    settings.secret()
    logs.configure(settings.log_level)
    with ExitStack() as doors:
        door = _door(doors, path=socket_path, descriptor=descriptor, host=settings.host, port=settings.port)
        if part == system.GATEWAY:
            inner = _door(doors, path=inner_socket, descriptor=None, host=settings.host, port=settings.inner_port)
            edge = system.gateway(settings)
            trusted = settings.trusted_proxies
            run_until_stopped(
                http.serve_with_inner_door(edge, door, inner=edge.inner, inner_door=inner, trusted_proxies=trusted)
            )
        else:
            run_until_stopped(http.serve(system.service(part, settings), door))


def _door(doors: ExitStack, *, path: Path | None, descriptor: int | None, host: str, port: int) -> http.Door:
    if path is not None:
        return http.Door(path=path)
    if descriptor is not None:
        return http.Door(doors.enter_context(socket.socket(fileno=descriptor)))
    return http.Door(doors.enter_context(http.reserve(host, port)))
