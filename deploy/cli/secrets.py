"""`prm secrets`: what is sealed under PRM_SECRET_KEY, when that key changes."""

import os
import sys
from typing import Final

import typer

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import connect, open_database
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from gateway.keys.sealing import Vault
from gateway.rewrapping.rewrapping import Rewrapped, rewrap
from shared.db.provision import provision
from shared.db.walls import roles_of
from shared.settings import Settings, load_settings

app = typer.Typer(help="What is sealed under PRM_SECRET_KEY.", no_args_is_help=True)

_RUNS: Final = r"""
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND usename ~ '^prm_[a-z]+_app$')
"""


@app.callback()
def secrets() -> None:
    """What is sealed under PRM_SECRET_KEY."""


@app.command("rewrap")
def rewrap_secrets(data_dir: DataDir = None) -> None:
    """Seal everything anew under the PRM_SECRET_KEY of now; the one before is in PRM_OLD_SECRET_KEY, or asked for.

    PRM is stopped meanwhile. A run that was interrupted is begun again; exit code 1 when neither key opens something.
    """
    settings = load_settings(data_dir=data_dir)
    found: list[Rewrapped] = []
    run_until_stopped(_rewrap(settings, _key_before(), found))
    for done in found:
        console.say(f"Sealed under the new key: {done.sealed:,}.")
        for column, left in done.closed.items():
            console.fault(f"Neither key opens {left:,} of {column}; they stay as they are.")
        if done.closed:
            raise typer.Exit(1)


def _key_before() -> str:
    """Return the secret key from before: of the environment, or from standard input, never from the command line."""
    given = os.environ.get("PRM_OLD_SECRET_KEY")
    if given is None and sys.stdin.isatty():
        given = typer.prompt("The PRM_SECRET_KEY from before", hide_input=True)
    elif given is None:
        given = sys.stdin.readline().strip()
    if not given:
        raise StartError("The secret key from before is missing: put it into PRM_OLD_SECRET_KEY or on standard input.")
    return str(given)


async def _rewrap(settings: Settings, key_before: str, found: list[Rewrapped]) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        before, now = Vault(key_before), Vault(opened.secret())
        if before.key_id == now.key_id:
            raise StartError("PRM_SECRET_KEY is the key from before: set the new one.")
        await _require_stopped(opened)
        # The passwords of the database's roles follow the new key.
        await provision(opened.admin_url(), secret_key=opened.secret())
        connection = await connect(opened.database_url_of("gateway", role=roles_of("gateway")["owner"]))
        try:
            await connection.execute("SET search_path TO gateway, public; SET lock_timeout = '5s'")
            with console.measured("Sealing anew", done="Every sealed text was looked at") as progress:
                found.append(await rewrap(connection, before=before, now=now, progress=progress))
        finally:
            await connection.close()


async def _require_stopped(settings: Settings) -> None:
    connection = await connect(settings.admin_url())
    try:
        if await connection.fetchval(_RUNS):
            raise StartError("PRM runs on this database with the key from before: stop it first.")
    finally:
        await connection.close()
