"""`prm audit`: verify the sealed logs, seal them now, change the sealing key; `prm verify`: what we have given to others."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import orjson
import typer

from deploy.cli import console
from deploy.cli.options import DataDir
from deploy.local.database import connect, open_database
from deploy.local.errors import StartError
from deploy.local.running import run_until_stopped
from gateway.audit.heads import Head
from gateway.audit.keys import SealingKeys
from gateway.audit.receipts import NotGenuine, StillPending, verify
from gateway.audit.sealer import Sealer
from gateway.audit.verification import Verification, verify_log
from gateway.keys.sealing import Vault
from gateway.metadata import PLUMBING
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.settings import Settings, load_settings

app = typer.Typer(help="The sealed logs of who changed what.", no_args_is_help=True)
verify_app = typer.Typer(help="Verify what was handed out, without a database.", no_args_is_help=True)

# Those that the gateway knows, and those of which it has only a log.
_TENANTS = """
SELECT t.id, t.slug, t.name FROM gateway.tenants t WHERE $1::text IS NULL OR t.slug = $1 OR t.id = $1
UNION SELECT l.tenant_id, l.tenant_id, l.tenant_id FROM gateway.audit_trees l
WHERE $1::text IS NULL AND NOT EXISTS (SELECT FROM gateway.tenants t WHERE t.id = l.tenant_id) ORDER BY 2
"""


@app.command("verify")
def verify_logs(
    tenant: Annotated[str | None, typer.Option(help="Only this tenant's log, by its slug or id.")] = None,
    against: Annotated[Path | None, typer.Option(help="A receipt kept elsewhere: the log must continue it.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Find every edit, deletion, insertion, reordering and truncation; exit code 1 when there is one."""
    anchor = _anchor(against) if against is not None else None
    verified: list[Verification] = []
    run_until_stopped(_verify(load_settings(data_dir=data_dir), tenant=tenant, anchor=anchor, verified=verified))
    if any(each.findings for each in verified):
        raise typer.Exit(1)


@app.command("seal")
def seal_now(data_dir: DataDir = None) -> None:
    """Sign a head of every log that has grown, without waiting for the hour to end."""
    run_until_stopped(_seal(load_settings(data_dir=data_dir)))


@app.command("rotate-key")
def rotate_key(data_dir: DataDir = None) -> None:
    """Make a new sealing key for the heads to come; the old ones stay published, for the receipts there are."""
    run_until_stopped(_rotate(load_settings(data_dir=data_dir)))


@verify_app.command("receipt")
def verify_receipt(
    file: Annotated[Path, typer.Argument(help="The receipt, as `GET /v1/receipts/{id}` gave it.")],
    keys: Annotated[Path | None, typer.Option(help="The published keys: /.well-known/audit-keys.json.")] = None,
    since: Annotated[Path | None, typer.Option(help="An earlier receipt, whose log this one must continue.")] = None,
) -> None:
    """Verify a receipt offline; exit code 1 when it proves nothing, 2 while its record is not sealed."""
    receipt = _json(file)
    published, earlier = (None if path is None else _json(path) for path in (keys, since))
    try:
        for proven in verify(receipt, keys=published, earlier=earlier):
            console.check(proven)
    except NotGenuine as problem:
        console.fault(str(problem))
        raise typer.Exit(1) from None
    except StillPending:
        console.remark(f"The record is not sealed yet; ask for its receipt again after {receipt['expected_at']}.")
        raise typer.Exit(2) from None
    console.say("The receipt is genuine.")


async def _verify(settings: Settings, *, tenant: str | None, anchor: Head | None, verified: list[Verification]) -> None:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        connection = await connect(opened.admin_url())
        try:
            try:
                tenants = await connection.fetch(_TENANTS, anchor.log if anchor is not None else tenant)
            except asyncpg.UndefinedTableError:
                raise StartError("There is no sealed log in this database yet. Start it once with `prm up`.") from None
            if not tenants:
                raise StartError(f"There is no tenant {tenant or (anchor.log if anchor else '')} here.")
            vault = Vault(opened.secret())
            for row in tenants:
                # One snapshot: what is appended meanwhile is neither missing nor too much.
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    with console.measured(f"Verifying {row['name']}", done=f"{row['name']} is read") as told:
                        found = await verify_log(connection, row["id"], vault=vault, anchor=anchor, told=told)
                verified.append(found)
                _show(found)
        finally:
            await connection.close()


def _show(found: Verification) -> None:
    for finding in found.findings:
        console.fault(finding)
    if not found.findings:
        last = f"head {found.last.number} of {found.last.sealed_at:%Y-%m-%d %H:%M} UTC" if found.last else "no head yet"
        console.say(
            f"{found.records} records are as they were written; {last}, {found.unsealed} records since then,"
            f" {found.waiting} on their way into the log."
        )


async def _seal(settings: Settings) -> None:
    async with _gateway(settings) as (database, keys):
        signed = await Sealer(database, peers={}, keys=keys).seal(at_once=True)
        console.say(f"{signed} logs had grown, and have a new head.")


async def _rotate(settings: Settings) -> None:
    async with _gateway(settings) as (_, keys):
        console.say(f"Heads are signed with the key {await keys.rotate()} from now on.")


@asynccontextmanager
async def _gateway(settings: Settings) -> AsyncIterator[tuple[Database, SealingKeys]]:
    async with open_database(settings, join=True, tell=console.remark) as (opened, _):
        url = opened.database_url_of("gateway", role=roles_of("gateway")["app"])
        database = Database(url, service="gateway", tables=PLUMBING, size=2)
        await database.open()
        try:
            yield database, SealingKeys(database, Vault(opened.secret()))
        finally:
            await database.close()


def _anchor(path: Path) -> Head:
    receipt = _json(path)
    try:
        list(verify(receipt))
    except StillPending:
        raise StartError(f"The receipt in {path.name} was still pending, and proves nothing.") from None
    except NotGenuine as problem:
        raise StartError(f"{path.name}: {problem}") from None
    return Head.from_json(receipt["head"])


def _json(path: Path) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise StartError(f"{path.name} cannot be read as JSON: {problem}") from None
