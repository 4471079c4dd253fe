"""Whatever is done to what was recorded, the verification finds it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit import tree
from gateway.audit.heads import Head, jwk_of, key_id_of, padless
from gateway.audit.keys import signature_of, unsealed
from gateway.audit.queries import facts_in_log
from gateway.audit.verification import Verification, verify_log
from gateway.keys.sealing import Vault
from shared.audit import digest_of
from tests.audit.make import Office, busy, every_record, logged, sealed
from tests.audit.tampering import Tampering, tamperings
from tests.databases import SECRET
from tests.system import System, Tenant

ALL = list(tamperings())


@pytest.fixture(scope="module")
async def office(system: System) -> Office:
    """A log with two heads, and with records after the second."""
    tenant = system.tenant()
    await system.register(tenant)
    found = await busy(tenant)
    for ended in (sealed(tenant), logged(system)):
        for noun in ("Gold", "Silver"):
            await found.vendor.post("/v1/plans", {"name": noun, "currency": "EUR"})
        await ended
    return found


async def verified(system: System, office: Office, anchor: Head | None = None) -> Verification:
    """What the verification says of the office's log."""
    return await verify_log(system.superuser, office.tenant.id, vault=Vault(SECRET), anchor=anchor)


async def after(system: System, office: Office, *statements: str) -> Verification:
    """The same, after statements that are undone afterwards."""
    transaction = system.superuser.transaction()
    await transaction.start()
    try:
        touched = [await system.superuser.execute(each, office.tenant.id) for each in statements]
        assert not any(each.endswith(" 0") for each in touched), touched
        return await verified(system, office)
    finally:
        await transaction.rollback()


async def test_a_log_that_nobody_touched_is_found_to_be_whole(system: System, office: Office) -> None:
    found = await verified(system, office)
    again = await verified(system, office, found.last)

    assert found.findings == again.findings == []
    assert (found.records, found.waiting) == (len(await every_record(office.vendor)), 0)
    assert found.last is not None and found.last.number == 2 and found.unsealed == 2


async def test_records_on_their_way_into_the_log_are_no_finding(system: System, tenant: Tenant) -> None:
    fresh = await busy(tenant)
    before = await verified(system, fresh)
    await fresh.vendor.post("/v1/plans", {"name": "Bronze", "currency": "EUR"})

    found = await verified(system, fresh)

    assert (found.findings, found.waiting, found.records) == ([], 1, before.records)


def test_at_least_a_hundred_ways_are_tried_at_every_place() -> None:
    assert len(ALL) >= 100
    assert len({each.name for each in ALL}) == len(ALL)
    assert {each.name.partition(":")[0] for each in ALL} >= {
        *(f"{service}.audit_records" for service in "gateway partners deals leads incentives".split()),
        *(f"gateway.{table}" for table in "audit_log audit_nodes audit_trees audit_heads sealing_keys".split()),
    }


@pytest.mark.parametrize("tampering", ALL, ids=lambda each: each.name.replace(" ", "-"))
async def test_it_is_found(system: System, office: Office, tampering: Tampering) -> None:
    found = await after(system, office, *tampering.statements)

    assert found.findings != []


async def rebuilt(superuser: asyncpg.Connection, tenant_id: str) -> bytes:
    """Make the tree anew over the records as they are now, as somebody would who knows how, and return its root."""
    rows = await superuser.fetch("SELECT * FROM gateway.audit_log WHERE tenant_id = $1 ORDER BY sequence", tenant_id)
    nodes = tree.grown(0, {}, [bytes.fromhex(digest_of(facts_in_log(row))) for row in rows])
    await superuser.execute("DELETE FROM gateway.audit_nodes WHERE tenant_id = $1", tenant_id)
    written = [(tenant_id, level, place, digest.hex()) for (level, place), digest in nodes.items()]
    await superuser.executemany("INSERT INTO gateway.audit_nodes VALUES ($1, $2, $3, $4)", written)
    return tree.root(len(rows), nodes.__getitem__)


async def test_who_rewrites_a_sealed_record_everywhere_and_the_tree_over_it_cannot_sign_it(
    system: System, office: Office
) -> None:
    superuser, tenant_id = system.superuser, office.tenant.id
    transaction = superuser.transaction()
    await transaction.start()
    row = await superuser.fetchrow(
        "UPDATE gateway.audit_log SET action = 'approve_deal' WHERE tenant_id = $1 AND action = 'create_deal'"
        " AND partner_id = $2 RETURNING *",
        tenant_id,
        office.acme.partner_id,
    )
    await superuser.execute(
        "UPDATE deals.audit_records SET action = 'approve_deal', digest = $3 WHERE tenant_id = $1 AND id = $2",
        tenant_id,
        row["id"],
        digest_of(facts_in_log(row)),
    )
    await rebuilt(superuser, tenant_id)

    found = await verified(system, office)

    await transaction.rollback()
    assert any("signed over other records" in each for each in found.findings)


