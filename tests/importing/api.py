"""The system as an importer reaches it: by HTTP requests, here without a network."""

from pathlib import Path
from typing import Any

import httpx

from deploy.cli.imports import read_file, send
from deploy.importing.columns import Noun, read_map
from deploy.importing.rows import Reading
from deploy.importing.sending import Outcome
from tests.system import Client

FILES = Path(__file__).parent / "files"


def reaching(caller: Client) -> httpx.AsyncClient:
    """A client of HTTP that carries the caller's token."""

    async def app(scope: Any, receive: Any, forward: Any) -> None:
        await caller.system.nouns[scope["path"].split("/")[2]](scope, receive, forward)

    headers = {"Authorization": f"Bearer {caller.token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://prm.test", headers=headers)


async def imported(
    caller: Client,
    noun: Noun,
    file: Path,
    *,
    told: str = "",
    reading: Reading | None = None,
    dry_run: bool = False,
) -> list[Outcome]:
    """Import a file as the command does, and return the outcome of each row."""
    rows = read_file(file, noun=noun, told=read_map(told), reading=reading or Reading(), encoding=None, delimiter=None)
    async with reaching(caller) as client:
        return await send(rows.records, client=client, noun=noun, system="crm", dry_run=dry_run)


def actions(outcomes: list[Outcome]) -> list[str]:
    """What became of the rows, in their order."""
    return [outcome.action for outcome in outcomes]
