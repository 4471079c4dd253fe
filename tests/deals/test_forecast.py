"""Forecasts and funnels as they are asked for."""

from datetime import timedelta
from typing import Any

from tests.deals.make import World, submits, wins, world
from tests.deals.test_pipelines import in_program, publishes
from tests.system import Client, Response, Tenant


async def approved(
    seller: Client, number: int, *, currency: str = "EUR", amount: int = 10_000, **fields: Any
) -> Response:
    about = {"name": f"Customer {number}", "domain": f"customer{number}.example", "country": "DE", "tax_id": None}
    return await submits(seller, about, amount={"amount": amount, "currency": currency}, **fields)


async def forecast(client: Client, **query: str) -> dict[str, Any]:
    answer = await client.get("/v1/forecasts", **query)
    assert answer.status == 200, answer.json
    return {each["currency"]: each for each in answer["currencies"]}


def day(place: World, days: int) -> str:
    return (place.today() + timedelta(days=days)).isoformat()


async def test_a_forecast_is_what_is_booked_what_is_open_and_what_is_yet_to_come(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    sold = await approved(seller, 1, amount=500_000, expected_close_on=day(place, 0))
    await wins(seller, sold, amount=480_000, on=place.today())
    await approved(seller, 2, amount=100_000, expected_close_on=day(place, 1))
    forward = await approved(seller, 3, amount=100_000, expected_close_on=day(place, 1))
    await seller.act(f"/v1/deals/{forward['id']}", "stage", {"stage": "committed"})

    euros = (await forecast(place.vendor))["EUR"]

    assert euros["booked"] == {"amount": 480_000, "currency": "EUR"}
    assert (euros["open_deals"], euros["open_amount"]["amount"]) == (2, 200_000)
    first, last = euros["stages"]
    assert (first["stage"], last["stage"]) == ("prospect", "committed")
    assert 0 < float(first["win_probability"]) < float(last["win_probability"]) < 1
    assert sum(each["expected"]["amount"] for each in euros["stages"]) == euros["pipeline"]["amount"]
    parts = ("booked", "pipeline", "new_business")
    assert sum(euros[each]["amount"] for each in parts) == euros["expected"]["amount"]
    assert euros["booked"]["amount"] <= euros["p10"]["amount"] <= euros["p50"]["amount"] <= euros["p90"]["amount"]
    assert euros["is_thin"] and "few_closed_deals" in euros["doubts"]
    assert (euros["back_test"]["mape"], euros["baseline"]["method"]) == (None, "none")


async def test_currencies_are_never_added_up_and_each_has_its_own_minor_units(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    for number, (currency, amount) in enumerate((("JPY", 1_500_000), ("KWD", 12_345), ("EUR", 99_999))):
        sold = await approved(seller, number, currency=currency, amount=amount)
        assert (await wins(seller, sold, amount=amount, on=place.today(), currency=currency)).status == 200

    found = await forecast(place.vendor)

    assert {code: each["booked"] for code, each in found.items()} == {
        "EUR": {"amount": 99_999, "currency": "EUR"},
        "JPY": {"amount": 1_500_000, "currency": "JPY"},
        "KWD": {"amount": 12_345, "currency": "KWD"},
    }
    assert list(await forecast(place.vendor, currency="JPY")) == ["JPY"]


async def test_a_partner_forecasts_its_own_deals_and_learns_nothing_of_others(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    for number in range(3):
        sold = await approved(rival, number, amount=700_000)
        await wins(rival, sold, amount=700_000, on=place.today())
    await approved(seller, 9, amount=5_000, expected_close_on=day(place, 1))

    own = (await forecast(seller))["EUR"]
    asking_for_the_rival = await forecast(seller, partner_id=str(rival.partner_id))
    of_all = (await forecast(place.vendor))["EUR"]
    of_one = (await forecast(place.vendor, partner_id=str(seller.partner_id)))["EUR"]

    assert (own["booked"]["amount"], own["open_deals"]) == (0, 1)
    assert own["stages"][0]["win_probability"] == "0.1000"
    assert asking_for_the_rival == {}
    assert of_all["booked"]["amount"] == 2_100_000
    assert of_one["stages"] == own["stages"]
    assert (await tenant.partner(str(seller.partner_id), "deals:read").get("/v1/forecasts")).problem == "forbidden"


async def test_what_was_won_before_is_tried_against_what_would_have_been_said(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    for month in range(4):
        for number in range(2):
            made = await approved(seller, 10 * month + number, expected_close_on=day(place, 10))
            await tenant.advance(days=4)
            await wins(seller, made, amount=10_000, on=place.today())
        await tenant.advance(days=22)

    euros = (await forecast(place.vendor, horizon="month"))["EUR"]
    tested = euros["back_test"]

    assert tested["periods"] == len(tested["points"]) >= 3
    assert sum(each["actual"]["amount"] for each in tested["points"]) > 0
    assert float(tested["wape"]) > 0 and 0 <= float(tested["coverage"]) <= 1
    assert euros["slippage"]["samples"] >= 8
    assert euros["slippage"]["p50_days"] < 0


async def test_a_forecast_is_asked_for_by_family_country_program_and_period(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    await in_program(place, "gold", "europe")
    plain, gold = await place.partner(), await place.partner(tier="gold")
    await approved(plain, 1, amount=1_000)
    await approved(gold, 2, amount=20_000, product_family="edge")

    async def open_with(**query: str) -> int:
        found = await forecast(place.vendor, **query)
        return int(found["EUR"]["open_amount"]["amount"]) if found else 0

    assert await open_with() == 21_000
    assert await open_with(product_family="edge") == 20_000
    assert await open_with(program="europe") == 20_000
    assert (await open_with(country="DE"), await open_with(country="FR")) == (21_000, 0)
    ahead = await place.vendor.get("/v1/forecasts", horizon="month", on=day(place, 62))
    assert ahead["period"]["from"] > place.today().isoformat()
    for wrong in ({"on": "2001-01-01"}, {"on": "soon"}, {"horizon": "week"}):
        assert (await place.vendor.get("/v1/forecasts", **wrong)).problem == "invalid_parameter"


async def test_a_funnel_shows_how_far_the_deals_of_a_time_have_come(tenant: Tenant):
    place = await world(tenant)
    pipeline = await publishes(place)
    seller, rival = await place.partner(), await place.partner()
    deals = [await approved(seller, number, next_step="Offer") for number in range(3)]
    await tenant.advance(days=2)
    for each in deals[:2]:
        await seller.act(f"/v1/deals/{each['id']}", "stage", {"stage": "proposal"})
    await seller.act(f"/v1/deals/{deals[2]['id']}", "lose")
    await wins(seller, await seller.get(f"/v1/deals/{deals[0]['id']}"), amount=5, on=place.today())
    path = f"/v1/pipelines/{pipeline['id']}/funnel"

    funnel = await seller.get(path)

    counts = ("stage", "entered", "here", "advanced", "won", "ended", "rate")
    assert [tuple(each[name] for name in counts) for each in funnel["stages"]] == [
        ("first_call", 3, 0, 2, 0, 1, "0.6667"),
        ("proposal", 2, 1, 0, 1, 0, "1.0000"),
    ]
    assert funnel["stages"][0]["median_seconds"] // 86_400 == 2
    assert (funnel["deals"], funnel["won"], funnel["ended"]) == (3, 1, 1)
    assert (await rival.get(path))["deals"] == 0
    assert (await seller.get("/v1/pipelines/built-in/funnel"))["deals"] == 0
    assert (await seller.get(path, **{"from": day(place, -1)}))["deals"] == 0
    assert (await seller.get(path, to="2001-01-01", **{"from": "2002-01-01"})).problem == "invalid_parameter"
