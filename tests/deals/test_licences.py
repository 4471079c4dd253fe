"""Licences: started, renewed in time, ended by their dates, invoiced and cancelled."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from tests.deals.make import GLOBEX, World, drafts, events_of, submits, world
from tests.system import Client, Response, Tenant


def terms(place: World, **fields: Any) -> dict[str, Any]:
    """A licence of Globex for a year from today, ten pieces at 120.00 each."""
    return {
        "kind": "commercial",
        "customer": GLOBEX,
        "sku": "GX-100",
        "product_family": "cloud",
        "quantity": 10,
        "unit_price": 12_000,
        "currency": "EUR",
        "starts_on": place.today().isoformat(),
        "term_months": 12,
        **fields,
    }


async def licensed(place: World, seller: Client, **fields: Any) -> Response:
    """The vendor records a licence of a partner."""
    made = await place.vendor.post("/v1/licences", terms(place, partner_id=seller.partner_id, **fields))
    assert made.status == 201, made.json
    return made


async def seen(place: World, licence: Response) -> Response:
    """A licence as it is now."""
    return await place.vendor.get(f"/v1/licences/{licence['id']}")


def invoice(place: World, number: str, *, start: int, days: int, amount: int) -> dict[str, Any]:
    """An invoice for some days of a licence that begins today."""
    first = place.today() + timedelta(days=start)
    return {
        "number": number,
        "from": first.isoformat(),
        "to": (first + timedelta(days=days)).isoformat(),
        "amount": {"amount": amount, "currency": "EUR"},
        "issued_on": place.today().isoformat(),
    }


async def test_a_renewal_is_registered_for_the_partner_of_record_before_the_licence_ends(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    licence = await licensed(place, seller, renewal_lead_days=100)
    term = (place.today().replace(year=place.today().year + 1) - place.today()).days
    await tenant.advance(days=term - 101)
    before = await seen(place, licence)

    await tenant.advance(days=1)

    renewing = await seen(place, licence)
    (deal,) = (await seller.get("/v1/deals"))["data"]
    assert (before["status"], before["renewal_deal_id"]) == ("active", None)
    assert (renewing["status"], renewing["renewal_deal_id"]) == ("renewing", deal["id"])
    assert (deal["status"], deal["amount"]["amount"], deal["expected_close_on"]) == (
        "approved",
        120_000,
        licence["ends_on"],
    )
    (event,) = await events_of(place, "licence.renewing.v1")
    assert (event["deal_id"], event["partner_id"]) == (deal["id"], seller.partner_id)
    assert [(await rival.get(f"/v1/{noun}"))["data"] for noun in ("deals", "licences")] == [[], []]


async def test_a_renewal_that_cannot_be_registered_is_left_a_draft_with_the_reason(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await licensed(place, seller, renewal_lead_days=365)
    await licensed(place, seller, renewal_lead_days=0)
    await place.tells_of(seller.partner_id, status="suspended")

    await tenant.advance(days=1)

    (deal,) = (await place.vendor.get("/v1/deals"))["data"]
    assert (deal["status"], deal["decision_trace"][0]["reasons"]) == ("draft", ["partner_not_active"])


async def test_the_next_term_follows_without_a_gap_and_is_sold_by_the_renewal(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence = await licensed(place, seller, renewal_lead_days=365)
    await tenant.advance(days=1)

    renewed = await place.vendor.act(f"/v1/licences/{licence['id']}", "renew", {"quantity": 12, "term_months": 24})

    following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")
    assert (renewed["status"], renewed["allowed_actions"]) == ("renewed", ["invoice", "cancel"])
    assert (following["starts_on"], following["quantity"], following["amount"]["amount"], following["renewal_of"]) == (
        licence["ends_on"],
        12,
        144_000,
        licence["id"],
    )
    assert following["deal_id"] == renewed["renewal_deal_id"] is not None
    await tenant.advance(days=400)
    assert (await seen(place, licence))["status"] == "renewed"
    assert (await seen(place, following))["status"] == "active"


async def test_the_date_ends_a_licence_and_a_late_job_prolongs_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence = await licensed(place, seller, term_months=1, renewal_lead_days=0)
    await tenant.system.superuser.execute("DELETE FROM deals.timers WHERE subject = $1", licence["id"])
    await tenant.advance(days=32)
    path = f"/v1/licences/{licence['id']}"
    cancellation = {"cancelled_on": licence["starts_on"]}

    refused = [await place.vendor.act(path, verb, body) for verb, body in (("renew", {}), ("cancel", cancellation))]

    assert [each.problem for each in refused] == ["licence_ended"] * 2
    in_time = await licensed(place, seller, term_months=1, renewal_lead_days=0)
    await tenant.advance(days=32)
    assert ((await seen(place, in_time))["status"], (await seen(place, in_time))["allowed_actions"]) == (
        "lapsed",
        ["invoice"],
    )
    (event,) = await events_of(place, "licence.lapsed.v1")
    assert event["ends_on"] == in_time["ends_on"]


async def test_a_trial_becomes_a_licence_that_is_paid_for(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    trial = await licensed(place, seller, kind="trial", unit_price=0, term_months=1)
    path = f"/v1/licences/{trial['id']}"
    priced = await place.vendor.post("/v1/licences", terms(place, partner_id=seller.partner_id, kind="trial"))
    early = (place.today() - timedelta(days=1)).isoformat()

    outside = await place.vendor.act(path, "activate", {"starts_on": early, "term_months": 12, "unit_price": 100})
    begins = {"starts_on": place.today().isoformat(), "term_months": 12, "unit_price": 100}
    active = await place.vendor.act(path, "activate", begins)

    assert (trial["status"], priced.json["errors"][0]["code"]) == ("trial", "free")
    assert outside.json["errors"][0]["pointer"] == "/starts_on"
    assert (active["status"], active["kind"], active["amount"]["amount"]) == ("active", "commercial", 1_000)
    await tenant.advance(days=32)
    assert (await seen(place, trial))["status"] == "active"


async def test_an_invoice_is_told_of_once_and_cancelling_takes_back_what_is_not_served(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    licence = await licensed(place, seller, deal_id=deal["id"])
    path = f"/v1/licences/{licence['id']}"
    first, second = (
        invoice(place, "I-1", start=0, days=28, amount=3_000),
        invoice(place, "I-2", start=30, days=30, amount=3_000),
    )
    for body in (first, first, second):
        assert (await place.vendor.act(path, "invoice", body)).status == 200
    other = await place.vendor.act(path, "invoice", {**first, "amount": {"amount": 1, "currency": "EUR"}})
    day = (place.today() + timedelta(days=40)).isoformat()

    cancelled = await place.vendor.act(path, "cancel", {"cancelled_on": day, "reason": "They moved away."})

    assert other.problem == "already_exists"
    assert (cancelled["status"], cancelled["cancelled_on"]) == ("cancelled", day)
    rows = (await seller.get(f"{path}/invoices", sort="created_at"))["data"]
    assert [(each["number"], each["unserved"]["amount"]) for each in rows] == [("I-1", 0), ("I-2", 2_000)]
    earned = await events_of(place, "licence.invoiced.v1")
    assert [(each["invoice_id"], each["net"]["amount"]) for each in earned] == [
        (rows[0]["id"], 3_000),
        (rows[1]["id"], 3_000),
    ]
    (taken,) = await events_of(place, "licence.unserved.v1")
    assert (taken["invoice_id"], taken["net"], taken["happened_on"]) == (
        rows[1]["id"],
        {"amount": 2_000, "currency": "EUR"},
        day,
    )
    assert {each["deal_id"] for each in (*earned, taken)} == {deal["id"]}
    late = invoice(place, "I-3", start=35, days=10, amount=1)
    assert (await place.vendor.act(path, "invoice", late)).json["errors"][0]["pointer"] == "/from"
    served = invoice(place, "I-3", start=28, days=2, amount=1)
    assert (await place.vendor.act(path, "invoice", served)).status == 200


async def test_a_day_of_a_licence_is_invoiced_once_and_no_more_than_its_term_comes_to(tenant: Tenant):
    place = await world(tenant)
    licence = await licensed(place, await place.partner(), quantity=1, unit_price=10_000)
    path = f"/v1/licences/{licence['id']}"
    first = invoice(place, "I-1", start=0, days=30, amount=4_000)
    made = await place.vendor.act(path, "invoice", first)
    (known,) = (await place.vendor.get(f"{path}/invoices"))["data"]

    twice = await place.vendor.act(path, "invoice", invoice(place, "I-2", start=29, days=30, amount=1))
    too_much = await place.vendor.act(path, "invoice", invoice(place, "I-2", start=30, days=30, amount=6_001))
    ahead = invoice(place, "I-2", start=30, days=30, amount=6_000) | {"issued_on": "2999-01-01"}
    assert (await place.vendor.act(path, "invoice", ahead))["errors"][0]["pointer"] == "/issued_on"
    rest = await place.vendor.act(path, "invoice", invoice(place, "I-2", start=30, days=30, amount=6_000))

    assert [each.status for each in (made, rest, await place.vendor.act(path, "invoice", first))] == [200] * 3
    day = invoice(place, "", start=29, days=1, amount=1)
    assert (twice.status, twice.problem, twice["invoice_id"], twice["number"]) == (
        *(409, "days_already_invoiced"),
        *(known["id"], "I-1"),
    )
    assert twice["days"] == {"from": day["from"], "to": day["to"]}
    assert (too_much.status, too_much["left"]) == (422, {"amount": 6_000, "currency": "EUR"})
    assert [each["code"] for each in too_much["errors"]] == ["exceeds_term"]


async def test_of_two_invoices_for_the_same_days_that_arrive_at_once_one_is_recorded(tenant: Tenant):
    place = await world(tenant)
    licence = await licensed(place, await place.partner())
    path = f"/v1/licences/{licence['id']}"
    bodies = [invoice(place, f"I-{number}", start=number, days=30, amount=1_000) for number in range(3)]

    answers = await asyncio.gather(*(place.vendor.act(path, "invoice", body) for body in bodies))

    assert sorted((each.status, each.status == 409 and each.problem) for each in answers) == [
        (200, False),
        *[(409, "days_already_invoiced")] * 2,
    ]
    other = "jsonb_populate_record(own, jsonb_build_object('id', 'other', 'number', 'I-9'))"
    copied = (
        f"INSERT INTO deals.licence_invoices SELECT ({other}).* FROM deals.licence_invoices own WHERE licence_id = $1"
    )
    with pytest.raises(asyncpg.ExclusionViolationError):
        await tenant.system.superuser.execute(copied, licence["id"])


async def test_terms_that_follow_end_on_the_day_of_the_month_on_which_the_first_began(tenant: Tenant):
    place = await world(tenant)
    starts = f"{place.today().year + 1}-08-31"
    licence = await licensed(place, await place.partner(), starts_on=starts, term_months=1, renewal_lead_days=0)

    ends = [licence["ends_on"]]
    for _ in range(3):
        renewed = await place.vendor.act(f"/v1/licences/{licence['id']}", "renew", {})
        licence = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")
        ends.append(licence["ends_on"])

    assert [each[5:] for each in ends] == ["09-30", "10-31", "11-30", "12-31"]
    assert (licence["term_no"], licence["anchor_day"]) == (4, 31)


async def test_a_partner_takes_free_licences_as_many_as_its_tier_has(tenant: Tenant):
    place = await world(tenant)
    gold, plain = await place.partner(tier="gold"), await place.partner()
    for body in ({"kind": "nfr", "tier": "gold", "quantity": 5}, {"kind": "nfr", "quantity": 1}):
        assert (await place.vendor.post("/v1/licence-allowances", body)).status == 201
    again = await place.vendor.post("/v1/licence-allowances", {"kind": "nfr", "quantity": 9})
    free = {"kind": "nfr", "unit_price": 0, "term_months": 1}

    taken = [await gold.post("/v1/licences", terms(place, **free, quantity=number)) for number in (4, 2, 1)]
    other = await plain.post("/v1/licences", terms(place, **free, quantity=2))
    paid = await plain.post("/v1/licences", terms(place))
    endless = await plain.post("/v1/licences", terms(place, **free | {"starts_on": "9999-12-31"}))

    assert [each["pointer"] for each in endless.json["errors"]] == ["/starts_on"]
    assert again.problem == "already_exists"
    assert [each.status for each in taken] == [201, 409, 201]
    assert [each.problem for each in (taken[1], other, paid)] == ["allowance_exceeded"] * 2 + ["forbidden"]
    await tenant.advance(days=32)
    assert (await gold.post("/v1/licences", terms(place, **free, quantity=5))).status == 201


async def test_a_licence_names_a_deal_of_its_partner_that_sells_something(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(rival)

    refused = await place.vendor.post("/v1/licences", terms(place, partner_id=seller.partner_id, deal_id=deal["id"]))

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/deal_id", "unknown_deal")]
    lost = await submits(seller, product_family="storage")
    await seller.act(f"/v1/deals/{lost['id']}", "lose", {"reason_code": "price"})
    for unsold in (await drafts(seller), lost):
        answer = await place.vendor.post(
            "/v1/licences", terms(place, partner_id=seller.partner_id, deal_id=unsold["id"])
        )
        assert [(each["pointer"], each["code"]) for each in answer.json["errors"]] == [("/deal_id", "deal_not_live")]
