"""`prm serve PART`: one part as a process of its own, against a database that has been migrated."""

import socket
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Annotated, Literal

import typer

from deploy.cli.options import Host, Port
from deploy.local import http, system
from deploy.local.running import run_until_stopped
from shared.settings import load_settings

Part = Literal["gateway", "partners", "deals", "leads", "incentives"]


def serve(
    part: Annotated[Part, typer.Argument(help="Which part to run.")],
    port: Port = None,
    host: Host = None,
    socket_path: Annotated[Path | None, typer.Option("--socket", help="Answer at this Unix socket instead.")] = None,
    descriptor: Annotated[int | None, typer.Option("--fd", help="Answer at this inherited listening socket.")] = None,
) -> None:
    """Run one part in the foreground; its settings come from the environment."""
    settings = load_settings(port=port, host=host)
    settings.secret()
    if socket_path is not None:
        door = None
    elif descriptor is not None:
        door = socket.socket(fileno=descriptor)
    else:
        door = http.reserve(settings.host, settings.port)
    with closing(door) if door else nullcontext():
        run_until_stopped(http.serve(system.application(part, settings=settings), door=door, path=socket_path))
