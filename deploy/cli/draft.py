"""`prm draft-migration`: the SQL of tables that no migration has made yet, for a person to check and commit."""

import re
from importlib import import_module
from typing import Annotated

import typer

from shared.db.drafting import draft
from shared.db.revisions import folder_of, newest_of


def draft_migration(
    service: Annotated[str, typer.Argument(help="gateway, partners, deals, leads or incentives")],
    name: Annotated[str, typer.Argument(help="what the migration does, such as add_quotes")],
    why: Annotated[str, typer.Option(help="the docstring: why it is made")] = "Create the tables.",
) -> None:
    """Write the next migration of a service for every declared table that earlier ones do not create."""
    module = "gateway.schema" if service == "gateway" else f"services.{service}.schema"
    metadata = import_module(module).METADATA
    versions = folder_of(service) / "versions"
    earlier = sorted(versions.glob("0*.py"))
    known = {found for path in earlier for found in re.findall(r"CREATE TABLE (\w+)", path.read_text())}
    revision = f"{int(earlier[-1].name[:4]) + 1:04d}" if earlier else "0001"
    down = newest_of(service) if earlier else None
    target = versions / f"{revision}_{name}.py"
    target.write_text(draft(metadata, service=service, revision=revision, down=down, why=why, known=known))
    typer.echo(str(target))
