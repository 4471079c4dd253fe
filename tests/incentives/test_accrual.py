"""Won and returned deals become earnings, exactly once, in whatever order they arrive."""

from datetime import date

import pytest

from tests.incentives.make import FLAT, Shop, component

THIRTY, NINETY = 3_000_000, 9_000_000


async def test_a_sale_across_a_band_edge_earns_each_part_at_its_own_rate(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    await shop.win(partner, NINETY, hour=8)

    sale = await shop.win(partner, THIRTY)

    [earning] = await shop.earned(sale)
    assert earning["amount"] == {"amount": 210_000, "currency": "EUR"}
    assert (earning["kind"], earning["status"], earning["earned_on"]) == ("commission", "accrued", "2026-03-10")
    assert await shop.balance("accrued_liability") == 450_000 + 210_000
    assert await shop.balance("incentive_expense") == -660_000


async def test_a_retroactive_component_posts_the_true_up_as_a_line_of_its_own(shop: Shop) -> None:
    await shop.plan(component(mode="retroactive"))
    partner = await shop.partner()
    await shop.win(partner, NINETY, hour=8)

    sale = await shop.win(partner, THIRTY)

    lines = {each["kind"]: each["amount"]["amount"] for each in await shop.earned(sale)}
    assert lines == {"commission": 240_000, "true_up": 270_000}


@pytest.mark.parametrize(("mode", "earned"), [("marginal", 210_000), ("retroactive", 510_000)])
async def test_the_return_of_a_sale_takes_back_exactly_what_it_earned(shop: Shop, mode: str, earned: int) -> None:
    await shop.plan(component(mode=mode))
    partner = await shop.partner()
    await shop.win(partner, NINETY, hour=8)
    sale = await shop.win(partner, THIRTY)

    await shop.take_back(sale)

    lines = await shop.earned(sale)
    [clawback] = [each for each in lines if each["kind"] == "clawback"]
    assert clawback["amount"]["amount"] == -earned
    assert clawback["reverses"] == next(each["id"] for each in lines if each["kind"] == "commission")
    again = await shop.win(partner, THIRTY, hour=20)
    assert sum(await shop.amounts(again)) == earned


async def test_partial_returns_add_up_to_the_whole_sale(shop: Shop) -> None:
    await shop.plan(component(bands=[{"from": 0, "to": None, "rate": "0.0333"}]))
    partner = await shop.partner()
    sale = await shop.win(partner, 10_001)

    for part in (3_333, 3_334, 3_334):
        await shop.take_back(sale, part)

    amounts = await shop.amounts(sale)
    assert amounts[0] == 333 and len(amounts) == 4
    assert sum(amounts) == 0


async def test_a_refund_goes_back_on_the_terms_of_the_tier_that_sold(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT), level="tier", tier="gold")
    await shop.plan(component(bands=[{"from": 0, "to": None, "rate": "0.02"}]))
    partner = await shop.partner(tier="gold", since=date(2026, 1, 1))
    sale = await shop.win(partner, 100_000)

    await shop.tell(partner.partner_id, tier="silver", since=date(2026, 3, 20))
    await shop.take_back(sale, on=date(2026, 3, 25))
    later = await shop.win(partner, 100_000, on=date(2026, 3, 26))

    assert await shop.amounts(sale) == [10_000, -10_000]
    assert await shop.amounts(later) == [2_000]


async def test_a_republished_plan_takes_back_on_the_terms_of_the_day_of_sale(shop: Shop) -> None:
    plan = await shop.plan(component(bands=FLAT))
    partner = await shop.partner()
    sale = await shop.win(partner, 100_000)

    await shop.publish(plan, component(bands=[{"from": 0, "to": None, "rate": "0.5"}]))
    await shop.take_back(sale)

    assert await shop.amounts(sale) == [10_000, -10_000]


async def test_a_period_starts_at_zero(shop: Shop) -> None:
    await shop.plan(component(period="month"))
    partner = await shop.partner()
    await shop.win(partner, NINETY, on=date(2026, 3, 31))

    april = await shop.win(partner, THIRTY, on=date(2026, 4, 1))

    assert await shop.amounts(april) == [150_000]


