"""Quotes: priced step by step, fixed when they are issued, and one version good at a time."""

import asyncio
from typing import Any

import pytest

from services.deals.quotes.queries import accepted_quote
from services.deals.quotes.rules import AcceptedLine, net_by_period
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.deals.make import World, events_of, submits, world
from tests.deals.test_price_lists import day, euros, publishes
from tests.deals.test_price_promotions import promotes
from tests.deals.test_products import sells
from tests.system import Client, Response, Tenant

GLOBEX = {"name": "Globex AG", "country": "DE"}


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    entry = {"sku": "CL-100", "price": euros(999), "breaks": [{"from_quantity": 10, "price": euros(949)}]}
    await publishes(made, entries=[entry], name="Prices")
    return made


async def drafts(caller: Client, quantity: int = 10, **fields: Any) -> Response:
    body = {
        "customer": GLOBEX,
        "currency": "EUR",
        "lines": [{"sku": "CL-100", "quantity": quantity, "note": "By March"}],
        **fields,
    }
    made = await caller.post("/v1/quotes", body)
    assert made.status == 201, made.json
    return made


def path_of(quote: Response) -> str:
    return f"/v1/quotes/{quote['id']}"


async def issues(caller: Client, **fields: Any) -> Response:
    return await caller.act(path_of(await drafts(caller, **fields)), "issue")


async def test_each_price_is_explained_and_the_sum_is_that_of_the_lines(place: World):
    seller = await place.partner()
    await promotes(place, "spring", percent="0.10")
    tax = {"label": "VAT 19 %", "amount": euros(1_623)}

    quote = await drafts(seller, tax=tax, terms="30 days net.", lines=[
        {"sku": "CL-100", "quantity": 10},
        {"sku": "CL-100", "quantity": 1},
    ])  # fmt: skip

    first, second = quote["lines"]
    assert [(each["kind"], each["amount"]["amount"]) for each in first["steps"]] == [
        ("list", 9_990),
        ("break", -500),
        ("promotion", -949),
    ]
    assert (first["net"], second["net"]) == (euros(8_541), euros(899))
    assert quote["net"] == euros(8_541 + 899)
    assert quote["total"] == euros(8_541 + 899 + 1_623)
    assert (quote["status"], quote["number"], quote["valid_until"]) == ("draft", None, None)
    assert first["products"] == [{"sku": "CL-100", "quantity": 1}]


async def test_without_a_tax_none_is_named_and_there_is_no_total(place: World):
    quote = await drafts(await place.partner())

    assert (quote["tax"], quote["total"]) == (None, None)


async def test_an_issued_quote_keeps_its_prices_until_it_expires(place: World):
    seller = await place.partner()
    issued = await issues(seller)
    again = await issues(seller)
    await publishes(place, entries=[{"sku": "CL-100", "price": euros(2_000)}])

    kept = await seller.act(path_of(issued), "accept")
    dearer = await issues(seller)

    assert (issued["net"], kept["net"], dearer["net"]) == (euros(9_490), euros(9_490), euros(20_000))
    assert (await seller.patch(path_of(again), {"terms": "x"}, if_match="*")).problem == "invalid_transition"
    await place.tenant.advance(days=31)
    assert (await seller.get(path_of(again)))["status"] == "expired"
    assert (await seller.act(path_of(again), "accept")).problem == "invalid_transition"
    assert len(await events_of(place, "quote.expired.v1")) == 2
    (told,) = await events_of(place, "quote.accepted.v1")
    assert (told["quote_id"], told["net"]) == (issued["id"], euros(9_490))


async def test_numbers_have_no_gap_also_when_issuing_fails_or_many_issue_at_once(place: World):
    sellers = [await place.partner() for _ in range(3)]
    made = [(seller, await drafts(seller)) for seller in sellers for _ in range(2)]
    await place.tells_of(sellers[0].partner_id, status="suspended")

    answers = await asyncio.gather(*(seller.act(path_of(quote), "issue") for seller, quote in made))
    await place.tells_of(sellers[0].partner_id, status="active")
    late = await sellers[0].act(path_of(made[0][1]), "issue")

    numbers = sorted(each["number"] for each in answers if each.status == 200)
    assert {each.problem for each in answers} == {None, "partner_not_active"}
    assert [*numbers, late["number"]] == [f"Q-{number:06d}" for number in range(1, 6)]


