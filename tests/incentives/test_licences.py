"""Components that are paid from licences: each recurring invoice earns once, and what is not served of it goes back."""

import random
from datetime import date, timedelta
from typing import Any

import pytest

from services.incentives.plans.rules import taken_back
from shared.events.catalog.licences import LicenceInvoiced
from shared.values.basis_points import WHOLE
from tests.deals.make import submits, world
from tests.deals.test_licences import invoice, licensed
from tests.incentives.make import FLAT, Shop, component
from tests.system import Client

RECURRING = component(source="licences", code="recurring", bands=FLAT)


async def why(shop: Shop, invoice: LicenceInvoiced, *, by: Client | None = None) -> Any:
    """Why an invoice has earned what it has."""
    answer = await (by or shop.vendor).get("/v1/licence-explanations", licence_invoice_id=invoice.invoice_id)
    assert answer.status == 200, answer.body
    return answer


@pytest.mark.parametrize(
    ("earned", "invoiced", "unserved", "taken"),
    [
        (1_000, 10_000, 10_000, -1_000),
        (1_000, 10_000, 2_500, -250),
        (25, 100, 50, -12),
        (75, 100, 50, -38),
        (1, 3_000, 1_499, 0),
        (0, 3_000, 1_500, 0),
    ],
)
def test_exactly_the_share_that_was_not_served_goes_back(earned: int, invoiced: int, unserved: int, taken: int) -> None:
    assert taken_back(earned, sold=invoiced, returned_before=0, returned=unserved) == taken


async def test_each_invoice_earns_once_by_components_of_licences_and_names_its_licence(shop: Shop) -> None:
    await shop.plan(component(code="won", bands=FLAT), component(source="orders", code="delivered"), RECURRING)
    partner, rival = await shop.partner(), await shop.partner()
    first = shop.invoiced(partner, 10_001)
    second = shop.invoiced(partner, 20_000, licence=first.licence_id, on=date(2026, 3, 20))
    third = shop.invoiced(partner, 30_000)

    for event in (first, second, first, third, first):
        await shop.deliver(event)

    lines = [
        (each["rule"], each["deal_id"], each["match_id"], each["licence_invoice_id"], each["amount"]["amount"])
        for each in await shop.earned(licence_id=first.licence_id)
    ]
    assert lines == [
        ("recurring", None, None, each.invoice_id, amount) for each, amount in ((first, 1_000), (second, 2_000))
    ]
    [earned] = await shop.earned(client=partner, licence_invoice_id=first.invoice_id)
    told = await partner.get(f"/v1/earnings/{earned['id']}/explanation")
    assert (told["event"]["type"], told["basis"]["kind"], told["licence_id"]) == (
        "licence_invoice",
        "invoice",
        first.licence_id,
    )
    assert told["text"]["en"].startswith(
        f"Invoice {first.invoice_id} of licence {first.licence_id} was issued on 2026-03-10: 100.01 EUR."
    )
    of_invoice = await why(shop, first)
    assert [each["reason"] for each in of_invoice["rules"]] == ["paid_from_deals", "paid_from_orders", "unconditional"]
    assert (of_invoice["licence_id"], of_invoice["deal_id"], of_invoice["text"]["en"]) == (
        first.licence_id,
        None,
        "The invoice has earned 10.00 EUR.",
    )
    assert (await why(shop, first, by=rival))["reasons"] == (await why(shop, shop.invoiced(partner, 1)))["reasons"]
    assert (await why(shop, first, by=rival))["outcome"] == "not_invoiced"
    assert await shop.earned(client=rival, licence_id=first.licence_id) == []
    unnamed = await shop.vendor.get("/v1/licence-explanations", licence_invoice_id="x")
    assert unnamed.problem == "invalid_parameter"


