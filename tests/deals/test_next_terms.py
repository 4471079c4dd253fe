"""Whose a licence is on a day, by which deal its next term was sold, and how many a partner has free at a time."""

from datetime import date, timedelta
from typing import Any

from tests.deals.make import submits, world
from tests.deals.test_licence_renewals import renewing
from tests.deals.test_licences import licensed, seen, terms
from tests.system import Tenant

LETTER = {"reason": "The customer's letter", "override_reason": "It has decided"}


async def test_the_next_term_names_no_deal_that_did_not_sell_it(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, heir = await place.partner(), await place.partner()
    (lost, lost_deal), (moved, moved_deal) = [
        await renewing(place, seller, product_family=each) for each in ("cloud", "storage")
    ]
    await seller.act(f"/v1/deals/{lost_deal['id']}", "lose", {"reason_code": "price"})
    await place.vendor.act(f"/v1/deals/{moved_deal['id']}", "transfer", {"to_partner_id": heir.partner_id} | LETTER)

    for licence in (lost, moved):
        renewed = await place.vendor.act(f"/v1/licences/{licence['id']}", "renew", {})

        following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")
        assert (following["partner_id"], following["deal_id"]) == (seller.partner_id, None)


async def test_a_renewal_that_the_new_partner_of_record_has_already_goes_on(tenant: Tenant):
    place = await world(tenant)
    seller, heir = await place.partner(), await place.partner()
    licence, deal = await renewing(place, seller)
    asked = {"to_partner_id": heir.partner_id, "reason": "The customer has chosen another."}
    moved = await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", asked | LETTER)

    given = await place.vendor.act(f"/v1/licences/{licence['id']}", "transfer", asked)
    await tenant.system.settle()

    (theirs,) = (await heir.get("/v1/deals"))["data"]
    assert (given["status"], given["renewal_deal_id"]) == ("renewing", moved["successor_id"])
    assert (theirs["id"], theirs["status"]) == (moved["successor_id"], "approved")
    renewed = await place.vendor.act(f"/v1/licences/{licence['id']}", "renew", {})
    following = await heir.get(f"/v1/licences/{renewed['renewed_by']}")
    assert following["deal_id"] == theirs["id"]


async def test_nothing_is_renewed_for_a_partner_that_is_none_any_more(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await place.vendor.post("/v1/licence-allowances", {"kind": "demo", "quantity": 5})
    made = [await licensed(place, seller, **each) for each in ({}, {"kind": "demo", "unit_price": 0, "quantity": 1})]
    await place.tells_of(seller.partner_id, status="terminated")

    refused = [await place.vendor.act(f"/v1/licences/{each['id']}", "renew", {}) for each in made]

    assert [(each.status, each.problem) for each in refused] == [(409, "partner_not_active")] * 2
    assert [(await seen(place, each))["status"] for each in made] == ["active"] * 2


async def test_free_licences_count_as_long_as_they_run(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await place.vendor.post("/v1/licence-allowances", {"kind": "demo", "quantity": 5})

    async def takes(quantity: int, *, start: str | None = None) -> Any:
        body = terms(place, kind="demo", unit_price=0, quantity=quantity, term_months=6)
        return await seller.post("/v1/licences", body | ({} if start is None else {"starts_on": start}))

    first = await takes(5)
    path = f"/v1/licences/{first['id']}"
    renewed = await place.vendor.act(path, "renew", {"quantity": 1})
    while_renewed = await takes(1)
    beside_the_next = await takes(4, start=first["ends_on"])
    beyond = await takes(1, start=first["ends_on"])
    last = (place.today() + timedelta(days=20)).isoformat()
    await place.vendor.act(path, "cancel", {"cancelled_on": last})
    while_served = await takes(5)
    await tenant.advance(days=20)
    afterwards = await takes(1)

    assert renewed["status"] == "renewed"
    assert [each.status for each in (first, beside_the_next, afterwards)] == [201] * 3
    assert [each.problem for each in (while_renewed, beyond, while_served)] == ["allowance_exceeded"] * 3


async def test_a_licence_that_is_cancelled_for_a_day_to_come_is_of_its_partner_until_then(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival, late = [await place.partner() for _ in range(3)]
    licence = await licensed(place, seller, renewal_lead_days=0)
    called_off = await licensed(place, seller, renewal_lead_days=0, product_family="storage")
    last = (place.today() + timedelta(days=60)).isoformat()
    await place.vendor.act(f"/v1/licences/{licence['id']}", "cancel", {"cancelled_on": last})
    await place.vendor.act(
        f"/v1/licences/{called_off['id']}", "cancel", {"cancelled_on": called_off["starts_on"], "reason": "A mistake"}
    )

    met = await submits(rival)
    own = await submits(seller, product_family="cloud")
    await tenant.advance(days=(date.fromisoformat(last) - place.today()).days)
    missed = await late.post(
        "/v1/conflict-checks",
        {
            "customer": {"name": "Globex Corporation", "domain": "globex.com", "country": "US"},
            "product_family": "cloud",
        },
    )

    assert (met["status"], met["deal_type"]) == ("in_review", "renewal")
    assert own["deal_type"] == "renewal"
    assert "installed_base" not in missed["reasons"]