async def test_a_new_version_supersedes_the_one_before_once_it_is_issued(place: World):
    seller = await place.partner()
    first = await issues(seller)

    second = await seller.act(path_of(first), "revise")
    twice = await seller.act(path_of(first), "revise")
    assert (second["status"], second["number"], second["supersedes_id"]) == ("draft", "Q-000001/2", first["id"])
    assert (await seller.get(path_of(first)))["status"] == "issued"
    assert twice.problem == "already_exists"
    lines = [{"sku": "CL-100", "quantity": 1}]
    changed = await seller.patch(
        path_of(second), {"lines": lines, "customer": {"name": "东方 Кфт. Őrség"}}, if_match="*"
    )
    issued = await seller.act(path_of(second), "issue")

    assert (changed["net"], changed["customer"]) == (euros(999), {"name": "东方 Кфт. Őrség", "country": None})
    assert (issued["number"], issued["revision"]) == ("Q-000001/2", 2)
    for quote in (first, second):
        found = await seller.get("/v1/quotes", number=issued["number"] if quote is second else first["number"])
        assert [each["id"] for each in found["data"]] == [quote["id"]]
    old = await seller.get(path_of(first))
    assert (old["status"], old["net"]) == ("superseded", euros(9_490))
    assert (await seller.act(path_of(first), "accept")).problem == "invalid_transition"
    (told,) = await events_of(place, "quote.superseded.v1")
    assert (told["quote_id"], told["number"], told["superseded_by"]) == (first["id"], "Q-000001", second["id"])


async def test_a_version_is_given_up_when_the_one_before_is_accepted(place: World):
    seller = await place.partner()
    first = await issues(seller)
    second = await seller.act(path_of(first), "revise")

    await seller.act(path_of(first), "accept")

    given_up = await seller.get(path_of(second))
    assert (given_up["status"], given_up["allowed_actions"]) == ("superseded", [])
    assert (await seller.act(path_of(second), "issue")).problem == "invalid_transition"
    (told,) = await events_of(place, "quote.superseded.v1")
    assert (told["quote_id"], told["superseded_by"]) == (second["id"], first["id"])


async def test_a_declined_quote_says_why_and_can_be_revised(place: World):
    seller = await place.partner()
    declined = await seller.act(path_of(await issues(seller)), "decline", {"reason": "Too dear."})

    assert (declined["status"], declined["decline_reason"]) == ("declined", "Too dear.")
    second = await seller.act(path_of(declined), "revise")
    assert second["status"] == "draft"
    assert (await seller.act(path_of(second), "issue"))["status"] == "issued"
    assert (await seller.get(path_of(declined)))["status"] == "declined"
    assert (await seller.get("/v1/quotes/count", status="declined"))["count"] == 1
    assert await events_of(place, "quote.superseded.v1") == []


@pytest.mark.parametrize(("currency", "unit", "net"), [("JPY", 333, 899), ("KWD", 12_345, 33_332), ("EUR", 333, 899)])
async def test_rounding_is_to_the_minor_unit_of_the_currency(tenant: Tenant, currency: str, unit: int, net: int):
    place = await world(tenant)
    await sells(place)
    price = {"amount": unit, "currency": currency}
    await publishes(place, currency=currency, entries=[{"sku": "CL-100", "price": price}])
    await promotes(place, "odd", percent="0.1")

    quote = await drafts(await place.partner(), 3, currency=currency)

    assert quote["net"] == {"amount": net, "currency": currency}
    assert sum(each["amount"]["amount"] for each in quote["lines"][0]["steps"]) == net


async def test_a_price_below_the_floor_needs_a_special_price(place: World):
    seller = await place.partner()
    await publishes(place, entries=[{"sku": "CL-100", "price": euros(999), "floor_price": euros(900)}])
    await promotes(place, "deep", percent="0.5")
    draft = await drafts(seller, 1)

    refused = await seller.act(path_of(draft), "issue")

    assert refused.problem == "needs_special_price"


@pytest.mark.parametrize(
    ("periods", "sums"),
    [((None, None), {None: 3}), (("year", None, "month"), {None: 2, "month": 4, "year": 1}), ((), {})],
)
def test_what_is_charged_as_often_is_added_up(periods: tuple[str | None, ...], sums: dict[str | None, int]):
    lines = [{"charge_period": each, "net": euros(1 << place)} for place, each in enumerate(periods)]

    assert list(net_by_period(lines).items()) == list(sums.items())


