"""`prm events`: what consumers could not handle, trying it again, and beginning anew."""

from typing import Annotated, Any, Literal

import typer
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import connect, open_database
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from shared.db.provision import SERVICES
from shared.settings import Settings, load_settings

_PARKED = """
SELECT source, event_id, subject, envelope->>'type' AS type, attempts, error, next_attempt_at FROM {schema}.parked_events
ORDER BY source, string_to_array(position, '.')::bigint[] LIMIT 200
"""
# The offset first: whoever is handling an event holds it, and must be done before its traces are removed.
_RESTART = ("offsets", "inbox", "parked_events")


def events(
    action: Annotated[
        Literal["parked", "retry", "restart"],
        typer.Argument(help="parked: list; retry: try them again at once; restart: a consumer begins at position 0."),
    ] = "parked",
    service: Annotated[str | None, typer.Option(help="Only this service's consumers; restart needs it.")] = None,
    source: Annotated[str | None, typer.Option(help="restart: whose events are consumed anew.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Show the events that are parked, try them again, or rebuild what a service holds of another."""
    if service is not None and service not in SERVICES:
        raise StartError(f"There is no service {service}; there are {', '.join(SERVICES)}.")
    if action == "restart" and (service is None or source not in SERVICES):
        raise StartError("Say whose consumer and of what: prm events restart --service deals --source partners.")
    run_until_stopped(_events(load_settings(data_dir=data_dir), action=action, service=service, source=source or ""))


async def _events(settings: Settings, *, action: str, service: str | None, source: str) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        connection = await connect(opened.admin_url())
        try:
            for schema in [service] if service else SERVICES:
                if action == "restart":
                    async with connection.transaction():
                        for table in _RESTART:
                            await connection.execute(f"DELETE FROM {schema}.{table} WHERE source = $1", source)
                    console.say(
                        f"{schema} begins to read {source} from the start; handlers make a repetition harmless."
                    )
                elif action == "retry":
                    done = await connection.execute(
                        f"UPDATE {schema}.parked_events SET attempts = 0, next_attempt_at = now()"
                    )
                    console.say(f"{schema}: {done.rsplit(' ', 1)[-1]} events will be tried again at once.")
                else:
                    _show(schema, await connection.fetch(_PARKED.format(schema=schema)))
        finally:
            await connection.close()


def _show(schema: str, rows: list[Any]) -> None:
    if not rows:
        console.say(f"{schema}: nothing is parked.")
        return
    table = Table(schema, "Event", "Subject", "Attempts", "Next", "Why", box=None, padding=(0, 2))
    for row in rows:
        following = row["next_attempt_at"]
        cells = (
            row["source"],
            f"{row['type']} {row['event_id']}",
            row["subject"],
            row["attempts"],
            f"{following:%Y-%m-%d %H:%M:%S}" if following else "when retried",
            row["error"][:200],
        )
        table.add_row(*(Text(str(cell)) for cell in cells))
    console.out.print(table)
