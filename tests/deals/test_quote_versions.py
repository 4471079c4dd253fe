"""The next version of a quote: begun whatever has happened to what is in it, and good in place of the one before."""

import asyncio

import pytest

from services.deals.quotes.rules import products_of
from tests.deals.make import World, world
from tests.deals.test_price_lists import day, euros, publishes
from tests.deals.test_products import sells
from tests.deals.test_quotes import issues, path_of
from tests.system import Tenant


@pytest.fixture
async def place(tenant: Tenant) -> World:
    made = await world(tenant)
    await sells(made)
    await publishes(made, entries=[{"sku": "CL-100", "price": euros(949)}], name="Prices")
    return made


def test_lines_are_made_of_their_products():
    lines = [{"products": [{"sku": "A", "quantity": 1}]}, {"products": [{"sku": "B"}, {"sku": "A"}]}]
    assert products_of(lines) == {"A", "B"}


async def test_a_quote_with_what_is_not_sold_any_more_is_revised_and_issued_without_it(place: World):
    seller = await place.partner()
    product = (await place.vendor.get("/v1/products"))["data"][0]
    declined = await seller.act(path_of(await issues(seller)), "decline", {"reason": "Too dear."})
    ends = {"end_of_sale_on": day(place, 2)}
    await place.vendor.patch(f"/v1/products/{product['id']}", ends, if_match="*")
    await place.tenant.advance(days=3)

    begun = await seller.act(path_of(declined), "revise")
    issued = await seller.act(path_of(begun), "issue")
    lines = [{"sku": "CL-100", "quantity": 5}]
    changed = await seller.patch(path_of(begun), {"lines": lines}, if_match="*")

    assert (begun.status, begun["status"], begun["number"]) == (200, "draft", "Q-000001/2")
    assert [begun[name] for name in ("lines", "net")] == [declined[name] for name in ("lines", "net")]
    assert begun["end_of_sale_on"] == ends["end_of_sale_on"]
    for refused in (issued, changed):
        assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/lines/0/sku", "no_longer_sold")]


async def test_whoever_issues_the_next_version_holds_the_one_before_first(place: World):
    seller = await place.partner()
    first = await issues(seller)
    second = await seller.act(path_of(first), "revise")
    desk = place.tenant.system.superuser
    async with desk.transaction():
        await desk.execute("SELECT FROM deals.quotes WHERE id = $1 FOR UPDATE", first["id"])
        issuing = asyncio.create_task(seller.act(path_of(second), "issue"))
        while not await desk.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.wait([issuing], timeout=0)

        free = await desk.fetch("SELECT FROM deals.quotes WHERE id = $1 FOR UPDATE SKIP LOCKED", second["id"])

    assert len(free) == 1, "as whoever accepts the one before does, who then gives up its next version"
    assert (await issuing)["status"] == "issued"
    assert (await seller.act(path_of(first), "accept")).problem == "invalid_transition"
