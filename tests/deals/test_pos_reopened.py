"""A wrong match is taken back to the queue, with all that it counted; a line that says something else is told of."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.deals.sell_out.rules import faults_of_repeated, is_final
from tests.deals.make import GLOBEX, events_of, submits, world
from tests.deals.selling_out import report, reports, sold
from tests.deals.test_pos_batches import queue
from tests.system import Tenant

LINE: dict[str, Any] = {"source_line": "1", "sold_on": date(2026, 5, 1), "product_family": "cloud", "quantity": 2}


@pytest.mark.parametrize(
    ("again", "wrong"),
    [({}, False), ({"product_family": None}, False), ({"product_family": "plus"}, True), ({"quantity": 7}, True)],
)
def test_a_line_that_comes_again_says_the_same(again: dict[str, Any], wrong: bool):
    line = LINE | again

    earlier = faults_of_repeated([line], {"1": LINE})
    within = faults_of_repeated([LINE, line], {})

    assert [each.pointer for each in earlier] == (["/lines/0/source_line"] if wrong else [])
    assert [each.code for each in within] == (["reported_otherwise"] if wrong else [])


@pytest.mark.parametrize(
    ("reason", "quantities", "final"),
    [
        ("close_enough", [3], False),
        ("decided_by_a_person", [], False),
        ("decided_by_a_person", [-2], True),
        ("sale_found", [], True),
        ("given_back", [], True),
    ],
)
def test_what_was_given_back_stays_so(reason: str, quantities: list[int], final: bool):
    assert is_final(reason, [{"deal_id": "deal_1", "quantity": each} for each in quantities]) == final


async def test_a_wrong_match_is_taken_back_whole_and_the_line_counts_anew_for_whom_it_was_sold(tenant: Tenant):
    place = await world(tenant)
    seller, other, distributor = [await place.partner() for _ in range(3)]
    deal = await submits(seller)
    right = await submits(other, {**GLOBEX, "name": "Initech", "domain": "initech.example"})
    await reports(place, distributor, sold(place, 1), sold(place, 2, quantity=-1, returned_line="L-1"))
    (given,) = await queue(place, reason="sale_found")
    (wrong,) = await queue(place, reason="close_enough")
    path = f"/v1/pos-matches/{wrong['id']}"

    assert given["allowed_actions"] == []
    assert (await place.vendor.act(path, "reopen", {})).status == 422
    reopened = await place.vendor.act(path, "reopen", {"reason": "It was Initech's."})
    between = (await seller.get(f"/v1/deals/{deal['id']}/consumption"))["consumed"]
    matched = await place.vendor.act(path, "match", {"deal_id": right["id"]})
    again = await place.vendor.act(path, "reopen", {"reason": "It was Globex after all."})
    back = await place.vendor.act(path, "match", {"deal_id": deal["id"]})

    assert (reopened["status"], reopened["reason"], reopened["note"], reopened["deals"]) == (
        *("unmatched", "reopened", "It was Initech's."),
        [],
    )
    assert [each["amount"] for each in between] == [0]
    assert [each["status"] for each in (matched, again, back)] == ["matched", "unmatched", "matched"]
    rows = [each for one in (seller, other) for each in (await one.get("/v1/order-matches", sort="created_at"))["data"]]
    assert [(each["deal_id"], each["amount"]["amount"], each["returned"]["amount"]) for each in rows] == [
        (deal["id"], 7_500, 7_500),
        (deal["id"], 5_000, 0),
        (right["id"], 5_000, 5_000),
    ]
    assert [each["undone_at"] is None for each in rows] == [False, True, False]
    assert [each["net"]["amount"] for each in await events_of(place, "order.returned.v1")] == [2_500, 5_000, 5_000]


async def test_a_rejected_line_is_taken_back_to_the_queue_and_one_that_was_given_back_whole_is_not(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)
    stranger = {"name": "Umbrella", "country": "US"}
    await reports(place, distributor, sold(place, 1), sold(place, 2, customer=stranger))
    await reports(place, distributor, sold(place, 3, quantity=-3, returned_line="L-1"))
    (unknown,) = await queue(place, status="unmatched")
    (whole,) = await queue(place, reason="close_enough")
    await place.vendor.act(f"/v1/pos-matches/{unknown['id']}", "reject")

    reopened = [
        await place.vendor.act(f"/v1/pos-matches/{each['id']}", "reopen", {"reason": "Once more."})
        for each in (unknown, whole)
    ]

    assert [(each["status"], each["reason"]) for each in reopened] == [
        ("unmatched", "reopened"),
        ("rejected", "given_back"),
    ]
    assert reopened[1]["allowed_actions"] == []


async def test_a_line_that_was_reported_otherwise_is_told_of_and_nothing_is_stored(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()
    await reports(place, distributor, sold(place, 1, quantity=2))

    refused = await distributor.post(
        "/v1/pos-batches", report(place, sold(place, 1, quantity=7), sold(place, 2), sold(place, 2, quantity=7))
    )

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/lines/0/source_line", "reported_otherwise"),
        ("/lines/2/source_line", "reported_otherwise"),
    ]
    assert len((await distributor.get("/v1/pos-lines"))["data"]) == 1


async def test_a_report_that_is_sent_twice_at_once_counts_once(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()
    desk = tenant.system.superuser
    async with desk.transaction():
        await desk.execute("LOCK TABLE deals.pos_batches IN EXCLUSIVE MODE")
        sending = [
            asyncio.create_task(distributor.post("/v1/pos-batches", report(place, sold(place)))) for _ in range(2)
        ]
        while await desk.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted") < len(sending):
            await asyncio.wait(sending, timeout=0)

    answers = await asyncio.gather(*sending)

    assert [each.status for each in answers] == [201] * 2
    assert sorted((each["line_count"], each["repeated_count"]) for each in answers) == [(0, 1), (1, 0)]