async def test_a_cap_is_the_most_a_component_credits_in_its_period(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT, cap=150_000))
    partner = await shop.partner()

    amounts = [await shop.amounts(await shop.win(partner, 1_000_000, hour=hour)) for hour in (8, 9, 10)]

    assert amounts == [[100_000], [50_000], []]


async def test_every_matching_component_pays(shop: Shop) -> None:
    await shop.plan(
        component(code="all", bands=FLAT),
        component(code="led", bands=FLAT, condition="deal.from_lead"),
        component(code="big", bands=FLAT, condition="deal.amount > 10000000"),
        component(code="gold", bands=FLAT, condition='partner.tier == "gold"'),
    )
    partner = await shop.partner(tier="gold", since=date(2026, 1, 1))

    sale = await shop.win(partner, 1_000, lead_id="lead_01h455vb4pex5vsknk084sn02q")

    assert sorted(each["rule"] for each in await shop.earned(sale)) == ["all", "gold", "led"]


async def test_the_narrowest_assignment_stands(shop: Shop) -> None:
    partner = await shop.partner(tier="gold", since=date(2026, 1, 1))
    other = await shop.partner(tier="gold", since=date(2026, 1, 1))
    nobody = await shop.partner()
    for rate, target in (
        ("0.01", {"level": "all"}),
        ("0.02", {"level": "tier", "tier": "gold"}),
        ("0.03", {"level": "partner", "partner_id": partner.partner_id}),
    ):
        await shop.plan(component(bands=[{"from": 0, "to": None, "rate": rate}]), **target)

    assert [await shop.amounts(await shop.win(each, 10_000)) for each in (partner, other, nobody)] == [
        [300],
        [200],
        [100],
    ]


async def test_a_sale_in_another_currency_waits_for_its_rate_and_keeps_it(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    partner = await shop.partner()
    sale = await shop.win(partner, 1_000_000, "JPY")
    waiting = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id)
    assert (waiting["outcome"], waiting["reasons"][0]["code"]) == ("waiting", "no_exchange_rate")

    rate = {"base": "JPY", "quote": "EUR", "rate": "0.0061", "effective_on": "2026-03-01"}
    await shop.succeed("/v1/exchange-rates", rate)
    await shop.tenant.system.settle()
    await shop.succeed("/v1/exchange-rates", {**rate, "rate": "0.5", "effective_on": "2026-03-02"})
    await shop.tenant.system.settle()
    await shop.take_back(sale)

    assert await shop.amounts(sale) == [61_000, -61_000]


@pytest.mark.parametrize(
    ("currency", "amount", "earned"), [("JPY", 105, 10), ("JPY", 115, 12), ("KWD", 1_005, 100), ("EUR", 1_015, 102)]
)
async def test_money_is_rounded_once_half_even_in_its_own_minor_unit(
    shop: Shop, currency: str, amount: int, earned: int
) -> None:
    await shop.plan(component(bands=FLAT), currency=currency)
    partner = await shop.partner()

    sale = await shop.win(partner, amount, currency)

    assert (await shop.earned(sale))[0]["amount"] == {"amount": earned, "currency": currency}


async def test_earnings_of_a_suspended_partner_are_held_until_it_is_reinstated(shop: Shop) -> None:
    await shop.plan()
    partner = await shop.partner()
    early = await shop.win(partner, THIRTY)

    await shop.tell(partner.partner_id, status="suspended")
    late = await shop.win(partner, THIRTY, hour=15)
    statuses = [each["status"] for sale in (early, late) for each in await shop.earned(sale)]
    held = await shop.balance("holdback_liability")
    refused = await shop.vendor.post(
        "/v1/statements", {"partner_id": partner.partner_id, "period": {"from": "2026-03-01", "to": "2026-04-01"}}
    )
    await shop.tell(partner.partner_id, status="active")

    assert statuses == ["held", "held"]
    assert (held, refused.problem) == (300_000, "nothing_to_state")
    assert [each["status"] for each in await shop.earned()] == ["accrued", "accrued"]
    assert (await shop.balance("holdback_liability"), await shop.balance("accrued_liability")) == (0, 300_000)