async def test_who_signs_it_with_a_key_of_his_own_is_found_out(system: System, office: Office) -> None:
    superuser, tenant_id = system.superuser, office.tenant.id
    transaction = superuser.transaction()
    await transaction.start()
    key = Ed25519PrivateKey.generate()
    public = padless(key.public_key().public_bytes_raw())
    await superuser.execute(
        "INSERT INTO gateway.sealing_keys (key_id, status, sealed, public, created_at)"
        " SELECT $1, 'retired', sealed, $2, created_at FROM gateway.sealing_keys LIMIT 1",
        key_id_of(public),
        public,
    )
    found = await verified(system, office)
    assert found.last is not None
    last = found.last
    forged = Head(tenant_id, 2, last.size, last.root, last.previous, last.sealed_at, jwk_of(public)["kid"])
    await superuser.execute(
        "UPDATE gateway.audit_heads SET key_id = $2, signature = $3 WHERE tenant_id = $1 AND number = 2",
        tenant_id,
        forged.key_id,
        padless(key.sign(forged.signed())),
    )

    found = await verified(system, office)

    await transaction.rollback()
    assert any("not one that this installation has made" in each for each in found.findings)
    assert any("not signed by a key of this installation" in each for each in found.findings)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"previous": "0" * 64}, "does not continue"),
        ({"number": 3}, "is not the one that is due"),
        ({"size": 2}, "over other records"),
        ({"log": "tnt_another"}, "not signed"),
        ({"sealed_at": datetime(2020, 1, 1, tzinfo=UTC)}, "covers no more"),
    ],
)
async def test_a_head_that_the_installation_signed_in_another_history_is_found(
    system: System, office: Office, change: dict[str, Any], says: str
) -> None:
    superuser, tenant_id = system.superuser, office.tenant.id
    transaction = superuser.transaction()
    await transaction.start()
    last = (await verified(system, office)).last
    assert last is not None
    sealed_key = await superuser.fetchval("SELECT sealed FROM gateway.sealing_keys WHERE key_id = $1", last.key_id)
    forged = replace(last, **change)
    await superuser.execute(
        "UPDATE gateway.audit_heads SET number = $2, size = $3, previous = $4, sealed_at = $5, signature = $6"
        " WHERE tenant_id = $1 AND number = 2",
        tenant_id,
        forged.number,
        forged.size,
        forged.previous,
        forged.sealed_at,
        signature_of(unsealed(Vault(SECRET), sealed_key, key_id=last.key_id), forged),
    )

    found = await verified(system, office)

    await transaction.rollback()
    assert any(says in each for each in found.findings), found.findings


async def test_a_head_kept_elsewhere_has_to_be_this_logs_and_of_this_installation(
    system: System, office: Office
) -> None:
    last = (await verified(system, office)).last
    assert last is not None

    changes: list[dict[str, Any]] = [{"log": "tnt_another"}, {"key_id": "of-another-installation"}, {"root": "0" * 64}]
    for change in changes:
        found = await verified(system, office, replace(last, **change))
        assert len(found.findings) == 1 and found.findings[0].startswith("The head kept elsewhere"), change


async def test_a_log_set_back_as_a_whole_is_found_by_a_receipt_kept_elsewhere(system: System, office: Office) -> None:
    superuser, tenant_id = system.superuser, office.tenant.id
    newest = (await verified(system, office)).last
    transaction = superuser.transaction()
    await transaction.start()
    first = await superuser.fetchrow(
        "SELECT size, sealed_at FROM gateway.audit_heads WHERE tenant_id = $1 AND number = 1", tenant_id
    )
    for service in "gateway partners deals leads incentives".split():
        await superuser.execute(
            f"DELETE FROM {service}.audit_records a USING gateway.audit_log l WHERE a.tenant_id = $1 AND"
            " l.tenant_id = $1 AND l.id = a.id AND l.sequence >= $2",
            tenant_id,
            first["size"],
        )
    await superuser.execute(
        "DELETE FROM gateway.audit_log WHERE tenant_id = $1 AND sequence >= $2", tenant_id, first["size"]
    )
    await superuser.execute("DELETE FROM gateway.audit_heads WHERE tenant_id = $1 AND number > 1", tenant_id)
    await superuser.execute(
        "UPDATE gateway.audit_trees SET size = $2, sealed_size = $2, sealed_at = $3 WHERE tenant_id = $1",
        tenant_id,
        *first,
    )
    await rebuilt(superuser, tenant_id)
    alone, anchored = await verified(system, office), await verified(system, office, newest)

    await transaction.rollback()
    assert alone.findings == []
    assert len(anchored.findings) == 1 and "it was cut off" in anchored.findings[0]
