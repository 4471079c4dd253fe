"""`prm openapi`: the published contract, written from the code."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli import console
from deploy.local import system


def openapi(
    folder: Annotated[Path, typer.Option(help="Where the specifications are written.")] = Path("openapi"),
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when a file differs.")] = False,
) -> None:
    """Write one specification for each service, the merged public one and the events'; equal input gives equal bytes."""
    changed = 0
    for name, text in system.specifications().items():
        path = folder / name
        if path.exists() and path.read_text() == text:
            continue
        changed += 1
        console.say(f"{'differs from the code' if check else 'written'}: {path}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if not changed:
        console.say(f"{folder} says what the code does.")
    elif check:
        raise typer.Exit(1)
