"""`prm mail`: what would have been sent, while no mail server is set up."""

from typing import Annotated

import asyncpg
import typer
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import open_database
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from gateway.mail.queries import SentMail, newest
from shared.settings import Settings, load_settings


def mail(
    number: Annotated[int | None, typer.Argument(help="Show this message in full; 1 is the newest.", min=1)] = None,
    to: Annotated[str | None, typer.Option(help="Only messages to addresses that contain this.")] = None,
    data_dir: DataDir = None,
) -> None:
    """List the messages that would have been sent, newest first, or show one."""
    run_until_stopped(_mail(load_settings(data_dir=data_dir), number=number, to=to))


async def _mail(settings: Settings, *, number: int | None, to: str | None) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        try:
            messages = await newest(opened.admin_url(), to=to)
        except asyncpg.UndefinedTableError:
            raise StartError("There is no installation in this database yet. Start it once with `prm up`.") from None
    if number is None:
        _list(messages)
    elif number > len(messages):
        raise StartError(f"There is no message {number}; there are {len(messages)}.")
    else:
        _show(messages[number - 1])


def _list(messages: list[SentMail]) -> None:
    if not messages:
        console.say("No messages.")
        return
    table = Table("", "Sent", "To", "Subject", box=None, padding=(0, 2))
    for number, message in enumerate(messages, start=1):
        sent = f"{message.created_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(*(Text(str(cell)) for cell in (number, sent, message.recipient, message.subject)))
    console.out.print(table)


def _show(message: SentMail) -> None:
    for name, value in (("Date", f"{message.created_at:%Y-%m-%d %H:%M:%S} UTC"), ("To", message.recipient)):
        console.out.print(Text.assemble((f"{name}: ", "bold"), value))
    console.out.print(Text.assemble(("Subject: ", "bold"), message.subject))
    console.out.print(Text("\n" + message.body))