async def test_a_statement_names_licences_and_what_was_paid_is_netted_with_the_next(shop: Shop) -> None:
    await shop.plan(RECURRING)
    partner = await shop.partner()
    bill = shop.invoiced(partner, 9_995)
    await shop.deliver(bill)
    statement = await shop.statement(partner)
    assert (await shop.pay(statement))["status"] == "paid"

    await shop.deliver(shop.unserved(bill, 5_000, on=date(2026, 3, 25)))

    (line,) = (await partner.get(f"/v1/statements/{statement['id']}/lines"))["data"]
    assert (line["deal_id"], line["licence_id"], line["licence_invoice_id"]) == (None, bill.licence_id, bill.invoice_id)
    commission, clawback = await shop.earned(licence_invoice_id=bill.invoice_id)
    assert (commission["status"], clawback["kind"], clawback["reverses"]) == ("paid", "clawback", commission["id"])
    assert (commission["amount"]["amount"], clawback["amount"]["amount"]) == (1_000, -500)
    assert await shop.balance("clawback_receivable") == -500
    told = await shop.vendor.get(f"/v1/earnings/{clawback['id']}/explanation")
    assert told["share"] == {"returned": 5_000, "sold": 9_995, "original": 1_000}
    assert "is in part or whole for days that are not served, by the cancellation on 2026-03-25" in told["text"]["en"]
    await shop.deliver(shop.invoiced(partner, 20_000, on=date(2026, 3, 30)))
    assert (await shop.statement(partner))["total"]["amount"] == 1_500


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
async def test_any_order_and_repetition_of_invoices_cancellation_and_splits_ends_in_the_same_earnings(
    shop: Shop, mode: str
) -> None:
    await shop.plan(component(source="licences", mode=mode))
    histories: list[Any] = []
    for seed in range(3):
        one, other = await shop.partner(), await shop.partner()
        deal = shop.sale(one, 1, on=date(2026, 3, 1))
        bills = [
            shop.invoiced(one, amount, on=date(2026, 3, day), deal=deal)
            for day, amount in ((2, 7_000_001), (5, 4_999_999), (9, 345_679))
        ]
        alone = shop.invoiced(one, 100_003, on=date(2026, 3, 10))
        events = [
            deal,
            *bills,
            alone,
            shop.split(deal, (one, 3_333), (other, 6_667)),
            shop.split(deal, (one, WHOLE, None, date(2026, 3, 4)), (other, WHOLE, date(2026, 3, 4), None), number=2),
            shop.unserved(bills[0], 1_000_001, on=date(2026, 3, 20)),
            shop.unserved(bills[1], 4_999_999, on=date(2026, 3, 1)),
            shop.unserved(alone, 33_333, on=date(2026, 3, 20)),
        ]
        if seed:
            events = [*events, *events]
            random.Random(f"{mode}{seed}").shuffle(events)
        for event in events:
            await shop.deliver(event)
        place = {each.invoice_id: number for number, each in enumerate((*bills, alone))}
        sums: dict[Any, int] = {}
        for line in [line for each in (one, other) for line in await shop.earned(partner_id=str(each.partner_id))]:
            key = (line["partner_id"] == one.partner_id, place[line["licence_invoice_id"]])
            sums[key] = sums.get(key, 0) + line["amount"]["amount"]
        histories.append({key: amount for key, amount in sums.items() if amount})

    assert histories[0] == histories[1] == histories[2]
    assert histories[0].keys() == {(True, 0), (False, 2), (True, 3)}
    assert all(amount > 0 for amount in histories[0].values())
    assert (await shop.vendor.get("/v1/ledger/trial-balance"))["balanced"]


async def test_conditions_are_about_what_was_invoiced_and_the_plan_is_that_of_its_day(shop: Shop) -> None:
    by_sku = component(
        source="licences", code="sku", bands=FLAT, condition='deal.sku == "GX-200" && deal.product_family == "erp"'
    )
    plan = await shop.plan(by_sku)
    paid = component(source="licences", code="paid", bands=FLAT, condition='licence.kind == "commercial"')
    await shop.publish(plan, by_sku, paid, since="2026-03-11")
    partner = await shop.partner()

    late = date(2026, 3, 11)
    bills = [
        shop.invoiced(partner, 1_000, sku="GX-200"),
        shop.invoiced(partner, 2_000),
        shop.invoiced(partner, 3_000, on=late),
        shop.invoiced(partner, 4_000, kind="nfr", on=late),
        shop.invoiced(partner, 5_000, kind=None, on=late),
    ]
    for event in bills:
        await shop.deliver(event)

    assert [(each["rule"], each["amount"]["amount"]) for each in await shop.earned()] == [("sku", 100), ("paid", 300)]
    unsaid = await why(shop, bills[-1])
    assert [each["reason"] for each in unsaid["rules"]] == ["condition_false", "condition_unreadable"]


async def test_a_first_term_and_those_that_follow_are_paid_by_components_of_their_own(shop: Shop) -> None:
    first = component(source="licences", code="first", bands=FLAT, condition="!licence.is_renewal")
    renewal = component(
        source="licences",
        code="renewal",
        bands=[{"from": 0, "to": None, "rate": "0.05"}],
        condition="licence.term_no > 1",
    )
    await shop.plan(first, renewal)
    partner = await shop.partner()

    bills = [shop.invoiced(partner, 1_000 * (term or 9), term=term) for term in (1, 2, 5, None)]
    for event in bills:
        await shop.deliver(event)

    earned = [(each["rule"], each["amount"]["amount"]) for each in await shop.earned()]
    assert sorted(earned) == [("first", 100), ("renewal", 100), ("renewal", 250)]
    assert {each["reason"] for each in (await why(shop, bills[-1]))["rules"]} == {"condition_unreadable"}


