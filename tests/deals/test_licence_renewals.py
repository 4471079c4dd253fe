"""A licence and the deal of its renewal: the sale renews it, and the end of the one is no secret to the other."""

from datetime import date, timedelta

import pytest

from services.deals.licences.rules import price_of_term, renews_in_time
from tests.deals.make import GLOBEX, World, drafts, events_of, submits, wins, world
from tests.deals.make import publishes as publishes_policy
from tests.deals.ordering import accepted_order
from tests.deals.test_duplicates import UPDATE
from tests.deals.test_licences import licensed, seen
from tests.deals.test_price_lists import euros
from tests.deals.test_price_lists import publishes as publishes_prices
from tests.deals.test_products import sells
from tests.deals.test_quote_orders import accepted
from tests.system import Client, Response, Tenant


@pytest.mark.parametrize(
    ("net", "quantity", "months", "period", "price"),
    [
        (1_000, 10, 12, None, 100),
        (1_000, 10, 12, "month", 1_200),
        (1_000, 10, 24, "year", 200),
        (1_000, 10, 6, "year", None),
        (1_005, 10, 12, None, 100),
        (1_015, 10, 12, None, 102),
        (0, 3, 12, None, 0),
    ],
)
def test_the_price_of_a_term_is_that_of_its_periods(
    net: int, quantity: int, months: int, period: str | None, price: int | None
):
    assert price_of_term(net, quantity=quantity, term_months=months, period=period) == price


def test_a_sale_renews_until_the_day_on_which_the_next_term_begins():
    end = date(2026, 6, 1)
    assert [renews_in_time(closed_on=end + timedelta(days=days), ends_on=end) for days in (-1, 0, 1)] == [
        *(True, True),
        False,
    ]


async def renewing(place: World, seller: Client, **fields: object) -> tuple[Response, Response]:
    """A licence, and the deal that was registered for its renewal."""
    licence = await licensed(place, seller, renewal_lead_days=365, **fields)
    await place.tenant.advance(days=1)
    shown = await seen(place, licence)
    return shown, await seller.get(f"/v1/deals/{shown['renewal_deal_id']}")


async def test_a_won_renewal_renews_the_licence_on_its_own_terms_once(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller)

    await wins(seller, deal, amount=120_000, on=place.today())
    await tenant.system.settle()

    renewed = await seen(place, licence)
    following = await seller.get(f"/v1/licences/{renewed['renewed_by']}")
    assert (renewed["status"], following["status"], following["starts_on"]) == ("renewed", "active", licence["ends_on"])
    assert (following["quantity"], following["unit_price"]["amount"], following["terms_from"]) == (
        10,
        12_000,
        "licence",
    )
    assert (following["deal_id"], following["renewal_of"]) == (deal["id"], licence["id"])
    refused = await place.vendor.act(f"/v1/licences/{licence['id']}", "renew", {})
    assert refused.problem == "invalid_transition"
    assert len(await events_of(place, "licence.renewed.v1")) == 1


async def test_a_running_licence_is_asked_for_by_nobody_else_unseen_and_renewed_by_its_partner_of_record(
    tenant: Tenant,
):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    licence = await licensed(place, seller, renewal_lead_days=364)

    checked = await rival.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})
    met, beside = await submits(rival), await submits(rival, product_family="storage")
    (case,) = (await place.vendor.get("/v1/conflict-cases", deal_id=met["id"])).json["data"]
    held = await place.vendor.act(f"/v1/deals/{met['id']}", "approve")
    await tenant.advance(days=2)
    renewal = await seller.get(f"/v1/deals/{(await seen(place, licence))['renewal_deal_id']}")

    assert (checked["class"], "installed_base" in checked["reasons"]) == ("probable", True)
    assert licence["id"].encode() not in checked.body
    assert (met["status"], met["deal_type"]) == ("in_review", "renewal")
    assert (beside["status"], beside["deal_type"]) == ("approved", "expansion")
    assert [(each["source"], each["licence_id"]) for each in case["findings"]] == [("licence", licence["id"])]
    # The rival was approved all the same; the renewal stands beside it, and is not new.
    assert held["status"] == "approved"
    assert (renewal["status"], renewal["deal_type"], renewal["conflict_class"]) == ("approved", "renewal", "none")
    claims = (await place.vendor.get("/v1/protection-claims", status="active")).json["data"]
    exclusive = {each["deal_id"]: each["exclusive"] for each in claims}
    assert (exclusive[met["id"]], exclusive[renewal["id"]]) == (True, False)


