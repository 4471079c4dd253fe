"""What customers give back to a distributor: reported as less than nothing, taken back from whoever was credited."""

from typing import Any

import pytest

from services.deals.sell_out.rules import Kept, faults_of_line, given_back_of
from tests.deals.make import World, events_of, submits, world
from tests.deals.selling_out import SOMEBODY, report, reports, sold
from tests.system import Client, Tenant

SALES = [Kept("new", 2), Kept("gone", 0), Kept("old", 5)]


@pytest.mark.parametrize(
    ("pieces", "found"),
    [(1, {"new": 1}), (2, {"new": 2}), (6, {"new": 2, "old": 4}), (7, {"new": 2, "old": 5}), (8, None)],
)
def test_the_last_sold_come_back_first_and_never_more_than_was_sold(pieces: int, found: dict[str, int] | None):
    parts = given_back_of(SALES, pieces=pieces)

    assert (None if parts is None else {sale.id: part for sale, part in parts}) == found


@pytest.mark.parametrize(
    ("quantity", "returned_line", "codes"),
    [(1, None, []), (-1, None, []), (-1, "L-1", []), (0, None, ["no_pieces"]), (1, "L-1", ["not_a_return"])],
)
def test_a_line_is_of_pieces_and_only_a_return_names_another(
    quantity: int, returned_line: str | None, codes: list[str]
):
    assert [each.code for each in faults_of_line(quantity, returned_line=returned_line, pointer="/lines/0")] == codes


async def counted(client: Client) -> list[tuple[int, int, int]]:
    """Pieces that count for deals, pieces and minor units that came back of them."""
    rows = (await client.get("/v1/order-matches", source="pos_line", sort="created_at"))["data"]
    return [(each["quantity"], each["returned_quantity"], each["returned"]["amount"]) for each in rows]


async def matches(place: World, **query: Any) -> list[tuple[str, str]]:
    """The state of what lines were matched to, and why, oldest first."""
    rows = (await place.vendor.get("/v1/pos-matches", sort="created_at", **query))["data"]
    return [(each["status"], each["reason"]) for each in rows]


async def test_what_is_given_back_is_taken_back_from_whoever_was_credited_at_the_price_it_was_sold_at(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)

    batch = await reports(place, distributor, sold(place, 2, quantity=-2, unit_price=1), sold(place, 1))

    assert (batch["status"], batch["quantity"]) == ("matched", 1)
    assert await counted(seller) == [(3, 2, 5_000)]
    [(event)] = await events_of(place, "order.returned.v1")
    assert (event["deal_id"], event["quantity"], event["net"]["amount"]) == (deal["id"], 2, 5_000)
    lines = (await distributor.get("/v1/pos-lines"))["data"]
    assert event["return_id"] in {each["id"] for each in lines if each["quantity"] < 0}
    assert {each["version"] for each in lines} == {1}
    gap = await place.vendor.get("/v1/orders/channel-gap")
    assert [(each["sku"], each["sell_out"]) for each in gap["articles"]] == [("GX-100", 1)]
    again = await reports(place, distributor, sold(place, 2, quantity=-2, unit_price=1))
    assert (again["repeated_count"], await counted(seller)) == (1, [(3, 2, 5_000)])


async def test_a_return_that_is_reported_before_its_sale_waits_for_it(tenant: Tenant):
    place = await world(tenant)
    seller, distributor, other = [await place.partner() for _ in range(3)]
    await submits(seller)
    await reports(place, distributor, sold(place, 2, quantity=-1))
    await reports(place, other, sold(place, 1))
    waiting = await matches(place, partner_id=distributor.partner_id)

    await reports(place, distributor, sold(place, 1))

    assert waiting == [("unmatched", "no_sale_left")]
    assert await matches(place, partner_id=distributor.partner_id) == [
        ("matched", "sale_found"),
        ("matched", "close_enough"),
    ]
    assert await counted(seller) == [(3, 0, 0), (3, 1, 2_500)]


async def test_a_return_names_its_line_or_its_deal_or_is_of_the_same_customer(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    named = {"deal_id": deal["id"]}
    await reports(place, distributor, sold(place, 1), sold(place, 2, **named))

    await reports(
        place,
        distributor,
        sold(place, 3, quantity=-1, customer=SOMEBODY, returned_line="L-1"),
        sold(place, 4, quantity=-2, **named),
        sold(place, 5, quantity=-1, customer={"name": "Nobody", "country": "US"}),
        sold(place, 6, quantity=-9, returned_line="L-1"),
    )

    assert sorted(await counted(seller)) == [(3, 1, 2_500), (3, 2, 5_000)]
    assert sorted(await matches(place))[-2:] == [("unmatched", "no_sale_left")] * 2


async def test_a_person_takes_back_from_a_deal_what_found_no_sale_by_itself(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    await reports(place, distributor, sold(place, 1))
    await reports(place, distributor, *(sold(place, 2 + n, quantity=-2, customer=SOMEBODY) for n in range(2)))
    rows = (await place.vendor.get("/v1/pos-matches", status="unmatched"))["data"]

    answers = [
        await place.vendor.act(f"/v1/pos-matches/{each['id']}", "match", {"deal_id": deal["id"]}) for each in rows
    ]

    assert (answers[0]["status"], answers[0]["deals"]) == ("matched", [{"deal_id": deal["id"], "quantity": -2}])
    assert [(each["pointer"], each["code"]) for each in answers[1].json["errors"]] == [("/deal_id", "exceeds_sold")]
    assert await counted(seller) == [(3, 2, 5_000)]


async def test_what_came_back_before_the_deal_of_a_sale_was_found_never_counts(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    unknown = {"customer": SOMEBODY}
    await reports(place, distributor, sold(place, 1, **unknown), sold(place, 2, **unknown))
    (_, second) = (await place.vendor.get("/v1/pos-matches", sort="created_at"))["data"]
    lines = {each["id"]: each["source_line"] for each in (await distributor.get("/v1/pos-lines"))["data"]}
    kept = {"L-1": "L-2", "L-2": "L-1"}[lines[second["pos_line_id"]]]
    await reports(
        place,
        distributor,
        sold(place, 3, quantity=-1, returned_line=lines[second["pos_line_id"]], **unknown),
        sold(place, 4, quantity=-3, returned_line=kept, **unknown),
    )

    matched = await place.vendor.act(f"/v1/pos-matches/{second['id']}", "match", {"deal_id": deal["id"]})

    assert matched["deals"] == [{"deal_id": deal["id"], "quantity": 2}]
    assert await counted(seller) == [(2, 0, 0)]
    assert sorted(await matches(place))[-1] == ("rejected", "given_back")


async def test_a_line_of_no_pieces_is_refused(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()

    refused = await distributor.post(
        "/v1/pos-batches", report(place, sold(place, quantity=0), sold(place, 2, returned_line="L-1"))
    )

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/lines/0/quantity", "no_pieces"),
        ("/lines/1/returned_line", "not_a_return"),
    ]
