"""Why an amount, and why nothing."""

from datetime import date
from typing import Any

import pytest

from tests.incentives.make import FLAT, Shop, component


async def explained(shop: Shop, sale: Any, kind: str = "commission") -> Any:
    earning = next(each for each in await shop.earned(sale) if each["kind"] == kind)
    answer = await shop.vendor.get(f"/v1/earnings/{earning['id']}/explanation")
    assert answer.status == 200, answer.body
    return answer.json


async def test_an_earning_explains_its_bands_rules_and_ledger(shop: Shop) -> None:
    await shop.plan(component(), component(code="crm", condition='deal.product_family == "crm"'))
    partner = await shop.partner(tier="gold", since=date(2026, 1, 1))
    await shop.win(partner, 9_000_000, hour=8)
    sale = await shop.win(partner, 3_000_000)

    why = await explained(shop, sale)

    assert why["event"]["amount"] == {"amount": 3_000_000, "currency": "EUR"}
    assert (why["bands"]["before"], why["bands"]["after"], why["bands"]["period"]) == ("9000000", "12000000", "2026-Q1")
    assert [(step["amount"], step["rate"], step["commission"]) for step in why["bands"]["steps"]] == [
        ("1000000", "0.05", "50000"),
        ("2000000", "0.08", "160000"),
    ]
    assert [(rule["component"], rule["outcome"], rule["reason"]) for rule in why["rules"]] == [
        ("base", "matched", "unconditional"),
        ("crm", "rejected", "condition_false"),
    ]
    assert why["rules"][1]["inputs"] == {"deal.product_family": "erp"}
    assert why["rounding"] == {"rule": "half_even", "exact": "210000", "rounded": 210_000}
    assert (why["plan"]["number"], why["plan"]["level"], why["partner"]["tier"]) == (1, "all", "gold")
    [posted] = why["ledger"]
    assert (posted["debit_account"], posted["credit_account"]) == ("incentive_expense", "accrued_liability")
    assert why["text"]["en"] == (
        f"Deal {sale.deal_id} was won on 2026-03-10: 30000.00 EUR. Plan Reseller 佣金 Jutalék, version 1, component base."
        " Attainment of 2026-Q1 goes from 90000.00 to 120000.00 EUR."
        " 10000.00 at 5 % gives 500.00; 20000.00 at 8 % gives 1600.00. Commission: 2100.00 EUR."
    )


async def test_a_true_up_and_a_clawback_explain_what_they_correct(shop: Shop) -> None:
    await shop.plan(component(mode="retroactive"))
    partner = await shop.partner()
    await shop.win(partner, 9_000_000, hour=8)
    sale = await shop.win(partner, 3_000_000)
    await shop.take_back(sale, 1_000_000)

    true_up = await explained(shop, sale, "true_up")
    clawback = await explained(shop, sale, "clawback")

    assert true_up["correction"] == {"because": "true_up", "credited_before": 450_000, "credited_now": 720_000}
    assert clawback["share"] == {"returned": 1_000_000, "sold": 3_000_000, "original": 510_000}
    assert (clawback["amount"]["amount"], clawback["bands"], clawback["event"]["type"]) == (-170_000, None, "return")
    assert "33.3333 % of it is taken back on its original terms" in clawback["text"]["en"]


async def test_a_converted_sale_explains_its_exchange_rate(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT))
    rate = {"base": "KWD", "quote": "EUR", "rate": "2.9871", "effective_on": "2026-03-01"}
    await shop.succeed("/v1/exchange-rates", rate)
    sale = await shop.win(await shop.partner(), 1_001, "KWD")

    why = await explained(shop, sale)

    assert (why["fx"]["rate"], why["fx"]["effective_on"], why["fx"]["converted"]) == (
        "2.9871",
        "2026-03-01",
        "299.00871",
    )
    assert why["rounding"] == {"rule": "half_even", "exact": "29.900871", "rounded": 30}
    assert "1.001 KWD" in why["text"]["en"]


@pytest.mark.parametrize(
    ("code", "target", "changes"),
    [
        ("no_plan", None, {}),
        ("no_tier", {"level": "tier", "tier": "gold"}, {}),
        ("outside_dates", {"effective_from": "2026-06-01"}, {}),
        ("condition_false", {}, {"condition": 'deal.country == "DE"'}),
        ("condition_unreadable", {}, {"condition": 'partner.tier == "gold"'}),
        ("below_minimum", {}, {"minimum": 1_000_001}),
    ],
)
async def test_why_nothing_has_a_reason(
    shop: Shop, code: str, target: dict[str, Any] | None, changes: dict[str, Any]
) -> None:
    if target is not None:
        await shop.plan(component(bands=FLAT, **changes), **target)
    partner = await shop.partner()
    sale = await shop.win(partner, 1_000_000)

    why = await partner.get("/v1/explanations", deal_id=sale.deal_id)

    assert (why["outcome"], [each["code"] for each in why["reasons"]], why["earnings"]) == ("nothing", [code], [])
    assert why["text"]["en"].startswith("The deal earns nothing. ")
    assert await shop.earned(sale) == []


async def test_a_deal_that_is_not_won_says_so(shop: Shop) -> None:
    why = await shop.vendor.get("/v1/explanations", deal_id="deal_01h455vb4pex5vsknk084sn02q")

    assert (why.status, why["outcome"], why["reasons"][0]["code"]) == (200, "not_won", "not_won")
    for asked in ({}, {"deal_id": ""}, {"deal_id": "a deal"}, {"deal_id": "lead_01h455vb4pex5vsknk084sn02q"}):
        assert (await shop.vendor.get("/v1/explanations", **asked)).problem == "invalid_parameter"


async def test_a_deal_says_what_it_has_earned(shop: Shop) -> None:
    await shop.plan(component(bands=FLAT), component(code="more", bands=FLAT))
    sale = await shop.win(await shop.partner(), 12_345)

    why = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id)

    assert (why["outcome"], why["reasons"]) == ("accrued", [])
    assert [each["amount"]["amount"] for each in why["earnings"]] == [1_234, 1_234]
    assert why["text"]["en"] == "The deal has earned 24.68 EUR."
