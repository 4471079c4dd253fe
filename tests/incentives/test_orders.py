"""Components that are paid from orders: each match earns once, and a return of it goes back on its terms."""

import random
from datetime import date
from typing import Any

import pytest

from shared.values.basis_points import WHOLE
from tests.deals.make import submits, wins, world
from tests.deals.ordering import accepted_order, fulfils, returns
from tests.deals.test_transfers import opens, successor
from tests.incentives.make import FLAT, Shop, component

DELIVERED = component(source="orders", code="delivered")


def double(rate: str = "0.20") -> list[dict[str, Any]]:
    return [{"from": 0, "to": None, "rate": rate}]


async def test_a_component_of_orders_is_paid_by_match_and_not_at_the_win(shop: Shop) -> None:
    await shop.plan(component(code="won", bands=FLAT), component(source="orders", code="delivered", bands=double()))
    partner = await shop.partner()
    sale = await shop.win(partner, 100_000)
    match = shop.match(partner, 30_000, deal=sale)

    for _ in range(3):
        await shop.deliver(match)

    lines = {each["rule"]: (each["match_id"], each["amount"]["amount"]) for each in await shop.earned(sale)}
    assert lines == {"won": (None, 10_000), "delivered": (match.match_id, 6_000)}
    assert [each["reason"] for each in (await why(shop, sale.deal_id))["rules"]] == [
        "unconditional",
        "paid_from_orders",
    ]
    of_match = await why(shop, sale.deal_id, match_id=match.match_id)
    assert [each["reason"] for each in of_match["rules"]] == ["paid_from_deals", "unconditional"]
    assert (len(of_match["earnings"]), of_match["text"]["en"]) == (1, "What was delivered has earned 60.00 EUR.")
    asked = {"deal_id": sale.deal_id, "match_id": match.match_id}
    assert (await (await shop.partner()).get("/v1/explanations", **asked))["outcome"] == "not_won"
    assert (await why(shop, shop.sale(partner, 1).deal_id, match_id=match.match_id))["outcome"] == "not_won"
    assert (
        await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id, match_id="x")
    ).problem == "invalid_parameter"


async def test_a_deal_under_a_plan_of_orders_earns_nothing_at_the_win_and_says_why(shop: Shop) -> None:
    await shop.plan(DELIVERED)
    partner = await shop.partner()
    sale = await shop.win(partner, 100_000)
    assert await shop.earned() == []
    assert (await why(shop, sale.deal_id))["text"]["en"] == (
        "The deal earns nothing. The component is paid from what is delivered and sold out on the deal, match by match,"
        " and not from its win."
    )

    await shop.deliver(shop.match(partner, 20_000, deal=sale))

    told = await why(shop, sale.deal_id)
    assert (told["outcome"], [each["code"] for each in told["reasons"]]) == ("nothing", ["paid_from_orders"])
    assert told["text"]["en"].endswith("What was delivered on it has earned 10.00 EUR.")


async def test_one_return_of_two_matches_goes_back_on_the_terms_and_bands_of_each(shop: Shop) -> None:
    plan = await shop.plan(DELIVERED)
    partner = await shop.partner()
    first, second = shop.match(partner, 9_000_000, on=date(2026, 3, 1)), shop.match(partner, 3_000_000)
    for event in (first, second):
        await shop.deliver(event)
    await shop.publish(plan, component(source="orders", code="delivered", bands=double("0.5")))

    by, late = "oret_01h455vb4pex5vsknk084sn02q", date(2026, 3, 20)
    for event in (shop.given_back(second, by=by, on=late), shop.given_back(first, 3_000_000, by=by, on=late)) * 2:
        await shop.deliver(event)

    lines = [(each["match_id"], each["kind"], each["amount"]["amount"]) for each in await shop.earned()]
    assert sorted(lines) == sorted(
        [
            (first.match_id, "commission", 450_000),
            (second.match_id, "commission", 210_000),
            (second.match_id, "clawback", -210_000),
            (first.match_id, "clawback", -150_000),
        ]
    )
    [clawback] = [each for each in await shop.earned() if each["amount"]["amount"] == -150_000]
    told = await shop.vendor.get(f"/v1/earnings/{clawback['id']}/explanation")
    assert (told["event"]["type"], told["event"]["id"], told["plan"]["number"]) == ("match_return", by, 1)
    assert told["share"] == {"returned": 3_000_000, "sold": 9_000_000, "original": 450_000}
    assert "was delivered and came back in part or whole" in told["text"]["en"]


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
async def test_any_order_and_repetition_of_deliveries_returns_and_splits_ends_in_the_same_earnings(
    shop: Shop, mode: str
) -> None:
    await shop.plan(component(mode=mode), component(source="orders", code="delivered", mode=mode))
    histories: list[Any] = []
    for seed in range(3):
        one, other = await shop.partner(), await shop.partner()
        deal = shop.sale(one, 12_345_678, on=date(2026, 3, 1))
        matches = [
            shop.match(one, amount, on=date(2026, 3, day), deal=deal)
            for day, amount in ((2, 7_000_001), (5, 4_999_999), (9, 345_679))
        ]
        by = f"oret_01h455vb4pex5vsknk084sn0{seed}q"
        events = [
            deal,
            *matches,
            shop.split(deal, (one, 3_333), (other, 6_667)),
            shop.split(deal, (one, WHOLE, None, date(2026, 3, 4)), (other, WHOLE, date(2026, 3, 4), None), number=2),
            shop.given_back(matches[0], 1_000_001, by=by, on=date(2026, 3, 20)),
            shop.given_back(matches[1], by=by, on=date(2026, 3, 20)),
            shop.taken_back(deal, 5_000_000, on=date(2026, 3, 21)),
        ]
        if seed:
            events = [*events, *events]
            random.Random(f"{mode}{seed}").shuffle(events)
        for event in events:
            await shop.deliver(event)
        place = {each.match_id: number for number, each in enumerate(matches)}
        sums: dict[Any, int] = {}
        for line in await shop.earned(deal):
            key = (line["partner_id"] == one.partner_id, line["rule"], place.get(line["match_id"]))
            sums[key] = sums.get(key, 0) + line["amount"]["amount"]
        histories.append({key: amount for key, amount in sums.items() if amount})

    assert histories[0] == histories[1] == histories[2]
    assert {key[0] for key in histories[0]} == {True, False}
    assert (await shop.vendor.get("/v1/ledger/trial-balance"))["balanced"]


