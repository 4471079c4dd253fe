"""What a partner may say of a customer, and what of it tells who the customer is."""

from datetime import timedelta

import pytest

from tests.deals.make import GLOBEX, changes, drafts, world
from tests.system import Tenant


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("domain", "not a domain!!", "domain_malformed"),
        ("domain", "192.168.0.1", "domain_ip_address"),
        ("domain", "co.uk", "domain_public_suffix"),
        ("country", "ZZ", "unknown_country"),
    ],
)
async def test_what_can_be_no_customers_is_refused_with_what_is_wrong(tenant: Tenant, member, value, code):
    place = await world(tenant)

    refused = await drafts(await place.partner(), {**GLOBEX, member: value})

    assert (refused.status, refused["errors"][0]["pointer"]) == (422, f"/customer/{member}")
    assert refused["errors"][0]["code"] == code


@pytest.mark.parametrize("known", [{"domain": "gmail.com"}, {"tax_id": "00000000"}, {"tax_id": "DE136695977"}])
async def test_what_identifies_nobody_leaves_the_identity_missing(tenant: Tenant, known):
    place = await world(tenant)
    seller = await place.partner()

    deal = await drafts(seller, {"name": "Globex Pumps", "country": "DE", **known})

    assert deal["completeness"] == {"percent": 85, "missing": ["customer_identity"]}
    completed = await changes(seller, f"/v1/deals/{deal['id']}", {"customer": {"tax_id": "DE136695976"}})
    assert completed["completeness"] == {"percent": 100, "missing": []}


async def test_a_deal_may_be_late_but_not_by_more_than_a_year(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    long_ago, late = (place.today() - timedelta(days=days) for days in (367, 30))

    refused = await drafts(seller, expected_close_on=long_ago.isoformat())
    drafted = await drafts(seller, expected_close_on=late.isoformat())

    assert (refused.status, refused["errors"][0]["code"]) == (422, "too_long_ago")
    again = await changes(seller, f"/v1/deals/{drafted['id']}", {"expected_close_on": long_ago.isoformat()})
    assert again["errors"][0]["pointer"] == "/expected_close_on"
    assert (await seller.act(f"/v1/deals/{drafted['id']}", "submit"))["status"] == "approved"
