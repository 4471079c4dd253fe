"""The pipeline, winning, losing and returning."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from services.deals.registrations.rules import (
    fault_of_win,
    is_past_protection,
    priority_kept_until,
    priority_number,
)
from services.deals.returns.rules import Sale, faults_of_return
from shared.values.opening_hours import DEFAULT, DEFAULT_HOURS, opening_hours
from tests.deals.make import World, changes, events_of, submits, wins, world
from tests.system import Tenant


async def gives_back(place: World, deal: Any, *, amount: int, currency: str = "EUR", on: date | None = None) -> Any:
    body = {
        "deal_id": deal["id"],
        "amount": {"amount": amount, "currency": currency},
        "returned_on": (on or place.today()).isoformat(),
        "reason": "Cancelled in part",
    }
    return await place.vendor.post("/v1/returns", body)


async def test_a_deal_moves_through_the_stages_and_says_what_a_stage_needs(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, expected_close_on=None)
    path = f"/v1/deals/{deal['id']}"

    assert deal["stage"] == "prospect"
    moved = await seller.act(path, "stage", {"stage": "qualified"})
    assert moved["stage"] == "qualified"
    assert (await seller.act(path, "stage", {"stage": "qualified"})).problem == "invalid_transition"
    unknown = await seller.act(path, "stage", {"stage": "won"})
    assert (unknown.status, unknown.json["errors"][0]["code"]) == (422, "unknown_stage")
    early = await seller.act(path, "stage", {"stage": "committed"})
    assert [each["pointer"] for each in early.json["errors"]] == ["/expected_close_on"]
    assert await events_of(place, "deal.stage_changed.v1") == [
        {
            "deal_id": deal["id"],
            "partner_id": seller.partner_id,
            "old_stage": "prospect",
            "new_stage": "qualified",
            "status": "approved",
        }
    ]


async def test_a_won_deal_tells_what_commissions_are_computed_on(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    won = await wins(seller, deal, amount=950_000, on=place.today())

    assert (won["status"], won["net"], won["allowed_actions"]) == ("won", {"amount": 950_000, "currency": "EUR"}, [])
    (event,) = await events_of(place, "deal.won.v1")
    assert (event["deal_id"], event["net"], event["closed_on"], event["lead_id"]) == (
        deal["id"],
        {"amount": 950_000, "currency": "EUR"},
        place.today().isoformat(),
        None,
    )
    assert event["customer_id"].startswith("cus_")
    assert (await wins(seller, deal, amount=1, on=place.today())).problem == "invalid_transition"


async def test_a_win_in_the_future_or_in_another_currency_or_of_nothing_is_refused(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    tomorrow = await wins(seller, deal, amount=5, on=place.today() + timedelta(days=2))
    dollars = await wins(seller, deal, amount=5, currency="USD", on=place.today())
    nothing = await wins(seller, deal, amount=0, on=place.today())

    assert [each.json["errors"][0]["pointer"] for each in (tomorrow, dollars, nothing)] == [
        "/closed_on",
        "/amount/currency",
        "/amount/amount",
    ]


@pytest.mark.parametrize(
    ("closed_on", "code"),
    [
        (date(2030, 3, 2), "before_registration"),
        (date(2030, 3, 3), None),
        (date(2030, 3, 6), None),
        (date(2030, 3, 7), "in_the_future"),
    ],
)
def test_a_sale_is_of_a_day_that_has_begun_somewhere_and_had_not_ended_everywhere_at_its_registration(closed_on, code):
    # Registered when it is still the 3rd in Hawaii, and reported when it is the 6th already in Auckland.
    since, at = datetime(2030, 3, 4, 8, tzinfo=UTC), datetime(2030, 3, 5, 11, tzinfo=UTC)

    fault = fault_of_win(closed_on=closed_on, at=at, since=since, currency="EUR", net_currency="EUR")

    assert (fault.code if fault else None) == code


async def test_a_sale_from_before_the_registration_is_refused(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    refused = await wins(seller, deal, amount=5, on=place.today() - timedelta(days=2))

    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/closed_on", "before_registration")]


async def test_a_sale_a_third_above_what_was_approved_is_approved_before_it_counts(tenant: Tenant):
    place = await world(tenant)
    seller, desk = await place.partner(), tenant.vendor()
    deal = await submits(seller, amount={"amount": 9_000_000, "currency": "EUR"})
    path = f"/v1/deals/{deal['id']}"

    refused = await wins(seller, deal, amount=11_700_000, on=place.today())
    assert (refused.status, refused.problem) == (409, "amount_not_approved")
    assert await events_of(place, "deal.won.v1") == []
    again = await changes(seller, path, {"amount": {"amount": 11_700_000, "currency": "EUR"}})
    await desk.act(path, "approve")
    won = await wins(seller, deal, amount=11_700_000, on=place.today())

    assert (again["status"], won["status"]) == ("in_review", "won")


async def test_a_sale_of_a_deal_that_was_approved_without_an_amount_is_judged_as_its_amount_would_be(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=None)
    approved = await place.vendor.act(f"/v1/deals/{deal['id']}", "approve")

    refused = await wins(seller, deal, amount=9_000_000_000, on=place.today())
    foreign = await wins(seller, deal, amount=9_000_000_000, currency="JPY", on=place.today())
    won = await wins(seller, deal, amount=9_000_000, on=place.today())

    assert [each.problem for each in (refused, foreign)] == ["amount_not_approved"] * 2
    assert (approved["status"], won["status"], won["decision_trace"][-1]["rule"]) == ("approved", "won", "sale_amount")


async def test_a_sale_above_what_was_approved_counts_at_once_where_the_policy_or_the_desk_approves_it(tenant: Tenant):
    place = await world(tenant)
    seller, desk = await place.partner(), tenant.vendor()
    small = await submits(seller)
    large = await submits(seller, {"name": "Initech", "country": "US"}, amount={"amount": 9_000_000, "currency": "EUR"})

    by_policy = await wins(seller, small, amount=5_000_000, on=place.today())
    by_desk = await wins(desk, large, amount=20_000_000, on=place.today())

    assert [each["status"] for each in (by_policy, by_desk)] == ["won", "won"]
    assert [each["decision_trace"][-1]["rule"] for each in (by_policy, by_desk)] == ["sale_amount", "sale_amount"]


async def test_returns_together_never_exceed_the_sale(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount={"amount": 5000, "currency": "KWD"})
    await wins(seller, deal, amount=5000, currency="KWD", on=place.today())

    part = await gives_back(place, deal, amount=4999, currency="KWD")
    more = await gives_back(place, deal, amount=2, currency="KWD")
    rest = await gives_back(place, deal, amount=1, currency="KWD")

    assert (part.status, more.status, rest.status) == (201, 422, 201)
    assert more.json["errors"][0]["code"] == "exceeds_sale"
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["returned"] == {"amount": 5000, "currency": "KWD"}
    returned = await events_of(place, "deal.returned.v1")
    assert [(each["return_id"], each["net"]["amount"]) for each in returned] == [(part["id"], 4999), (rest["id"], 1)]
    assert {each["id"] for each in (await seller.get("/v1/returns")).json["data"]} == {part["id"], rest["id"]}


async def test_only_the_vendor_records_returns_of_won_deals_it_knows(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)

    assert (await gives_back(place, deal, amount=1)).problem == "invalid_transition"
    assert (await gives_back(place, {"id": "deal_01h455vb4pex5vsknk084sn02q"}, amount=1)).status == 404
    await wins(seller, deal, amount=10, on=place.today())
    body = {"deal_id": deal["id"], "amount": {"amount": 1, "currency": "EUR"}, "returned_on": place.today().isoformat()}
    assert (await seller.post("/v1/returns", body)).problem == "forbidden"
    made = await place.vendor.post("/v1/returns", body)
    assert (await rival.get(f"/v1/returns/{made['id']}")).status == 404


async def test_a_lost_deal_says_why_or_that_nobody_said(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    lost = await seller.act(f"/v1/deals/{deal['id']}", "lose")

    assert (lost["status"], lost["lost_reason"]) == ("lost", "unspecified")
    assert [each["reason"] for each in await events_of(place, "deal.lost.v1")] == ["unspecified"]


_SALE = Sale(net=100, returned=40, currency="EUR", closed_on=date(2030, 5, 2))


@pytest.mark.parametrize(
    ("amount", "currency", "day", "codes"),
    [
        (60, "EUR", date(2030, 5, 2), []),
        (60, "EUR", date(2030, 6, 1), []),
        (61, "EUR", date(2030, 6, 1), ["exceeds_sale"]),
        (1, "USD", date(2030, 6, 1), ["currency_mismatch"]),
        (1, "EUR", date(2030, 5, 1), ["out_of_range"]),
        (1, "EUR", date(2030, 6, 2), ["out_of_range"]),
    ],
)
def test_what_can_be_returned(amount, currency, day, codes):
    faults = faults_of_return(_SALE, amount=amount, currency=currency, returned_on=day, today=date(2030, 6, 1))

    assert [fault.code for fault in faults] == codes


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2030, 3, 4), date(2030, 3, 4), 0),  # a Monday
        (date(2030, 3, 4), date(2030, 3, 8), 4),
        (date(2030, 3, 4), date(2030, 3, 10), 4),
        (date(2030, 3, 4), date(2030, 3, 11), 5),
        (date(2030, 3, 8), date(2030, 3, 11), 1),  # over a weekend
        (date(2030, 3, 9), date(2030, 3, 10), 0),
        (date(2030, 3, 4), date(2030, 4, 1), 20),
        (date(2030, 3, 8), date(2030, 3, 4), 0),
    ],
)
def test_business_days_are_mondays_to_fridays_after_the_first_day(start, end, days):
    noon = time(12, tzinfo=UTC)
    assert DEFAULT.open_days_between(datetime.combine(start, noon), datetime.combine(end, noon)) == days


@pytest.mark.parametrize(
    ("zone", "start", "end", "days"),
    [
        ("UTC", "2030-03-04T12:00Z", "2030-03-12T12:00Z", 5),
        ("UTC", "2030-03-04T12:00Z", "2030-03-15T12:00Z", 8),
        ("UTC", "2030-03-07T12:00Z", "2030-03-08T12:00Z", 0),
        ("Europe/Budapest", "2030-03-04T23:30Z", "2030-03-06T12:00Z", 1),
        ("America/New_York", "2030-03-04T03:00Z", "2030-03-05T12:00Z", 2),
    ],
)
def test_holidays_are_no_business_days_and_days_are_those_of_the_calendar(zone, start, end, days):
    # A Friday, and a Sunday that counts for nothing anyway.
    holidays = [{"on": "2030-03-08"}, {"on": "2030-03-10"}]
    hours = opening_hours(time_zone=zone, hours=DEFAULT_HOURS, holidays=holidays)

    assert hours.open_days_between(datetime.fromisoformat(start), datetime.fromisoformat(end)) == days


_NOON = datetime(2030, 3, 4, 12, tzinfo=UTC)


def test_a_priority_number_is_above_all_before_it_unless_an_earlier_right_is_claimed():
    moment = priority_number(_NOON, last=0, earlier_right=False)

    assert moment == int(_NOON.timestamp()) * 1_000_000
    assert priority_number(_NOON, last=moment + 7, earlier_right=False) == moment + 8
    assert priority_number(_NOON, last=moment + 7, earlier_right=True) == moment


@pytest.mark.parametrize(
    ("zone", "returned_at", "until"),
    [
        ("UTC", "2030-03-04T12:00Z", "2030-03-13T00:00Z"),
        ("UTC", "2030-03-04T00:00Z", "2030-03-13T00:00Z"),
        ("UTC", "2030-03-01T12:00Z", "2030-03-12T00:00Z"),
        ("UTC", "2030-03-09T12:00Z", "2030-03-18T00:00Z"),
        ("Europe/Budapest", "2030-03-04T12:00Z", "2030-03-12T23:00Z"),
        ("Europe/Budapest", "2030-03-27T12:00Z", "2030-04-03T22:00Z"),
        ("America/New_York", "2030-03-05T03:00Z", "2030-03-13T04:00Z"),
    ],
)
def test_a_return_keeps_the_priority_until_five_business_days_are_over(zone, returned_at, until):
    hours = opening_hours(time_zone=zone, hours=DEFAULT_HOURS, holidays=[{"on": "2030-03-08"}])

    assert priority_kept_until(datetime.fromisoformat(returned_at), hours=hours) == datetime.fromisoformat(until)


@pytest.mark.parametrize(
    ("closed_after", "reported_after", "past"),
    [(90, 90, False), (91, 91, True), (90, 179, False), (90, 180, True), (1, 400, True)],
)
def test_a_win_must_be_closed_within_the_protection_and_reported_within_ninety_days_of_its_end(
    closed_after, reported_after, past
):
    closed_on = (_NOON + timedelta(days=closed_after)).date()
    until, at = _NOON + timedelta(days=90), _NOON + timedelta(days=reported_after)

    assert is_past_protection(closed_on=closed_on, at=at, protected_until=until) is past
    assert not is_past_protection(closed_on=closed_on, at=at, protected_until=None)
