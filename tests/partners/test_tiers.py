"""Programs and tiers."""

import orjson
import pytest

from tests.partners.make import changed, events, partner, tier
from tests.system import Tenant


async def test_a_tier_tells_what_it_gives_in_the_minor_units_of_its_currency(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    limits = [{"amount": 5_000_000, "currency": code} for code in ("EUR", "JPY", "KWD")]

    made = [
        await tier(vendor, f"t{number}", number + 1, deal_limit=limit, protection_days=90)
        for number, limit in enumerate(limits)
    ]

    shown = [await vendor.get(f"/v1/tiers/{each}") for each in made]
    assert [each["deal_limit"] for each in shown] == limits
    assert {each["program"] for each in shown} == {"default"}
    program = (await vendor.get("/v1/programs"))["data"]
    assert [(each["code"], each["is_default"]) for each in program] == [("default", True)]


async def test_a_rank_and_a_code_are_given_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await tier(vendor, "silver", 1)
    gold = await tier(vendor, "gold", 2)

    rank = await vendor.post("/v1/tiers", {"code": "bronze", "name": "Bronze", "rank": 1})
    code = await vendor.post("/v1/tiers", {"code": "gold", "name": "Gold", "rank": 9})
    moved = await changed(vendor, f"/v1/tiers/{gold}", {"rank": 1})

    assert (rank.problem, code.problem, moved.problem) == ("rank_taken", "already_exists", "rank_taken")


async def test_a_tier_in_use_cannot_be_retired(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    silver, gold = await tier(vendor, "silver", 1), await tier(vendor, "gold", 2)
    member = f"/v1/partners/{await partner(vendor)}"
    await changed(vendor, member, {"tier": "silver", "tier_effective_on": "2024-01-01"})
    await changed(vendor, member, {"tier": "gold", "tier_effective_on": "2199-01-01"})

    current = await vendor.act(f"/v1/tiers/{silver}", "retire")
    future = await vendor.act(f"/v1/tiers/{gold}", "retire")
    await changed(vendor, member, {"tier": "gold", "tier_effective_on": "2025-01-01"})
    past = await vendor.act(f"/v1/tiers/{silver}", "retire")

    assert (current.problem, future.problem) == ("tier_in_use", "tier_in_use")
    assert (past.status, past["status"]) == (200, "retired")
    assert (await changed(vendor, member, {"tier": "silver"})).status == 422
    assert (await changed(vendor, f"/v1/tiers/{silver}", {"name": "Ag"})).problem == "invalid_transition"
    assert (await vendor.post("/v1/tiers", {"code": "bronze", "name": "Bronze", "rank": 1})).status == 201


async def test_partners_read_tiers_and_the_vendor_writes_them(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    silver = await tier(vendor, "silver", 1, benefits=[{"code": "mdf", "value": True}, {"code": "seats", "value": 5}])
    insider = tenant.partner(await partner(vendor))

    seen = await insider.get(f"/v1/tiers/{silver}")

    assert seen["benefits"] == [{"code": "mdf", "value": True}, {"code": "seats", "value": 5}]
    assert (seen["allowed_actions"], seen["editable_fields"]) == ([], [])
    assert (await insider.post("/v1/tiers", {"code": "x", "name": "X", "rank": 9})).problem == "forbidden"
    assert (await changed(insider, f"/v1/tiers/{silver}", {"rank": 9})).problem == "forbidden"
    assert (await insider.act(f"/v1/tiers/{silver}", "retire")).problem == "forbidden"
    assert (await insider.post("/v1/programs", {"code": "x", "name": "X"})).problem == "forbidden"
    assert (await tenant.system.tenant().vendor().get(f"/v1/tiers/{silver}")).problem == "not_found"


async def test_the_first_program_is_the_default_and_stays(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first = await vendor.post("/v1/programs", {"code": "resell", "name": "Resellers"})
    second = await vendor.post("/v1/programs", {"code": "tech", "name": "Technology"})

    closed = await vendor.act(f"/v1/programs/{second['id']}", "close")
    kept = await vendor.act(f"/v1/programs/{first['id']}", "close")
    unseen = await vendor.post(f"/v1/programs/{first['id']}/close", if_match='"9"')
    in_closed = await vendor.post("/v1/tiers", {"program": "tech", "code": "a", "name": "A", "rank": 1})

    assert (first["is_default"], second["is_default"], closed["status"]) == (True, False, "closed")
    assert (kept.problem, unseen.problem) == ("default_program_stays", "default_program_stays")
    assert (in_closed.status, in_closed.json["errors"][0]["code"]) == (422, "unknown_program")
    assert (await vendor.post("/v1/programs", {"code": "tech", "name": "Again"})).problem == "already_exists"


async def test_sister_services_look_up_a_tier_by_its_code(tenant: Tenant) -> None:
    await tier(tenant.vendor(), "gold", 2, protection_days=120)
    peer = tenant.system.apps["partners"].state.database.peers["partners"]

    found = await peer.get("/internal/tiers", query=f"tenant={tenant.id}&code=gold")
    missing = await peer.get("/internal/tiers", query=f"tenant={tenant.id}&code=lead")

    assert (found.json()["version"], found.json()["data"]["protection_days"]) == (1, 120)
    assert missing.status == 404


@pytest.mark.parametrize(
    "body",
    [
        {"code": "Gold!", "name": "Gold", "rank": 1},
        {"code": "gold", "name": "Gold", "rank": 0},
        {"code": "gold", "name": "Gold", "rank": 1, "deal_limit": {"amount": 1.5, "currency": "EUR"}},
        {"code": "gold", "name": "Gold", "rank": 1, "deal_limit": {"amount": 1, "currency": "XXX"}},
        {"code": "gold", "name": "Gold", "rank": 1, "benefits": [{"code": "a"}, {"code": "a"}]},
    ],
)
async def test_a_malformed_tier_is_refused(tenant: Tenant, body: dict[str, object]) -> None:
    answer = await tenant.vendor().post("/v1/tiers", body)

    assert (answer.status, answer.problem) == (422, "invalid")


async def test_what_a_tier_gives_can_change_and_sister_services_are_told(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    gold = await tier(vendor, "gold", 2, deal_limit={"amount": 100, "currency": "EUR"})
    await tier(vendor, "silver", 1)

    patched = await changed(vendor, f"/v1/tiers/{gold}", {"rank": 5, "deal_limit": None, "protection_days": 60})
    cleared = await changed(vendor, f"/v1/tiers/{gold}", {"name": None})
    recoded = await changed(vendor, f"/v1/tiers/{gold}", {"code": "au"})

    assert (patched["rank"], patched["deal_limit"], patched["protection_days"]) == (5, None, 60)
    assert (cleared.status, recoded.json["errors"][0]["code"]) == (422, "unknown_field")
    told = [orjson.loads(each["data"]) for each in await events(tenant, "partner.tier.state")]
    assert [(each["code"], each["rank"], each["deal_limit"]) for each in told] == [
        ("gold", 2, 100),
        ("silver", 1, None),
        ("gold", 5, None),
    ]
    assert [each["code"] for each in (await vendor.get("/v1/tiers", sort="rank"))["data"]] == ["silver", "gold"]


async def test_a_program_is_renamed_until_it_is_closed(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await vendor.post("/v1/programs", {"code": "resell", "name": "Resellers"})
    path = f"/v1/programs/{(await vendor.post('/v1/programs', {'code': 'tech', 'name': 'Technology'}))['id']}"

    renamed = await changed(vendor, path, {"name": "技术合作伙伴", "description": None})
    await vendor.act(path, "close")

    assert renamed["name"] == "技术合作伙伴"
    assert (await changed(vendor, path, {"name": "Late"})).problem == "invalid_transition"
