"""The `prm` command: what can be typed, and how a refusal is shown."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup

from deploy.cli import console
from deploy.local.errors import StartError
from deploy.local.loading import without_collector
from shared.settings import SettingsRefused

# Where each command is found in this package, in the order of `prm --help`.
_COMMANDS: Final[Mapping[str, str]] = {
    "up": "up.up",
    "serve": "serve.serve",
    "migrate": "migrate.migrate",
    "demo": "demo.demo",
    "openapi": "openapi.openapi",
    "doctor": "doctor.doctor",
    "mail": "mail.mail",
    "events": "events.events",
    "words": "words.words",
    "keys": "keys.keys",
    "import": "imports.import_rows",
    "api": "api.api",
    "draft-migration": "draft.draft_migration",
    "audit": "audit.app",
    "tenants": "tenants.app",
    "secrets": "secrets.app",
    "verify": "audit.verify_app",
}


class _LoadedOnUse(TyperGroup):
    """Loads the command that was typed and no other, so that none waits for what only another needs."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name, or None where there is none."""
        return _load(cmd_name) if cmd_name in _COMMANDS else None


def _load(name: str) -> Any:
    module, _, member = _COMMANDS[name].partition(".")
    with without_collector():
        found = getattr(import_module(f"deploy.cli.{module}"), member)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)
    group = typer.main.get_group(found)
    group.name = name
    return group


app = typer.Typer(
    name="prm",
    cls=_LoadedOnUse,
    help="Partner Relationship Management, headless and API-first.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def prm() -> None:
    """Stand for what all commands have in common, which is nothing but their name."""


def run() -> None:
    """Run the command line; a refusal is one line on standard error and exit code 1."""
    try:
        app()
    except BaseExceptionGroup as group:
        refusals, rest = group.split((StartError, SettingsRefused))
        if refusals is None or rest is not None:
            raise
        _refuse(_first(refusals))
    except (StartError, SettingsRefused) as refusal:
        _refuse(refusal)


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    problem: BaseException = group
    while isinstance(problem, BaseExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _refuse(refusal: BaseException) -> None:
    console.fault(str(refusal))
    sys.exit(1)