async def test_a_quote_says_what_is_charged_how_often(place: World):
    seller = await place.partner()
    await sells(place, "SEAT", charge="recurring", charge_period="month")
    sets = {"MIXED": ("CL-100", "SEAT"), "SEATS": ("SEAT",)}
    for sku, parts in sets.items():
        body = {"sku": sku, "name": sku, "components": [{"sku": each, "quantity": 1} for each in parts]}
        assert (await place.vendor.post("/v1/bundles", body)).status == 201
    prices = {"CL-100": 10_000, "SEAT": 10_000, "MIXED": 500, "SEATS": 70}
    await publishes(place, entries=[{"sku": sku, "price": euros(price)} for sku, price in prices.items()])

    lines = [{"sku": sku, "quantity": 2 if sku == "SEAT" else 1} for sku in prices]
    quote = await issues(seller, lines=lines, locale="de")

    assert [each["charge_period"] for each in quote["lines"]] == [None, "month", None, "month"]
    assert quote["net_by_period"] == [
        {"charge_period": None, "net": euros(10_500)},
        {"charge_period": "month", "net": euros(20_070)},
    ]
    assert quote["net"] == euros(30_570)


async def test_a_quote_is_for_the_customer_of_its_deal(place: World):
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)

    quote = await drafts(seller, deal_id=deal["id"], customer=None)
    theirs = await rival.post(
        "/v1/quotes", {"deal_id": deal["id"], "currency": "EUR", "lines": [{"sku": "CL-100", "quantity": 1}]}
    )
    nobodys = await seller.post("/v1/quotes", {"currency": "EUR", "lines": [{"sku": "CL-100", "quantity": 1}]})

    assert quote["customer"] == {"name": deal["customer"]["name"], "country": "US"}
    assert theirs["errors"][0]["code"] == "unknown_deal"
    assert nobodys["errors"][0]["code"] == "required"
    assert (await rival.get(path_of(quote))).problem == "not_found"
    assert (await rival.act(path_of(quote), "issue")).problem == "not_found"


async def test_the_end_of_a_products_sale_warns_open_quotes_and_deals_that_have_it(place: World):
    seller, other = await place.partner(), await place.partner()
    deal = await submits(seller)
    product = (await place.vendor.get("/v1/products"))["data"][0]
    bundle = {"sku": "SET", "name": "Set", "components": [{"sku": "CL-100", "quantity": 2}]}
    await place.vendor.post("/v1/bundles", bundle)
    await publishes(place, entries=[{"sku": sku, "price": euros(50)} for sku in ("CL-100", "SET")])
    warned = await drafts(seller, deal_id=deal["id"])
    within = await issues(other, lines=[{"sku": "SET", "quantity": 1}])
    closed = await seller.act(path_of(await issues(seller)), "accept")

    ends = {"end_of_sale_on": day(place, 9)}
    await place.vendor.patch(f"/v1/products/{product['id']}", ends, if_match="*")
    await place.tenant.system.settle()

    for caller, quote in ((seller, warned), (other, within)):
        assert (await caller.get(path_of(quote)))["end_of_sale_on"] == day(place, 9)
    assert (await seller.get(path_of(closed)))["end_of_sale_on"] is None
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["end_of_sale_on"] == day(place, 9)
    told = await events_of(place, "quote.product_ending.v1")
    assert {each["quote_id"] for each in told} == {warned["id"], within["id"]}
    assert [each["deal_id"] for each in await events_of(place, "deal.product_ending.v1")] == [deal["id"]]
    path, late = f"/v1/deals/{deal['id']}", await drafts(seller, deal_id=deal["id"])
    assert late["end_of_sale_on"] == day(place, 9), "what is announced already is said of what is drafted afterwards"
    for ends_on in (day(place, 12), None, day(place, 9)):
        await place.vendor.patch(f"/v1/products/{product['id']}", {"end_of_sale_on": ends_on}, if_match="*")
        await place.tenant.system.settle()
        for seen in (path_of(warned), path_of(late), path):
            assert (await seller.get(seen))["end_of_sale_on"] == ends_on
    await place.tenant.advance(days=10)
    assert (await seller.act(path_of(warned), "issue"))["errors"][0]["code"] == "no_longer_sold"
    assert (await other.act(path_of(within), "accept"))["status"] == "accepted"


async def test_orders_read_an_accepted_quote_as_it_was_accepted(place: World):
    seller = await place.partner()
    issued = await issues(seller)
    await seller.act(path_of(issued), "accept")
    caller = system_caller(place.tenant.id, mode="test")

    async with transaction(
        place.database, caller=caller, viewer="*", now=place.tenant.now(), action="order", engine=True
    ) as tx:
        found = await accepted_quote(tx, issued["id"])

    assert (found.number, found.partner_id, found.net) == ("Q-000001", seller.partner_id, 9_490)
    assert found.lines == (AcceptedLine("CL-100", "Cloud CL-100", 10, 9_490, {"CL-100": 1}),)
