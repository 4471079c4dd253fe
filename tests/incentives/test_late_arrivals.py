"""Whatever arrives late, twice or in another order, and whatever is decided anew, ends in the same earnings."""

import asyncio
import random
from datetime import date
from typing import Any

import pytest

from tests.incentives.make import FLAT, SPRING, Shop, component

THIRTY, NINETY = 3_000_000, 9_000_000


async def test_the_same_event_three_times_is_one_earning(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    sale = shop.sale(partner, THIRTY)

    for _ in range(3):
        await shop.deliver(sale)

    assert await shop.amounts(sale) == [150_000]
    assert await shop.balance("accrued_liability") == 150_000


async def test_a_return_that_arrives_before_its_sale_waits_for_it(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    sale = shop.sale(partner, THIRTY)

    await shop.take_back(sale)
    assert await shop.earned() == []
    await shop.deliver(sale)

    assert await shop.amounts(sale) == [150_000, -150_000]


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
async def test_any_order_and_repetition_of_arrivals_ends_in_the_same_earnings(shop: Shop, mode: str) -> None:
    await shop.plan(component(mode=mode), component(code="erp", condition='deal.product_family == "erp"', bands=FLAT))
    first, second = await shop.partner(), await shop.partner()
    arrivals: list[tuple[Any, ...]] = []
    for seed, partner in enumerate((first, second)):
        sales = [
            shop.sale(partner, amount, on=date(2026, 3, 1 + day), family=family)
            for day, (amount, family) in enumerate(
                [(NINETY, "erp"), (THIRTY, "crm"), (NINETY * 2, "erp"), (777, "crm")]
            )
        ]
        events = [*sales, shop.taken_back(sales[1], on=date(2026, 3, 20)), shop.taken_back(sales[0], 1_234_567)]
        order = [*events, *events] if seed else events
        if seed:
            random.Random(mode).shuffle(order)
        for event in order:
            await shop.deliver(event)
        arrivals.append(tuple([sum(await shop.amounts(sale)) for sale in sales]))

    assert arrivals[0] == arrivals[1]
    assert (await shop.vendor.get("/v1/ledger/trial-balance"))["balanced"]


async def test_a_late_sale_moves_the_later_ones_by_lines_of_their_own(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    later = await shop.win(partner, THIRTY, on=date(2026, 3, 20))

    await shop.win(partner, NINETY, on=date(2026, 3, 1))

    lines = {each["kind"]: each["amount"]["amount"] for each in await shop.earned(later)}
    assert lines == {"commission": 150_000, "adjustment": 60_000}


async def test_the_tier_is_the_one_of_the_day_even_when_it_is_learned_later(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT), level="tier", tier="gold")
    partner = await shop.partner()
    before, after = await shop.win(partner, 1_000, on=date(2026, 3, 1)), await shop.win(partner, 2_000)

    await shop.tell(partner.partner_id, tier="gold", since=date(2026, 3, 5))

    assert (await shop.amounts(before), await shop.amounts(after)) == ([], [200])


async def test_a_sale_of_a_partner_not_known_yet_is_accrued_when_it_is(shop: Shop) -> None:
    await shop.plan()
    stranger = shop.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")
    sale = await shop.win(stranger, THIRTY)
    assert await shop.amounts(sale) == []

    await shop.tell(stranger.partner_id)

    assert await shop.amounts(sale) == [150_000]


async def test_an_event_that_arrives_after_its_period_was_closed_is_posted_in_the_open_one(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    period = await shop.succeed("/v1/periods", {"name": "March", "from": "2026-03-01", "to": "2026-04-01"})
    closed = await shop.vendor.act(f"/v1/periods/{period['id']}", "close")
    assert closed["status"] == "closed"

    sale = await shop.win(partner, THIRTY, on=SPRING)

    [earning] = await shop.earned(sale)
    assert (earning["earned_on"], earning["posted_on"], earning["period"]) == ("2026-03-10", "2026-04-01", "2026-04")


async def test_a_plan_published_again_posts_only_differences(shop: Shop) -> None:
    plan = await shop.plan(component(bands=FLAT))
    partner = await shop.partner()
    same, changed = await shop.win(partner, 1_000, on=date(2026, 3, 1)), await shop.win(partner, 2_000, hour=9)
    await shop.publish(plan, component(bands=[{"from": 0, "to": None, "rate": "0.15"}]), since="2026-03-05")
    body = {"from": "2026-01-01", "to": "2027-01-01"}

    run = await shop.succeed("/v1/recalculations", body, idempotency_key="once")
    repeated = await shop.succeed("/v1/recalculations", body, idempotency_key="twice")

    assert (run["sales"], run["lines"], run["differences"]) == (2, 1, [{"amount": 100, "currency": "EUR"}])
    assert (repeated["lines"], repeated["differences"]) == (0, [])
    assert (await shop.amounts(same), await shop.amounts(changed)) == ([100], [200, 100])


async def test_recalculation_takes_back_what_is_no_longer_assigned(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    sale = await shop.win(partner, THIRTY)
    [assignment] = (await shop.vendor.get("/v1/plan-assignments"))["data"]
    path = f"/v1/plan-assignments/{assignment['id']}"
    seen = await shop.vendor.get(path)
    await shop.vendor.patch(path, {"effective_to": "2026-02-01"}, if_match=seen.headers["etag"])

    await shop.succeed("/v1/recalculations", {"from": "2026-01-01", "to": "2027-01-01"}, idempotency_key="k")

    assert await shop.amounts(sale) == [150_000, -150_000]
    why = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id)
    assert [each["code"] for each in why["reasons"]] == ["outside_dates"]


async def test_sales_that_arrive_at_the_same_moment_add_up(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    sales = [shop.sale(partner, THIRTY, hour=hour) for hour in range(6)]

    await asyncio.gather(*(shop.deliver(sale) for sale in (*sales, *sales)))

    assert [sum(await shop.amounts(sale)) for sale in sales] == [150_000, 150_000, 150_000, 210_000, 240_000, 240_000]
