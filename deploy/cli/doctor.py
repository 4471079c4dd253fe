"""`prm doctor`: what stands in the way of running well, and what to do about it."""

import os
import shutil
from collections.abc import AsyncIterator
from typing import Annotated, Any

import typer
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import connect, open_database
from deploy.local.diagnosis import Finding, database_findings
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from deploy.local.secret import make_data_dir, with_secret
from shared.settings import Settings, SettingsRefused, load_settings

_ROOM_NEEDED = 1024**3
_MARKS = {"well": ("✓", "green"), "remark": ("!", "yellow"), "fault": ("✗", "red")}


def doctor(
    data_dir: DataDir = None,
    strict: Annotated[bool, typer.Option("--strict", help="Take remarks for faults.")] = False,
) -> None:
    """Examine settings, data directory and database; exit code 1 when something is wrong."""
    grades: list[str] = []
    run_until_stopped(_examine(data_dir, grades))
    faults = grades.count("fault") + (grades.count("remark") if strict else 0)
    console.say(f"{faults or 'No'} fault{'' if faults == 1 else 's'} in {len(grades)} checks.")
    if faults:
        raise typer.Exit(1)


async def _examine(data_dir: Any, grades: list[str]) -> None:
    async for finding in _findings(data_dir):
        grades.append(finding.grade)
        mark, colour = _MARKS[finding.grade]
        console.out.print(Text.assemble((f"  {mark} ", colour), finding.says))
        if finding.advice:
            console.out.print(Text(f"      {finding.advice}", style="dim"))


async def _findings(data_dir: Any) -> AsyncIterator[Finding]:
    try:
        settings = load_settings(data_dir=data_dir)
        make_data_dir(settings)
        with_secret(settings)
    except (SettingsRefused, StartError) as refusal:
        yield Finding("fault", str(refusal))
        return
    yield Finding("well", "the settings can be used")
    for finding in (*_of_environment(settings), _of_room(settings)):
        yield finding
    try:
        async with open_database(settings, join=True, tell=console.remark) as (opened, _):
            connection = await connect(opened.admin_url())
            try:
                async for finding in database_findings(connection):
                    yield finding
            finally:
                await connection.close()
    except StartError as refusal:
        yield Finding("fault", str(refusal))


def _of_environment(settings: Settings) -> list[Finding]:
    if settings.environment != "production":
        return [Finding("well", "environment: development")]
    found = []
    if not settings.base_url.startswith("https://"):
        advice = "Set PRM_PUBLIC_URL to the https:// address that clients use."
        found.append(Finding("fault", "in production the public address is not https", advice))
    if not settings.external:
        advice = "Set PRM_DATABASE_URL to a server that is backed up."
        found.append(Finding("remark", "in production the database is the embedded one", advice))
    return found or [Finding("well", "environment: production")]


def _of_room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.data_dir).free
    if free < _ROOM_NEEDED:
        where = os.fspath(settings.data_dir.resolve())
        return Finding("remark", f"only {free // 1024**2} MiB are free under {where}", "Free some space.")
    return Finding("well", f"{free // 1024**3} GiB are free for data")
