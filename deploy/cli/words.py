"""`prm words`: objects that no search finds, found again."""

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local import system
from deploy.local.database import open_database
from deploy.local.running import run_until_stopped
from shared.settings import Settings, load_settings


def words(data_dir: DataDir = None) -> None:
    """Give objects that have none the words they are searched by, as after rows were brought in with SQL; safe to repeat."""
    run_until_stopped(_words(load_settings(data_dir=data_dir)))


async def _words(settings: Settings) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        given = await system.give_words(opened)
    console.remark(f"Objects given their words: {given:,}." if given else "Every object has its words.")
