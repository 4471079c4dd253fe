"""Registrations for some countries: two partners of one group, each in its own, do not meet."""

from tests.deals.make import GLOBEX, changes, submits, world
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