async def test_an_invoice_in_another_currency_waits_for_its_rate_and_goes_back_at_it(shop: Shop) -> None:
    await shop.plan(RECURRING)
    partner = await shop.partner()
    bill = shop.invoiced(partner, 10_000, "USD")
    for event in (shop.unserved(bill, 5_000), bill):
        await shop.deliver(event)
    waits = await why(shop, bill)
    assert (waits["outcome"], waits["text"]["en"].split(".")[0]) == ("waiting", "The invoice waits to be accrued")

    rate = {"base": "USD", "quote": "EUR", "rate": "0.5", "effective_on": "2026-03-01"}
    await shop.succeed("/v1/exchange-rates", rate)
    await shop.tenant.system.settle()

    assert await shop.amounts() == [500, -250]


@pytest.mark.parametrize("turns", [(0, 1), (1, 0)])
async def test_a_component_that_has_paid_a_deal_at_its_win_does_not_pay_its_invoices(
    shop: Shop, turns: tuple[int, int]
) -> None:
    plan = await shop.plan(component(bands=FLAT))
    await shop.publish(plan, component(source="licences", bands=FLAT), since="2026-03-05")
    partner = await shop.partner()
    sale = shop.sale(partner, 100_000, on=date(2026, 3, 1))
    events = [sale, shop.invoiced(partner, 30_000, deal=sale)]

    for turn in turns:
        await shop.deliver(events[turn])
    await shop.deliver(shop.invoiced(partner, 30_000))

    assert (sum(await shop.amounts(sale)), await shop.by_partner(partner)) == (10_000, [13_000])


async def test_a_deal_tells_what_the_invoices_of_its_licences_have_earned(shop: Shop) -> None:
    await shop.plan(RECURRING)
    partner, former = await shop.partner(), await shop.partner()
    sale = await shop.win(former, 100_000)
    # The partner of record of the licence is another one than the deal had.
    await shop.deliver(shop.invoiced(partner, 20_000, deal=sale))
    await shop.deliver(shop.invoiced(former, 10_000, deal=sale))

    told = await shop.vendor.get("/v1/explanations", deal_id=sale.deal_id)

    assert told["text"]["en"] == (
        "The deal earns nothing. The component is paid from the recurring invoices of the deal's licences, each by itself,"
        " and not from its win. Invoices of its licences have earned 10.00 EUR."
    )
    assert ([each["code"] for each in told["reasons"]], await shop.by_partner(partner)) == (
        ["paid_from_licences"],
        [2_000],
    )


async def test_a_licence_is_invoiced_stated_cancelled_and_clawed_back_through_the_api(shop: Shop) -> None:
    tenant = shop.tenant
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    for partner in (seller, rival):
        await shop.tell(partner.partner_id)
    await shop.plan({**RECURRING, "condition": 'licence.kind == "commercial" && deal.sku == "GX-100"'})
    deal = await submits(seller)
    licence = await licensed(place, seller, deal_id=deal["id"])
    path = f"/v1/licences/{licence['id']}"
    for number, start in (("I-1", 0), ("I-2", 30)):
        body = invoice(place, number, start=start, days=30, amount=3_005)
        assert (await place.vendor.act(path, "invoice", body)).status == 200
    await tenant.system.settle()
    today = place.today()
    period = {"from": f"{today}", "to": f"{today + timedelta(days=365)}"}
    stated = await shop.statement(seller, period=period)
    assert (stated["total"]["amount"], stated["line_count"]) == (600, 2)

    day = invoice(place, "", start=40, days=1, amount=1)["from"]
    assert (await place.vendor.act(path, "cancel", {"cancelled_on": day})).status == 200
    await tenant.system.settle()

    [_, second] = (await seller.get(f"{path}/invoices", sort="created_at"))["data"]
    lines = (await seller.get("/v1/earnings", licence_id=licence["id"], kind="clawback"))["data"]
    assert [(each["licence_invoice_id"], each["amount"]["amount"], each["earned_on"]) for each in lines] == [
        (second["id"], -200, day)
    ]
    assert lines[0]["deal_id"] == deal["id"]
    assert (await shop.statement(seller, period=period))["total"]["amount"] == -200
    assert await shop.earned(client=rival, licence_id=licence["id"]) == []
