"""What is earned on a deal is shared among its partners, whenever the split is locked, amended or told of."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.incentives.accrual.sharing import divided, given_back
from shared.events.catalog.attributions import SplitShare
from shared.values.basis_points import WHOLE
from shared.values.money import allocate
from tests.deals.make import submits, wins, world
from tests.deals.test_attributions import at, gives
from tests.incentives.make import FLAT, SPRING, Shop, component

DAY = date(2026, 3, 10)
# A busy machine is not a fault of the product.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def share(number: int, basis_points: int, start: date | None = None, end: date | None = None) -> SplitShare:
    return SplitShare(
        partner_id=f"ptr_{number}", role="co_sell", basis_points=basis_points, effective_from=start, effective_to=end
    )


weights = st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=8)
amounts = st.integers(min_value=0, max_value=10**15)


@steady
@given(amounts, weights)
def test_parts_are_the_whole_exactly_and_each_is_its_share_to_the_minor_unit(amount: int, given_weights: list[int]):
    points = allocate(WHOLE, given_weights)
    shares = [share(number, each) for number, each in enumerate(points)]

    parts = divided(amount, day=DAY, shares=shares, of_record="ptr_record")

    assert sum(each.amount for each in parts) == amount
    assert all(abs(each.amount * WHOLE - amount * each.basis_points) < WHOLE for each in parts)
    assert divided(amount, day=DAY, shares=shares[::-1], of_record="ptr_record") == parts


@steady
@given(weights, st.lists(st.integers(min_value=1, max_value=4_000), max_size=8), st.booleans())
def test_returns_are_shared_exactly_and_take_from_nobody_more_than_its_part(
    sold: list[int], returned: list[int], everything: bool
):
    parts = {f"ptr_{number}": amount for number, amount in enumerate(sold)}
    whole = sum(sold)
    if everything:
        returned = [*returned, whole]

    taken = list(given_back(parts, returned))

    left = whole
    for amount, each in zip(returned, taken, strict=True):
        assert sum(each.values()) == min(amount, left) and all(value >= 0 for value in each.values())
        left -= sum(each.values())
    back = {partner: sum(each[partner] for each in taken) for partner in parts}
    assert all(back[partner] <= parts[partner] for partner in parts)
    assert back == parts or left > 0


@pytest.mark.parametrize(
    ("shares", "parts"),
    [
        ([], {"ptr_record": 100}),
        ([share(1, 3_334), share(2, 3_333), share(3, 3_333)], {"ptr_1": 34, "ptr_2": 33, "ptr_3": 33}),
        ([share(1, WHOLE, None, DAY), share(2, WHOLE, DAY, None)], {"ptr_2": 100}),
        ([share(1, WHOLE, date(2026, 3, 11), None)], {"ptr_record": 100}),
    ],
)
def test_the_shares_in_force_on_the_day_of_the_sale_decide(shares: list[SplitShare], parts: dict[str, int]):
    found = divided(100, day=DAY, shares=shares, of_record="ptr_record")

    assert {each.partner_id: each.amount for each in found} == parts


async def test_a_hundred_shared_by_three_sums_to_a_hundred(shop: Shop) -> None:
    await shop.plan(component(bands=[{"from": 0, "to": None, "rate": "1"}]))
    partners = [await shop.partner() for _ in range(3)]
    sale = shop.sale(partners[0], 10_000)
    await shop.deliver(shop.split(sale, *zip(partners, (3_334, 3_333, 3_333), strict=True)))

    await shop.deliver(sale)

    assert await shop.amounts(sale) == [3_334, 3_333, 3_333]
    why = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id)
    assert [each["amount"]["amount"] for each in why["shares"]] == [3_334, 3_333, 3_333]


async def test_each_partner_earns_on_its_part_by_its_own_plan_and_where_it_stands(shop: Shop) -> None:
    await shop.plan()
    gold, other = await shop.partner(tier="gold", since=date(2026, 1, 1)), await shop.partner()
    await shop.plan(component(bands=FLAT), level="tier", tier="gold")
    await shop.win(other, 9_000_000, hour=8)
    sale = shop.sale(gold, 4_000_000)
    await shop.deliver(sale)

    await shop.deliver(shop.split(sale, (gold, 2_500), (other, 7_500)))

    # 10 % of 10,000.00, and 5 % and 8 % of the 30,000.00 that go from 90,000.00 to 120,000.00.
    lines = {(each["partner_id"], each["kind"]): each["amount"]["amount"] for each in await shop.earned(sale)}
    assert lines == {
        (gold.partner_id, "commission"): 400_000,
        (gold.partner_id, "adjustment"): -300_000,
        (other.partner_id, "commission"): 210_000,
    }


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
async def test_any_order_and_repetition_ends_in_the_same_earnings(shop: Shop, mode: str) -> None:
    await shop.plan(component(mode=mode), component(code="more", bands=FLAT, cap=700_001))
    histories: list[Any] = []
    for seed in range(3):
        partners = [await shop.partner() for _ in range(3)]
        first = shop.sale(partners[0], 9_000_001, on=date(2026, 3, 1))
        second = shop.sale(partners[1], 7_654_321, on=date(2026, 3, 5))
        events = [
            first,
            shop.split(first, *zip(partners, (5_000, 3_333, 1_667), strict=True)),
            shop.split(first, (partners[0], 6_666), (partners[2], 3_334), number=2),
            second,
            shop.split(second, (partners[0], 1), (partners[1], 9_999)),
            shop.split(first, (partners[1], WHOLE), number=3, credit_type="sourced"),
            shop.taken_back(first, 1_000_000, on=date(2026, 3, 7)),
            shop.taken_back(first, 333_333, on=date(2026, 3, 8)),
            shop.taken_back(second, on=date(2026, 3, 9)),
        ]
        if seed:
            events = [*events, *events]
            random.Random(seed).shuffle(events)
        for event in events:
            await shop.deliver(event)
        earned = await shop.earned()
        histories.append(
            [
                sum(
                    each["amount"]["amount"]
                    for each in earned
                    if (each["partner_id"], each["deal_id"], each["rule"]) == (partner.partner_id, sale.deal_id, rule)
                )
                for partner in partners
                for sale in (first, second)
                for rule in ("base", "more")
            ]
        )

    assert histories[0] == histories[1] == histories[2]
    assert (await shop.vendor.get("/v1/ledger/trial-balance"))["balanced"]


async def test_a_split_amended_after_payment_edits_nothing_and_keeps_the_original_terms(shop: Shop) -> None:
    plan = await shop.plan(component(bands=FLAT))
    first, second = await shop.partner(), await shop.partner()
    sale = await shop.win(first, 100_000)
    await shop.pay(await shop.statement(first))
    await shop.publish(plan, component(bands=[{"from": 0, "to": None, "rate": "0.5"}]))

    await shop.deliver(shop.split(sale, (first, 6_000), (second, 4_000)))
    await shop.deliver(shop.split(sale, (first, WHOLE), number=2))
    await shop.deliver(shop.split(sale, (first, 6_000), (second, 4_000)))

    lines = [(each["kind"], each["status"], each["amount"]["amount"]) for each in await shop.earned(sale, first)]
    assert lines == [
        ("commission", "paid", 10_000),
        ("adjustment", "accrued", -4_000),
        ("adjustment", "accrued", 4_000),
    ]
    # Who had no part before has the terms that are in force when it gets one.
    assert [each["amount"]["amount"] for each in await shop.earned(sale, second)] == [20_000, -20_000]
    gone = await second.get("/v1/explanations", deal_id=sale.deal_id)
    assert (gone["outcome"], gone["reasons"][0]["code"], gone["shares"][0]["basis_points"]) == (
        "nothing",
        "no_share",
        0,
    )


async def test_a_return_takes_back_from_each_what_it_has_earned(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    partners = [await shop.partner() for _ in range(3)]
    sale = shop.sale(partners[0], 100_001)
    await shop.deliver(shop.split(sale, *zip(partners, (5_000, 3_000, 2_000), strict=True)))
    await shop.deliver(sale)

    await shop.take_back(sale, 50_000)
    half = await shop.by_partner(*partners)
    await shop.take_back(sale, 50_001)

    assert half == [2_500, 1_500, 1_000]
    assert await shop.by_partner(*partners) == [0, 0, 0]


async def test_an_earning_explains_the_share_and_a_partner_sees_its_own_alone(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    first, second = await shop.partner(), await shop.partner()
    sale = await shop.win(first, 100_000)
    await shop.deliver(shop.split(sale, (first, 6_666), (second, 3_334)))

    [line] = await shop.earned(sale, second)
    why = (await second.get(f"/v1/earnings/{line['id']}/explanation")).json
    deal = await second.get("/v1/explanations", deal_id=sale.deal_id)

    euros = {name: {"amount": amount, "currency": "EUR"} for name, amount in (("whole", 100_000), ("part", 33_340))}
    assert why["split"] == {"role": "co_sell", "basis_points": 3_334, "pct": "33.34", **euros}
    assert (why["event"]["amount"], why["basis"]["amount"]) == (euros["whole"], euros["part"])
    assert "The partner's share is 33.34 %: 333.40 EUR." in why["text"]["en"]
    assert [each["partner_id"] for each in deal["shares"]] == [deal["partner_id"]] == [second.partner_id]
    assert str(first.partner_id) not in str(deal.json) + str(why)
    asked = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id, partner_id=second.partner_id)
    assert ([each["basis_points"] for each in asked["shares"]], len(asked["earnings"])) == ([6_666, 3_334], 1)
    hidden = await second.get("/v1/explanations", deal_id=sale.deal_id, partner_id=first.partner_id)
    assert hidden["outcome"] == "not_won"
    adjusted = next(each for each in await shop.earned(sale, first) if each["kind"] == "adjustment")
    told = (await first.get(f"/v1/earnings/{adjusted['id']}/explanation"))["text"]["en"]
    assert "The split of a deal was locked or amended: 66.66 EUR instead of 100.00 EUR." in told


async def test_a_part_of_a_suspended_partner_is_held_and_one_of_a_stranger_waits(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    first, held = await shop.partner(), await shop.partner(status="suspended")
    stranger = shop.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")
    sale = await shop.win(first, 100_000, on=SPRING)
    await shop.deliver(shop.split(sale, (first, 5_000), (held, 3_000), (stranger, 2_000)))
    assert await shop.by_partner(first, held, stranger) == [5_000, 3_000, 0]

    await shop.tell(stranger.partner_id)

    earned = {each["partner_id"]: each for each in await shop.earned(sale) if each["kind"] == "commission"}
    assert (earned[held.partner_id]["status"], earned[str(stranger.partner_id)]["amount"]["amount"]) == ("held", 2_000)


async def test_a_split_locked_through_the_api_shares_what_is_earned_before_and_after_the_win(shop: Shop) -> None:
    tenant = shop.tenant
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    for partner in (first, second):
        await shop.tell(partner.partner_id)
    await shop.plan(component(bands=FLAT))
    deal = await submits(first)
    one = await gives(place, deal, first, 6_000)
    await gives(place, deal, second, 4_000)
    await place.vendor.act(at(one), "lock")
    assert (await wins(first, deal, amount=100_000, on=place.today())).status == 200
    await tenant.system.settle()
    locked = await shop.by_partner(first, second)

    shares = [{"partner_id": second.partner_id, "role": "co_sell", "basis_points": 10_000}]
    await place.vendor.act(at(one), "amend", {"reason": "Agreed anew", "shares": shares})
    await tenant.system.settle()

    assert (locked, await shop.by_partner(first, second)) == ([6_000, 4_000], [0, 10_000])
