"""The `prm` command: what can be typed, and how a refusal is shown."""

import sys

import typer

from deploy.cli import (
    api,
    audit,
    console,
    demo,
    doctor,
    draft,
    events,
    imports,
    keys,
    mail,
    migrate,
    openapi,
    secrets,
    serve,
    tenants,
    up,
    words,
)
from deploy.local.errors import StartError
from shared.settings import SettingsRefused

app = typer.Typer(
    name="prm",
    help="Partner Relationship Management, headless and API-first.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("serve")(serve.serve)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("openapi")(openapi.openapi)
app.command("doctor")(doctor.doctor)
app.command("mail")(mail.mail)
app.command("events")(events.events)
app.command("words")(words.words)
app.command("keys")(keys.keys)
app.command("import")(imports.import_rows)
app.command("api")(api.api)
app.add_typer(audit.app, name="audit")
app.add_typer(tenants.app, name="tenants")
app.add_typer(secrets.app, name="secrets")
app.add_typer(audit.verify_app, name="verify")
app.command("draft-migration")(draft.draft_migration)


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
