"""`prm mail`: what would have been sent, while no mail server is set up.

The development mail sink keeps every message as one file in the data directory, `mail/*.eml`, in the form of RFC 5322.
"""

import email
import email.policy
from email.message import EmailMessage
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.errors import StartError
from shared.settings import load_settings


def mail(
    number: Annotated[int | None, typer.Argument(help="Show this message in full; 1 is the newest.", min=1)] = None,
    to: Annotated[str | None, typer.Option(help="Only messages to this address.")] = None,
    data_dir: DataDir = None,
) -> None:
    """List the messages that would have been sent, newest first, or show one."""
    folder = load_settings(data_dir=data_dir).data_dir / "mail"
    messages = [message for message in _newest_first(folder) if to is None or to in str(message["To"])]
    if number is None:
        _list(messages, folder=folder)
    elif number > len(messages):
        raise StartError(f"There is no message {number}; there are {len(messages)}.")
    else:
        _show(messages[number - 1])


def _newest_first(folder: Path) -> list[EmailMessage]:
    # The sink names files by a time-ordered id, so the order of names is the order of sending.
    files = sorted(folder.glob("*.eml"), reverse=True)
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def _list(messages: list[EmailMessage], *, folder: Path) -> None:
    if not messages:
        console.say(f"No messages in {folder}.")
        return
    table = Table("", "Date", "To", "Subject", box=None, padding=(0, 2))
    for number, message in enumerate(messages, start=1):
        table.add_row(*(Text(str(cell)) for cell in (number, message["Date"], message["To"], message["Subject"])))
    console.out.print(table)


def _show(message: EmailMessage) -> None:
    for name in ("Date", "From", "To", "Subject"):
        console.out.print(Text.assemble((f"{name}: ", "bold"), str(message[name])))
    body = message.get_body(("plain", "html"))
    console.out.print(Text("\n" + (body.get_content() if body else "")))
