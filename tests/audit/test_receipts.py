"""A receipt proves by itself that a record is in the sealed log, to anybody who has the published keys."""

import copy
from typing import Any

import orjson
import pytest

from gateway.audit.receipts import NotGenuine, StillPending, verify
from shared.audit import digest_of_withheld
from tests.audit.make import busy, every_record, logged, sealed
from tests.audit.merkle import proves
from tests.system import Client, Tenant


async def receipt(reader: Client, record_id: str, **query: Any) -> dict[str, Any]:
    """The receipt of a record."""
    answer = await reader.get(f"/v1/receipts/{record_id}", **query)
    assert answer.status == 200, answer.json
    return dict(answer.json)


async def published(reader: Client) -> dict[str, Any]:
    """The keys that anybody can read."""
    return dict((await reader.get("/.well-known/audit-keys.json")).json)


async def test_a_partner_verifies_each_of_its_receipts_by_the_standards_alone(tenant: Tenant) -> None:
    office = await busy(tenant)
    keys = await published(office.acme)

    for record in await every_record(office.acme):
        given = await receipt(office.acme, record["id"])
        assert given["status"] == "sealed" and proves(given, keys)
        assert given["record"]["changes"] == record["changes"]
        assert len(list(verify(given, keys=keys))) == 3


async def test_what_only_the_vendor_reads_is_in_the_partners_record_as_a_digest(tenant: Tenant) -> None:
    office = await busy(tenant)

    of_vendor = {each["id"]: each for each in await every_record(office.vendor, subject=office.deal["id"])}
    shown = await every_record(office.acme, subject=office.deal["id"])
    kept = [each for each in of_vendor.values() if each["withheld"]]

    assert {each["id"] for each in shown} == set(of_vendor)
    assert all(each["withheld"] is None for each in shown)
    assert "customer_id" in {name for each in kept for name in each["withheld"]["changes"]}
    assert "cus_" not in orjson.dumps(shown).decode()
    for each in kept:
        given = await receipt(office.acme, each["id"])
        assert given["record"]["withheld"] == digest_of_withheld(each["withheld"])


async def test_before_a_head_is_signed_a_receipt_is_pending_and_says_until_when(tenant: Tenant) -> None:
    office = await busy(tenant)
    await office.vendor.post("/v1/plans", {"name": "Late", "currency": "EUR"})
    await logged(tenant.system)
    [late] = [each for each in await every_record(office.vendor) if each["changes"].get("name", {}).get("to") == "Late"]

    waiting = await receipt(office.vendor, late["id"])
    with pytest.raises(StillPending):
        list(verify(waiting))
    await sealed(tenant)
    done = await receipt(office.vendor, late["id"])

    assert (waiting["status"], waiting["head"], waiting["path"]) == ("pending", None, None)
    assert waiting["expected_at"] is not None and waiting["leaf"] == done["leaf"]
    assert done["status"] == "sealed" and proves(done, await published(office.vendor))


async def test_a_later_receipt_proves_that_the_log_goes_on_from_an_earlier_one(tenant: Tenant) -> None:
    office = await busy(tenant)
    first = (await every_record(office.acme))[-1]
    before = await receipt(office.acme, first["id"])
    for name in ("One", "Two", "Three"):
        await office.vendor.post("/v1/plans", {"name": name, "currency": "EUR"})
    await sealed(tenant)

    after = await receipt(office.acme, first["id"], since=before["head"]["size"])
    proven = list(verify(after, keys=await published(office.acme), earlier=before))

    assert after["head"]["previous"] is not None and len(proven) == 4
    another = copy.deepcopy(after)
    another["consistency"]["path"][0] = "00" * 32
    with pytest.raises(NotGenuine, match="not a continuation"):
        list(verify(another, earlier=before))
    refused = await office.acme.get(f"/v1/receipts/{first['id']}", since=after["head"]["size"] + 1)
    assert refused.problem == "no_earlier_size"


def altered(given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The receipt with one thing changed, for every thing that it says."""
    made: dict[str, dict[str, Any]] = {}
    for part in ("record", "head"):
        for name in given[part]:
            changed = copy.deepcopy(given)
            value = changed[part][name]
            changed[part][name] = value + 1 if isinstance(value, int) else {} if value is None else f"{value}x"
            made[f"{part} {name}"] = changed
    for name, value in {
        "leaf": "0" * 64,
        "sequence": given["sequence"] + 1,
        "path": given["path"][:-1],
        "id": "x",
    }.items():
        made[name] = {**copy.deepcopy(given), name: value}
    return made


async def test_a_receipt_in_which_anything_was_changed_proves_nothing(tenant: Tenant) -> None:
    office = await busy(tenant)
    given = await receipt(office.acme, (await every_record(office.acme))[0]["id"])
    keys = await published(office.acme)

    believed = []
    for what, changed in altered(given).items():
        try:
            list(verify(changed, keys=keys))
            believed.append(what)
        except NotGenuine:
            continue

    assert believed == [] and len(altered(given)) > 20


async def test_a_head_signed_by_somebody_else_is_not_believed(tenant: Tenant) -> None:
    office = await busy(tenant)
    given = await receipt(office.acme, (await every_record(office.acme))[0]["id"])

    with pytest.raises(NotGenuine, match="not among those published"):
        list(verify(given, keys={"keys": []}))
    with pytest.raises(NotGenuine, match="is another one"):
        list(verify({**given, "key": {**given["key"], "x": "A" * 43}}))
    with pytest.raises(NotGenuine, match="not a receipt"):
        list(verify({"object": "receipt"}))


async def test_the_receipt_of_anothers_record_is_that_of_none(tenant: Tenant) -> None:
    office = await busy(tenant)
    theirs = (await every_record(office.acme))[0]["id"]

    for stranger in (office.rival, tenant.system.tenant().vendor()):
        assert (await stranger.get(f"/v1/receipts/{theirs}")).problem == "not_found"
        assert (await stranger.get(f"/v1/audit-records/{theirs}")).problem == "not_found"
