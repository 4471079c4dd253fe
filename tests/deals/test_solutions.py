"""Solutions: agreed by those who own them, validated by the vendor, listed for everybody, and whose sales they are."""

import asyncio
from typing import Any

import pytest

from tests.deals.make import World, changes, events_of, submits, world
from tests.system import Client, Response, Tenant


async def drafts(lead: Client, *shares: tuple[Client, int], **fields: Any) -> Response:
    """A partner drafts a solution that these own by these shares."""
    owners = [{"partner_id": each.partner_id, "basis_points": basis_points} for each, basis_points in shares]
    body = {"name": "Paper", "description": "And printers", "product_families": ["cloud"], "owners": owners}
    return await lead.post("/v1/solutions", {**body, **fields})


def at(solution: Response) -> str:
    """Where a solution is found."""
    return f"/v1/solutions/{solution['id']}"


async def lists(place: World, lead: Client, other: Client, **fields: Any) -> Response:
    """Two partners have a solution listed."""
    made = await drafts(lead, (lead, 7_500), (other, 2_500), **fields)
    await other.act(at(made), "consent")
    await lead.act(at(made), "submit")
    await place.vendor.act(at(made), "validate")
    return await place.vendor.act(at(made), "list", {"days": 30})


async def test_a_solution_is_validated_when_all_who_own_it_have_consented(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    made = await drafts(lead, (lead, 7_500), (other, 2_500))

    assert [each["consented_at"] is not None for each in made["owners"]] == [True, False]
    assert made["allowed_actions"] == []
    assert (await lead.act(at(made), "submit")).problem == "consent_missing"
    seen = await other.get(at(made))
    assert (seen["allowed_actions"], seen["editable_fields"]) == (["consent"], [])
    assert (await other.act(at(made), "submit")).status == 403
    assert (await other.act(at(made), "consent"))["allowed_actions"] == []
    assert (await other.act(at(made), "consent")).status == 403
    assert (await lead.act(at(made), "submit"))["status"] == "in_validation"
    returned = await place.vendor.act(at(made), "return", {"reason": "Say more"})
    assert (returned["status"], returned["reason"]) == ("draft", "Say more")
    await lead.act(at(made), "submit")
    assert (await place.vendor.act(at(made), "validate"))["status"] == "validated"
    assert len(await events_of(place, "solution.submitted.v1")) == 2


async def test_a_split_that_is_changed_needs_everybodys_consent_again_and_lets_go_of_who_is_out(tenant: Tenant):
    place = await world(tenant)
    lead, other, third = [await place.partner() for _ in range(3)]
    made = await drafts(lead, (lead, 7_500), (other, 2_500))
    await other.act(at(made), "consent")

    renamed = await changes(lead, at(made), {"name": "Paper and ink"})
    halves = [{"partner_id": each.partner_id, "basis_points": 5_000} for each in (lead, third)]
    changed = await changes(lead, at(made), {"owners": halves})

    assert all(each["consented_at"] for each in renamed["owners"])
    assert [each["consented_at"] is not None for each in changed["owners"]] == [True, False]
    assert (await other.get(at(made))).status == 404
    assert (await third.get(at(made))).status == 200
    assert (await changes(third, at(made), {"name": "Mine"})).status == 403


async def test_everybody_reads_what_is_listed_and_nobody_else_how_it_is_shared(tenant: Tenant):
    place = await world(tenant)
    lead, other, reader = [await place.partner() for _ in range(3)]

    made = await lists(place, lead, other)

    (shown,) = (await reader.get("/v1/solution-listings", q="paper"))["data"]
    assert (shown["solution_id"], shown["name"], shown["product_families"]) == (made["id"], "Paper", ["cloud"])
    assert [each["partner_id"] for each in shown["partners"]] == [lead.partner_id, other.partner_id]
    assert "basis_points" not in str(shown) and "7500" not in str(shown)
    assert (await reader.get(at(made))).status == 404
    assert (await reader.get("/v1/solutions"))["data"] == []


async def test_a_listing_ends_with_its_days_or_with_the_version_that_follows(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    first = await lists(place, lead, other)

    second = await lists(place, lead, other, previous_id=first["id"])
    assert second["solution_version"] == 2
    assert (await lead.get(at(first)))["status"] == "expired"
    assert [each["solution_id"] for each in (await lead.get("/v1/solution-listings"))["data"]] == [second["id"]]

    await tenant.advance(days=31)
    await tenant.system.settle()
    assert (await lead.get(at(second)))["status"] == "expired"
    assert (await lead.get("/v1/solution-listings"))["data"] == []
    assert len(await events_of(place, "solution.expired.v1")) == 2


async def test_a_version_is_followed_by_one_other(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    first = await lists(place, lead, other)
    made = [
        await drafts(lead, (lead, share), (other, 10_000 - share), previous_id=first["id"]) for share in (5_000, 8_000)
    ]
    for each in made:
        await other.act(at(each), "consent")
        await lead.act(at(each), "submit")
        await place.vendor.act(at(each), "validate")

    answers = await asyncio.gather(*(place.vendor.act(at(each), "list", {"days": 30}) for each in made))
    late = await lists(place, lead, other, previous_id=first["id"])

    assert sorted((each.status, each.status == 409 and each.problem) for each in answers) == [
        (200, False),
        (409, "invalid_transition"),
    ]
    assert late.problem == "invalid_transition"
    (listed,) = (await lead.get("/v1/solution-listings"))["data"]
    assert listed["solution_version"] == 2
    third = await lists(place, lead, other, previous_id=listed["solution_id"])
    assert (third["status"], third["solution_version"]) == ("listed", 3)


async def test_nobody_loses_a_part_of_what_is_in_force_without_consenting_to_it(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    first = await lists(place, lead, other)

    alone = await drafts(lead, (lead, 10_000), previous_id=first["id"])
    refused = await lead.act(at(alone), "submit")
    shared = await changes(lead, at(alone), {"owners": [{"partner_id": lead.partner_id, "basis_points": 10_000}]})
    seen = await other.get(at(alone))
    consented = await other.act(at(alone), "consent")
    submitted = await lead.act(at(alone), "submit")
    validated = await place.vendor.act(at(alone), "validate")
    listed = await place.vendor.act(at(alone), "list", {"days": 30})

    assert refused.problem == "consent_missing"
    assert [(each["partner_id"], each["basis_points"]) for each in shared["owners"]] == [
        (lead.partner_id, 10_000),
        (other.partner_id, 0),
    ]
    assert (seen["allowed_actions"], consented.status, submitted["status"]) == (["consent"], 200, "in_validation")
    assert (validated["status"], listed["status"]) == ("validated", "listed")
    assert [each["partner_id"] for each in listed["owners"]] == [lead.partner_id]
    assert (await other.get(at(listed))).status == 404
    (shown,) = (await other.get("/v1/solution-listings"))["data"]
    assert [each["partner_id"] for each in shown["partners"]] == [lead.partner_id]


async def test_who_is_none_any_more_is_not_asked_and_takes_nothing_down_that_it_has_no_part_of(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    first = await lists(place, lead, other)
    waiting = await drafts(lead, (lead, 10_000), previous_id=first["id"])
    agreed = await drafts(lead, (lead, 10_000), previous_id=first["id"])
    await other.act(at(agreed), "consent")
    await lead.act(at(agreed), "submit")
    await place.vendor.act(at(agreed), "validate")

    await place.tells_of(other.partner_id, status="terminated")

    assert (await lead.get(at(first)))["status"] == "expired"
    assert (await lead.get(at(agreed)))["status"] == "validated"
    assert (await lead.act(at(waiting), "submit"))["status"] == "in_validation"


@pytest.mark.parametrize("ended", [0, 1])
async def test_what_a_partner_that_is_none_any_more_leads_or_owns_a_part_of_is_taken_down(tenant: Tenant, ended: int):
    place = await world(tenant)
    owners = [await place.partner(), await place.partner()]
    made = await lists(place, *owners)

    await place.tells_of(owners[ended].partner_id, status="terminated")

    seen = await place.vendor.get(at(made))
    assert (seen["status"], seen["reason"]) == ("expired", "partner_terminated")
    assert (await owners[1 - ended].get("/v1/solution-listings"))["data"] == []
    assert [each["solution_id"] for each in await events_of(place, "solution.expired.v1")] == [made["id"]]


async def test_a_sale_is_shared_as_its_solution_says(tenant: Tenant):
    place = await world(tenant, "cloud", "paper")
    lead, other = await place.partner(), await place.partner()
    solution = await lists(place, lead, other)
    deal, elsewhere = await submits(lead), await submits(lead, product_family="paper")
    asked = {"deal_id": deal["id"], "credit_type": "commission", "model": "solution"}

    proposed = await place.vendor.post("/v1/attributions/propose", {**asked, "solution_id": solution["id"]})
    unnamed = await place.vendor.post("/v1/attributions/propose", asked)
    foreign = {**asked, "deal_id": elsewhere["id"], "solution_id": solution["id"]}

    assert [(each["role"], each["basis_points"]) for each in proposed["candidates"]] == [
        ("source", 7_500),
        ("co_sell", 2_500),
    ]
    assert unnamed.json["errors"][0]["code"] == "required"
    refused = await place.vendor.post("/v1/attributions/propose", foreign)
    assert refused.json["errors"][0]["code"] == "other_product_family"


async def test_solutions_are_led_by_a_partner_and_decided_by_the_vendor(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    unled = await drafts(place.vendor, (lead, 10_000))
    led = await drafts(place.vendor, (lead, 10_000), partner_id=lead.partner_id)
    short = await drafts(lead, (lead, 9_999))
    unknown = await drafts(lead, (lead, 10_000), product_families=["shoes"])

    assert [each.json["errors"][0]["code"] for each in (unled, short, unknown)] == [
        "required",
        "not_whole",
        "unknown_product_family",
    ]
    # What the vendor enters, the partner has not agreed to.
    assert led["owners"][0]["consented_at"] is None
    for verb in ("validate", "return", "list", "expire"):
        assert (await lead.act(at(led), verb)).status == 403
    stolen = await drafts(other, (other, 10_000), previous_id=led["id"])
    assert stolen.status == 404