async def test_conditions_of_a_component_of_orders_are_about_what_was_delivered(shop: Shop) -> None:
    big = component(
        source="orders", code="big", bands=FLAT, condition='deal.amount >= 500 && deal.product_family == "crm"'
    )
    await shop.plan(big, component(source="orders", code="least", bands=FLAT, minimum=600))
    partner = await shop.partner()

    for amount, family in ((499, "crm"), (500, "crm"), (600, "erp")):
        await shop.deliver(shop.match(partner, amount, family=family))

    earned = {each["rule"]: each["amount"]["amount"] for each in await shop.earned()}
    assert (earned, len(await shop.earned())) == ({"big": 50, "least": 60}, 2)


async def test_orders_earn_and_give_back_through_the_api_by_the_partner_of_record_of_the_day(shop: Shop) -> None:
    tenant = shop.tenant
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    for partner in (old, new):
        await shop.tell(partner.partner_id)
    await shop.plan(component(source="orders", code="delivered", bands=FLAT))
    deal = await submits(old)
    order = await accepted_order(place, old, deal_id=deal["id"])
    assert (await fulfils(place, order, 2)).status == 200
    await tenant.advance(days=10)
    await opens(place, deal, new, override_reason="The customer has decided")
    assert (await fulfils(place, order, 2)).status == 200
    won = await wins(new, await successor(place, deal), amount=100_000, on=place.today())
    assert won.status == 200, won.body
    await tenant.system.settle()
    before = await shop.by_partner(old, new)

    assert (await returns(place, order, 3)).status == 200
    await tenant.system.settle()

    # Two pieces each; the last delivered come back first.
    each = before[0] // 2
    assert before == [2 * each, 2 * each] and each > 0
    assert await shop.by_partner(old, new) == [each, 0]


async def why(shop: Shop, deal_id: str, **asked: str) -> Any:
    answer = await shop.vendor.get("/v1/explanations", deal_id=deal_id, **asked)
    assert answer.status == 200, answer.body
    return answer


@pytest.mark.parametrize("turns", [(0, 1), (1, 0)])
async def test_a_component_that_changes_what_it_is_paid_from_pays_no_deal_twice(
    shop: Shop, turns: tuple[int, int]
) -> None:
    plan = await shop.plan(component(bands=FLAT))
    await shop.publish(plan, component(source="orders", bands=FLAT), since="2026-03-05")
    partner = await shop.partner()
    sale = shop.sale(partner, 100_000, on=date(2026, 3, 1))
    events = [sale, shop.match(partner, 30_000, on=date(2026, 3, 10), deal=sale)]

    for turn in turns:
        await shop.deliver(events[turn])
    await shop.deliver(shop.match(partner, 30_000, on=date(2026, 3, 10)))

    # What is delivered on the deal was paid when it was won; what is delivered on another is paid now.
    assert (sum(await shop.amounts(sale)), await shop.by_partner(partner)) == (10_000, [13_000])