async def test_a_licence_whose_partner_is_none_any_more_is_given_to_another_who_renews_it(tenant: Tenant):
    place = await world(tenant)
    seller, other, rival = [await place.partner() for _ in range(3)]
    sold = await submits(seller)
    licence = await licensed(place, seller, renewal_lead_days=365, deal_id=sold["id"])
    path = f"/v1/licences/{licence['id']}"
    await place.tells_of(seller.partner_id, status="terminated")
    await tenant.advance(days=1)
    left = await seen(place, licence)
    asked = {"to_partner_id": other.partner_id, "reason": "The partner has gone."}

    refused = [
        await place.vendor.act(path, "transfer", asked | {"to_partner_id": partner_id})
        for partner_id in (seller.partner_id, (await place.partner(status="suspended")).partner_id)
    ]
    given = await place.vendor.act(path, "transfer", asked)
    await tenant.system.settle()
    renewing = await other.get(path)

    assert (left["status"], left["renewal_deal_id"]) == ("active", None), (
        "no renewal for a partner that is none any more"
    )
    assert [each.status for each in refused] == [422, 409]
    assert (given["partner_id"], given["deal_id"], "transfer" in given["allowed_actions"]) == (
        other.partner_id,
        None,
        True,
    )
    assert (await seller.get(path)).problem == (await rival.get(path)).problem == "not_found"
    assert renewing["status"] == "renewing"
    assert (await other.get(f"/v1/deals/{renewing['renewal_deal_id']}"))["deal_type"] == "renewal"
    told = [await events_of(place, f"licence.{name}.v1") for name in ("transferred", "left")]
    assert [[each["partner_id"] for each in events] for events in told] == [[other.partner_id], [seller.partner_id]]
    assert (await other.act(path, "transfer", asked)).problem == "forbidden"


async def test_a_renewal_that_was_closed_with_its_licence_is_not_brought_back(tenant: Tenant):
    place = await world(tenant)
    seller, other = await place.partner(), await place.partner()
    given, first = await renewing(place, seller)
    asked = {"to_partner_id": other.partner_id, "reason": "The customer has chosen another."}
    await place.vendor.act(f"/v1/licences/{given['id']}", "transfer", asked)
    await tenant.system.settle()
    theirs = await other.get(f"/v1/deals/{(await seen(place, given))['renewal_deal_id']}")
    await place.vendor.act(f"/v1/licences/{given['id']}", "cancel", {"cancelled_on": place.today().isoformat()})

    for partner, deal, code in ((seller, first, "licence_transferred"), (other, theirs, "licence_cancelled")):
        path = f"/v1/deals/{deal['id']}"
        lost = await partner.get(path)
        assert (lost["status"], lost["lost_reason_code"]) == ("lost", code)
        assert "reopen" not in lost["allowed_actions"]
        assert [(await each.act(path, "reopen")).problem for each in (partner, place.vendor)] == [
            "invalid_transition"
        ] * 2


async def test_a_renewal_that_goes_to_another_partner_stays_a_renewal(tenant: Tenant):
    place = await world(tenant)
    seller, heir = await place.partner(), await place.partner()
    _, deal = await renewing(place, seller)
    asked = {"to_partner_id": heir.partner_id, "reason": "The customer's letter", "override_reason": "It has decided"}

    moved = await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", asked)

    taken = await heir.get(f"/v1/deals/{moved['successor_id']}")
    assert (taken["status"], taken["deal_type"]) == ("approved", "renewal") == ("approved", deal["deal_type"])


async def test_the_next_term_is_for_what_was_quoted_or_ordered(tenant: Tenant):
    place = await world(tenant)
    await sells(place)
    await publishes_prices(place, entries=[{"sku": "CL-100", "price": euros(500)}], name="Prices")
    seller = await place.partner()
    licence, deal = await renewing(place, seller, sku="CL-100")
    quote = await accepted(seller, deal_id=deal["id"])
    await wins(seller, deal, amount=5_000, on=place.today())
    await tenant.system.settle()

    next_term = await seller.get(f"/v1/licences/{(await seen(place, licence))['renewed_by']}")
    assert (next_term["terms_from"], next_term["quote_id"], next_term["order_id"]) == ("quote", quote["id"], None)
    assert (next_term["quantity"], next_term["unit_price"]["amount"]) == (10, 500)


