"""`prm up`: the whole system on this machine, with its own database unless one is given."""

import json
import socket
from contextlib import closing
from typing import Annotated, Any

import typer
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir, Host, Port
from deploy.local import http, system
from deploy.local.database import open_database
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.running import run_until_stopped
from deploy.local.split import SplitSystem
from shared import logs
from shared.settings import Settings, load_settings

# The account a newcomer signs in with: the one who may do most things.
_FIRST_ROLES = ("tenant_admin", "program_admin")


def up(
    port: Port = None,
    host: Host = None,
    data_dir: DataDir = None,
    demo: Annotated[bool, typer.Option(help="Fill a new installation with a demo vendor and its partners.")] = False,
    split: Annotated[bool, typer.Option(help="Run one process for each service.")] = False,
) -> None:
    """Start everything and stay until Ctrl-C."""
    settings = load_settings(port=port, host=host, data_dir=data_dir)
    logs.configure(settings.log_level)
    with closing(http.reserve(settings.host, settings.port)) as door:
        if not run_until_stopped(_up(settings, door=door, demo=demo, split=split)):
            console.say("Stopped; everything is kept.")


async def _up(settings: Settings, *, door: socket.socket, demo: bool, split: bool) -> None:
    console.out.print(Text("\n  PRM", style="bold"))
    async with open_database(settings, join=False, tell=console.remark) as (settings, server):
        console.say(_describe(settings, server))
        with console.step("Bringing the schema up to date", done="Schema up to date"):
            await system.prepare(settings)
        if demo:
            with console.measured("Living through 18 months of a demo vendor", done="Demo data present") as progress:
                await system.load_demo(settings, progress=progress)

        def welcome() -> None:
            _welcome(settings, demo=demo)

        if split:
            await SplitSystem(settings, door=door, tell=console.remark).run(on_open=welcome)
        else:
            app = system.whole_system(settings)
            await http.serve(app, http.Door(door), on_open=welcome, trusted_proxies=settings.trusted_proxies)


def _describe(settings: Settings, server: EmbeddedPostgres | None) -> str:
    if server is None:
        return "Database: the PostgreSQL of PRM_DATABASE_URL"
    return f"Database: embedded PostgreSQL in {server.place.data}"


def _welcome(settings: Settings, *, demo: bool) -> None:
    lines = [("Ready", settings.base_url), ("Docs", f"{settings.base_url}/docs")]
    if demo:
        lines += _sign_in(json.loads((settings.data_dir / "demo.json").read_text()), settings=settings)
    else:
        lines += [("Sign in", "POST /v1/sessions; `prm up --demo` makes accounts to try with")]
    console.out.print()
    for name, value in lines:
        console.out.print(Text.assemble((f"  {name:<9}", "bold"), value))
    console.out.print(Text("\n  Ctrl-C stops.", style="dim"))


def _sign_in(demo: dict[str, Any], *, settings: Settings) -> list[tuple[str, str]]:
    accounts = demo["accounts"]
    first = next((each for role in _FIRST_ROLES for each in accounts if each["role"] == role), accounts[0])
    body = json.dumps({"email": first["email"], "password": first["password"]})
    call = f"curl {settings.base_url}/v1/sessions --json '{body}' -H 'PRM-Tenant: {demo['tenant']['slug']}'"
    return [
        ("Sign in", f"{first['email']} with password {first['password']} ({first['role']})"),
        ("", call),
        ("", f"All accounts and keys: {settings.data_dir / 'demo.json'}"),
    ]
