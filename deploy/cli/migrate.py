"""`prm migrate`: roles, schemas and tables of every service brought to this version."""

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local import system
from deploy.local.database import open_database
from deploy.local.running import run_until_stopped
from shared.settings import Settings, load_settings


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to date; safe to repeat, and safe beside the version that runs."""
    run_until_stopped(_migrate(load_settings(data_dir=data_dir)))


async def _migrate(settings: Settings) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        with console.step("Bringing the schema up to date", done="Schema up to date"):
            await system.prepare(opened)
