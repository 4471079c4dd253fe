"""`prm audit` and `prm verify`: what an operator and a partner type, and what they are told."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import orjson

from tests.audit.make import Office, busy, every_record, logged, sealed
from tests.databases import SECRET
from tests.system import System, Tenant


async def prm(database_url: str, *words: str) -> tuple[int, str]:
    """Run a command; returns its exit code and what it showed."""
    environment = {"PRM_DATABASE_URL": database_url, "PRM_SECRET_KEY": SECRET, "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", *words),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    return process.returncode or 0, shown.decode()


async def saved(office: Office, folder: Path, name: str = "receipt.json", **query: Any) -> Path:
    """The receipt of the partner's first record, in a file."""
    first = (await every_record(office.acme))[-1]
    answer = await office.acme.get(f"/v1/receipts/{first['id']}", **query)
    assert answer.status == 200, answer.json
    path = folder / name
    path.write_bytes(answer.body)
    return path


async def test_an_operator_is_told_that_a_log_is_whole_or_what_is_wrong_with_it(
    system: System, tenant: Tenant, database_url: str
) -> None:
    office = await busy(tenant)
    whole = await prm(database_url, "audit", "verify", "--tenant", tenant.slug)
    deleted = "DELETE FROM deals.audit_records WHERE tenant_id = $1 AND subject = $2 RETURNING id"
    await system.superuser.fetch(deleted, tenant.id, office.deal["id"])
    broken = await prm(database_url, "audit", "verify", "--tenant", tenant.id)

    assert whole[0] == 0 and f"{len(await every_record(office.vendor))} records are as they were written" in whole[1]
    assert broken[0] == 1 and "deals has record" in broken[1]
    assert (await prm(database_url, "audit", "verify", "--tenant", "nobody"))[0] == 1


async def test_a_log_is_verified_against_a_receipt_that_was_kept_elsewhere(
    tenant: Tenant, database_url: str, tmp_path: Path
) -> None:
    office = await busy(tenant)
    kept = await saved(office, tmp_path)
    other = orjson.loads(kept.read_bytes())
    other["record"]["action"] = "approve_deal"
    forged = tmp_path / "forged.json"
    forged.write_bytes(orjson.dumps(other))

    code, shown = await prm(database_url, "audit", "verify", "--against", str(kept))
    refused, why = await prm(database_url, "audit", "verify", "--against", str(forged))

    assert code == 0 and "head 1 of" in shown
    assert refused == 1 and "forged.json: The record is not what its digest says" in why


async def test_a_partner_verifies_a_receipt_without_a_database(tenant: Tenant, tmp_path: Path) -> None:
    office = await busy(tenant)
    early = await saved(office, tmp_path, "early.json")
    size = orjson.loads(early.read_bytes())["head"]["size"]
    keys = tmp_path / "keys.json"
    keys.write_bytes((await office.acme.get("/.well-known/audit-keys.json")).body)
    await office.vendor.post("/v1/plans", {"name": "Later", "currency": "EUR"})
    await sealed(tenant)
    late = await saved(office, tmp_path, "late.json", since=size)
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"

    code, shown = await prm(nowhere, "verify", "receipt", str(late), "--keys", str(keys), "--since", str(early))
    late.write_bytes(late.read_bytes().replace(b'"sequence":', b'"sequence":1'))
    refused, why = await prm(nowhere, "verify", "receipt", str(late), "--keys", str(keys))
    unreadable, line = await prm(nowhere, "verify", "receipt", str(tmp_path / "none.json"))

    assert code == 0 and "The receipt is genuine." in shown and shown.count("✓") == 4
    assert refused == 1 and "does not lead from the record" in why
    assert unreadable == 1 and "none.json cannot be read" in line


async def test_an_operator_seals_now_and_changes_the_key(tenant: Tenant, database_url: str, tmp_path: Path) -> None:
    office = await busy(tenant)
    made = await office.vendor.post("/v1/plans", {"name": "Late", "currency": "EUR"})
    await logged(tenant.system)
    [late] = await every_record(office.vendor, subject=made["id"])
    waiting = tmp_path / "waiting.json"
    waiting.write_bytes((await office.vendor.get(f"/v1/receipts/{late['id']}")).body)

    pending, remark = await prm(database_url, "verify", "receipt", str(waiting))
    _, rotated = await prm(database_url, "audit", "rotate-key")
    code, _ = await prm(database_url, "audit", "seal")
    receipt = (await office.vendor.get(f"/v1/receipts/{late['id']}")).json

    assert pending == 2 and "not sealed yet" in remark
    assert code == 0 and receipt["status"] == "sealed"
    assert receipt["head"]["key_id"] in rotated
