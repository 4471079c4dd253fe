"""`prm keys`: the keys that access tokens are signed with, and a new one in their place."""

from datetime import timedelta
from typing import Annotated, Literal

import typer
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import open_database
from deploy.local.running import run_until_stopped
from gateway.keys.keyring import PUBLISHED_AHEAD, Keyring, KnownKey
from gateway.keys.sealing import Vault
from gateway.metadata import PLUMBING
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.settings import Settings, load_settings

_MINUTES = int(PUBLISHED_AHEAD.total_seconds() // 60)


def keys(
    action: Annotated[
        Literal["list", "rotate"],
        typer.Argument(help="list: show the keys; rotate: publish a new key now, which signs a while later."),
    ] = "list",
    ahead: Annotated[
        int, typer.Option(help="Minutes until the new key signs; verifiers fetch it meanwhile.", min=0, max=10_080)
    ] = _MINUTES,
    leaked: Annotated[
        bool, typer.Option("--leaked", help="Sign with the new key at once and withdraw all others, with their tokens.")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Show the signing keys, or begin to replace the one that signs. Nothing is restarted, and no token is lost."""
    settings = load_settings(data_dir=data_dir)
    run_until_stopped(_keys(settings, action=action, ahead=timedelta(minutes=ahead), leaked=leaked))


async def _keys(settings: Settings, *, action: str, ahead: timedelta, leaked: bool) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        url = opened.database_url_of("gateway", role=roles_of("gateway")["app"])
        database = Database(url, service="gateway", tables=PLUMBING, size=1)
        await database.open()
        try:
            keyring = Keyring(database, vault=Vault(opened.secret()), issuer=opened.base_url)
            if action == "rotate":
                made = await keyring.rotate(ahead=ahead, leaked=leaked)
                console.say(_told(made))
            _show(await keyring.known())
        finally:
            await database.close()


def _told(made: KnownKey) -> str:
    if made.status == "next" and made.signs_from is not None:
        return f"Key {made.kid} is published now and signs from {made.signs_from:%Y-%m-%d %H:%M:%S} UTC on."
    return f"Key {made.kid} signs as soon as the running gateways have looked, within seconds."


def _show(known: list[KnownKey]) -> None:
    table = Table("Key", "Status", "Made", "Signs from", "Retired", box=None, padding=(0, 2))
    for each in known:
        times = (f"{at:%Y-%m-%d %H:%M:%S}" if at else "" for at in (each.created_at, each.signs_from, each.retired_at))
        table.add_row(*(Text(cell) for cell in (each.kid, each.status, *times)))
    console.out.print(table)
