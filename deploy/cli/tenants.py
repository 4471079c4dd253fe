"""`prm tenants`: the vendors of an installation with their sandboxes, and founding another."""

import os
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Final

import asyncpg
import typer
from pydantic import TypeAdapter, ValidationError
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import connect, open_database
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from gateway.accounts.schemas import AccountIn
from gateway.bootstrap import Staff, found_tenant
from gateway.metadata import PLUMBING
from gateway.sign_in.schemas import Password
from gateway.tenants.commands import HostInUse, SlugInUse
from gateway.tenants.schemas import Host, Locale
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.settings import Settings, load_settings

app = typer.Typer(help="The vendors of this installation, and their sandboxes.", invoke_without_command=True)

_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LIST: Final = "SELECT slug, name, mode, twin_slug, id, created_at FROM gateway.tenants ORDER BY slug"


@app.callback()
def tenants(context: typer.Context, data_dir: DataDir = None) -> None:
    """Show the tenants; a live one and its sandbox name each other."""
    if context.invoked_subcommand is None:
        run_until_stopped(_list(load_settings(data_dir=data_dir)))


@app.command()
def found(
    slug: Annotated[
        str, typer.Argument(help="What the vendor is called in `PRM-Tenant`: small letters, digits, hyphens.")
    ],
    name: Annotated[str, typer.Option(help="What the vendor is called by people.")],
    email: Annotated[str, typer.Option(help="Mail address of its first administrator.")],
    given_name: Annotated[str, typer.Option(help="The administrator's given name.")],
    family_name: Annotated[str, typer.Option(help="The administrator's family name.")],
    host: Annotated[
        list[str] | None, typer.Option(help="A host name that leads to the vendor; may be repeated.")
    ] = None,
    locale: Annotated[str, typer.Option(help="The language of what it sends.")] = "en",
    data_dir: DataDir = None,
) -> None:
    """Found a vendor, its sandbox and its first administrator, whose password is in PRM_PASSWORD or asked for."""
    password = os.environ.get("PRM_PASSWORD") or typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    staff = Staff(email, password, given_name, family_name)
    _require_sound(staff, slug=slug, hosts=host or (), locale=locale)
    settings = load_settings(data_dir=data_dir)
    run_until_stopped(_found(settings, staff, slug=slug, name=name, hosts=host or (), locale=locale))


def _require_sound(staff: Staff, *, slug: str, hosts: Sequence[str], locale: str) -> None:
    """Raise StartError for what the API would not take either."""
    if not _SLUG.fullmatch(slug):
        raise StartError("A slug has small letters, digits and hyphens, 63 at most.")
    try:
        AccountIn(email=staff.email, given_name=staff.given_name, family_name=staff.family_name, roles=["tenant_admin"])
        TypeAdapter(Password).validate_python(staff.password)
        TypeAdapter(list[Host]).validate_python(list(hosts))
        TypeAdapter(Locale).validate_python(locale)
    except ValidationError as refusal:
        fault = refusal.errors(include_input=False, include_url=False)[0]
        raise StartError(f"{'.'.join(map(str, fault['loc']))} {fault['msg']}".strip()) from None


async def _found(settings: Settings, staff: Staff, *, slug: str, name: str, hosts: Sequence[str], locale: str) -> None:
    async with _opened(settings) as (database, admin):
        try:
            made = await found_tenant(
                database, slug=slug, name=name, mode="live", staff=[staff], hosts=hosts, default_locale=locale
            )
        except (SlugInUse, HostInUse) as taken:
            raise StartError(str(taken.detail)) from None
        twin = await admin.fetchval("SELECT twin_slug FROM gateway.tenants WHERE id = $1", made.tenant_id)
    console.say(f"Founded {slug} ({made.tenant_id}), with its sandbox {twin}.")


async def _list(settings: Settings) -> None:
    table = Table("Slug", "Name", "Mode", "Sandbox or live tenant", "Id", "Founded", box=None, padding=(0, 2))
    async with _opened(settings) as (_, admin):
        for row in await admin.fetch(_LIST):
            cells = (row["slug"], row["name"], row["mode"], row["twin_slug"] or "", row["id"])
            table.add_row(*(Text(cell) for cell in cells), Text(f"{row['created_at']:%Y-%m-%d}"))
    console.out.print(table)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, "asyncpg.Connection[asyncpg.Record]"]]:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        url = opened.database_url_of("gateway", role=roles_of("gateway")["app"])
        database = Database(url, service="gateway", tables=PLUMBING, size=1)
        await database.open()
        admin = await connect(opened.database_url_of("gateway", role=roles_of("gateway")["owner"]))
        try:
            yield database, admin
        finally:
            await admin.close()
            await database.close()