async def test_without_a_quote_the_order_says_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller)
    line = {"sku": "GX-100", "quantity": 9, "unit_price": 11_000}
    order = await accepted_order(place, seller, deal_id=deal["id"], lines=[line])
    await wins(seller, deal, amount=99_000, on=place.today())
    await tenant.system.settle()

    following = await seller.get(f"/v1/licences/{(await seen(place, licence))['renewed_by']}")

    assert (following["terms_from"], following["order_id"]) == ("order", order["id"])
    assert (following["quantity"], following["unit_price"]["amount"]) == (9, 11_000)


async def test_a_sale_that_was_closed_in_time_renews_a_licence_that_has_lapsed_since(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller, term_months=1)
    end = date.fromisoformat(licence["ends_on"])
    await tenant.advance(days=(end - place.today()).days + 1)
    lapsed = await seen(place, licence)
    (left,) = await events_of(place, "licence.renewal_left.v1")

    await wins(seller, deal, amount=120_000, on=end)
    await tenant.system.settle()

    assert (lapsed["status"], left["deal_id"], left["reason"], left["outcome"]) == (
        *("lapsed", deal["id"], "licence_lapsed"),
        "open",
    )
    assert (await seen(place, licence))["status"] == "renewed"


async def test_a_sale_that_comes_too_late_renews_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller, term_months=1)
    await tenant.advance(days=40)

    await wins(seller, deal, amount=120_000, on=place.today())
    await tenant.system.settle()

    assert (await seen(place, licence))["status"] == "lapsed"


async def test_the_renewal_of_a_cancelled_licence_is_lost_and_a_draft_is_left_to_its_owner(tenant: Tenant):
    place = await world(tenant)
    seller, other = await place.partner(), await place.partner()
    customer = {"name": "Initech", "domain": "initech.example", "country": "US", "tax_id": None}
    licence, deal = await renewing(place, seller)
    await licensed(place, other, renewal_lead_days=365, customer=customer)
    await place.tells_of(other.partner_id, status="suspended")
    await tenant.advance(days=1)
    drafted = next(each for each in (await place.vendor.get("/v1/licences"))["data"] if each["id"] != licence["id"])

    for each in (licence, drafted):
        cancelled = {"cancelled_on": each["starts_on"], "reason": "They moved away."}
        await place.vendor.act(f"/v1/licences/{each['id']}", "cancel", cancelled)

    lost = await seller.get(f"/v1/deals/{deal['id']}")
    draft = await place.vendor.get(f"/v1/deals/{drafted['renewal_deal_id']}")
    assert (lost["status"], lost["lost_reason_code"], draft["status"]) == ("lost", "licence_cancelled", "draft")
    told = await events_of(place, "licence.renewal_left.v1")
    assert [(each["deal_id"], each["outcome"]) for each in told] == [(deal["id"], "lost"), (draft["id"], "open")]


async def test_one_deal_for_two_licences_goes_on_while_one_of_them_runs(tenant: Tenant):
    place = await world(tenant)
    await publishes_policy(place.vendor, duplicates=UPDATE)
    seller = await place.partner()
    one, deal = await renewing(place, seller)
    two, same = await renewing(place, seller)
    assert same["id"] == deal["id"]

    await place.vendor.act(f"/v1/licences/{one['id']}", "cancel", {"cancelled_on": one["starts_on"]})
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["status"] == "approved"
    await wins(seller, deal, amount=120_000, on=place.today())
    await tenant.system.settle()

    assert [(await seen(place, each))["status"] for each in (one, two)] == ["cancelled", "renewed"]


async def test_another_deal_renews_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, _ = await renewing(place, seller)
    other = {"name": "Initech", "domain": "initech.example", "country": "US", "tax_id": None}
    deal = await seller.act(f"/v1/deals/{(await drafts(seller, other))['id']}", "submit")

    await wins(seller, deal, amount=120_000, on=place.today())
    await tenant.system.settle()

    assert (await seen(place, licence))["status"] == "renewing"
