"""Registrations for some countries: two partners of one group, each in its own, do not meet."""

import pytest

from tests.deals.make import BEYOND_LIMIT, GLOBEX, changes, submits, world
from tests.deals.test_conflict_cases import claims_of, contested
from tests.system import Tenant


async def test_two_partners_register_a_customer_in_two_countries(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    first = await submits(seller, territories=["DE", "AT", "DE"])
    second = await submits(rival, territories=["FR"])
    third = await submits(await place.partner(), territories=["BE", "AT"])
    everywhere = await submits(await place.partner())

    assert (first["status"], first["territories"]) == ("approved", ["AT", "DE"])
    assert (second["status"], second["conflict_class"]) == ("approved", "none")
    assert (third["conflict_class"], everywhere["conflict_class"]) == ("blocking", "blocking")
    claims = (await place.vendor.get("/v1/protection-claims", status="active")).json["data"]
    assert {each["deal_id"]: (each["territories"], each["priority_no"]) for each in claims} == {
        each["id"]: (each["territories"], each["priority_no"]) for each in (first, second)
    }


async def test_a_check_asks_of_the_countries_it_names(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner(), territories=["DE"])
    rival = await place.partner()
    asked = {"customer": GLOBEX, "product_family": "cloud"}

    assert (await rival.post("/v1/conflict-checks", asked))["class"] == "blocking"
    assert (await rival.post("/v1/conflict-checks", asked | {"territories": ["FR"]}))["class"] == "none"
    assert (await rival.post("/v1/conflict-checks", asked | {"territories": ["FR", "DE"]}))["class"] == "blocking"


async def test_one_partner_registers_a_customer_once_a_country_and_says_where_before_it_is_approved(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, territories=["DE"])

    assert (await submits(seller, territories=["FR"]))["status"] == "approved"
    assert (await submits(seller, territories=["DE", "PL"])).problem == "duplicate_registration"
    assert (await submits(seller)).problem == "duplicate_registration"
    fixed = await changes(seller, f"/v1/deals/{first['id']}", {"territories": ["PL"]})
    assert fixed.problem == "invalid_transition"


@pytest.mark.parametrize("wider", [[], ["AT", "DE"]])
async def test_a_protected_deal_is_screened_again_for_the_countries_it_is_for_from_now_on(
    tenant: Tenant, wider: list[str]
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller, territories=["DE"])
    path = f"/v1/deals/{deal['id']}"
    await changes(seller, path, {"amount": BEYOND_LIMIT})
    await place.vendor.act(path, "return")
    await changes(seller, path, {"territories": wider, "amount": deal["amount"]})

    again = await seller.act(path, "submit")

    assert (again["status"], again["territories"]) == ("approved", wider)
    (claim,) = (await place.vendor.get("/v1/protection-claims"))["data"]
    assert (claim["status"], claim["territories"]) == ("active", wider)
    assert (await submits(rival, territories=["AT"]))["conflict_class"] == "blocking"


async def test_what_a_decision_has_taken_from_a_protected_deal_is_not_asked_for_anew_when_it_is_corrected(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival, first, second, case = await contested(place)
    await place.vendor.act(case, "resolve", {"resolution": "split_scope", "territories": ["AT"]})
    await place.vendor.act(f"/v1/deals/{second['id']}", "approve")
    for owner, deal in ((seller, first), (rival, second)):
        path = f"/v1/deals/{deal['id']}"
        await changes(owner, path, {"amount": BEYOND_LIMIT})
        await place.vendor.act(path, "return")
        await changes(owner, path, {"amount": first["amount"]})

        assert (await owner.act(path, "submit"))["status"] == "approved"

    held = await claims_of(place)
    assert held[second["id"]]["territories"] == ["AT"]
    assert "AT" not in held[first["id"]]["territories"]
    assert {each["status"] for each in held.values()} == {"active"}
