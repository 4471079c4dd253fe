"""A deal is approved by itself only where its partner sells."""

import pytest

from services.deals.directory.handlers import on_partner, on_territory
from services.deals.directory.rules import Scope
from shared.events.catalog.leads import TerritoryState
from shared.events.catalog.partners import PartnerDirectory
from shared.values.ids import new_id
from tests.deals.make import GLOBEX, World, submits, world
from tests.system import Client, Tenant

KNOWN = {"dach": ["DE", "AT", "CH"]}


@pytest.mark.parametrize(
    ("territories", "country", "covers"),
    [
        (None, "DE", None),
        ([], "DE", True),
        ([], None, True),
        (["DE"], "DE", True),
        (["DE"], "FR", False),
        (["DE"], None, False),
        (["dach"], "AT", True),
        (["dach"], "FR", False),
        (["FR", "dach"], "FR", True),
        # A territory that nothing has been heard of may have the country.
        (["nordics"], "SE", None),
        (["nordics", "SE"], "SE", True),
    ],
)
def test_a_partner_covers_the_countries_of_its_territories(territories, country, covers):
    assert Scope(territories, [], KNOWN).covers(country) is covers


@pytest.mark.parametrize(("families", "sells"), [(None, None), ([], True), (["cloud"], True), (["edge"], False)])
def test_a_partner_sells_the_families_it_names_or_all(families, sells):
    assert Scope([], families).sells("cloud") is sells


async def partner_in(place: World, *territories: str) -> Client:
    """A seller of a partner that sells in these territories."""
    partner_id = new_id("ptr", at=place.tenant.now())
    event = PartnerDirectory(
        partner_id=partner_id,
        name="A partner",
        country="DE",
        status="active",
        tier=None,
        tier_since=None,
        partner_types=["reseller"],
        territories=list(territories),
        product_families=[],
        lead_capacity=5,
        accepts_leads=True,
    )
    await place.delivers(on_partner, event, subject=partner_id, version=1, at=place.tenant.now())
    return place.tenant.partner(partner_id)


async def test_a_deal_outside_the_territories_of_its_partner_is_for_a_person(tenant: Tenant):
    place = await world(tenant)
    dach = TerritoryState(code="dach", countries=["DE", "AT", "CH"])
    await place.delivers(on_territory, dach, subject="terr_1", version=1, at=tenant.now())
    seller = await partner_in(place, "dach")

    abroad = await submits(seller, GLOBEX)
    home = await submits(seller, {"name": "Initech", "domain": "initech.at", "country": "AT", "tax_id": None})

    assert (abroad["status"], home["status"]) == ("in_review", "approved")
    told = {each["rule"]: each["result"] for each in abroad["decision_trace"]}
    assert told["territory_allowed"] == "false"


async def test_territories_reach_deals_from_the_service_that_has_them(tenant: Tenant):
    place = await world(tenant)
    made = await place.vendor.post("/v1/territories", {"code": "na", "name": "North America", "countries": ["CA"]})
    await tenant.system.settle()
    seller = await partner_in(place, "na")
    before = await submits(seller, GLOBEX)

    seen = await place.vendor.get(f"/v1/territories/{made['id']}")
    path = f"/v1/territories/{made['id']}"
    await place.vendor.patch(path, {"countries": ["CA", "US"]}, if_match=seen.headers["etag"])
    await tenant.system.settle()
    after = await submits(seller, {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None})

    assert (before["status"], after["status"]) == ("in_review", "approved")
