"""`prm demo`: a vendor with forty partners and 18 months of history, accounts for every role and objects to try things with."""

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local import system
from deploy.local.database import open_database
from deploy.local.running import run_until_stopped
from shared.settings import Settings, load_settings


def demo(data_dir: DataDir = None) -> None:
    """Make the demo tenant unless it exists, and write its accounts and keys to demo.json."""
    run_until_stopped(_demo(load_settings(data_dir=data_dir)))


async def _demo(settings: Settings) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        with console.step("Bringing the schema up to date", done="Schema up to date"):
            await system.prepare(opened)
        with console.measured("Living through 18 months of a demo vendor", done="Demo data present") as progress:
            await system.load_demo(opened, progress=progress)
    console.say(f"Accounts and keys: {settings.data_dir / 'demo.json'}")
