"""Sell-out reports: taken in once, matched to deals, credited to whoever has registered the customer."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.deals.pos_mappings.rules import TARGETS, faults_of_mapping
from services.deals.sell_out.schemas import PosLineIn
from shared.imports.targets import EXTERNAL_ID, paths_of
from tests.deals.make import GLOBEX, World, events_of, submits, world
from tests.deals.selling_out import SOMEBODY, report, reports, sold
from tests.system import Client, Tenant


async def queue(place: World, **query: Any) -> list[dict[str, Any]]:
    """What lines were matched to, oldest first."""
    found: list[dict[str, Any]] = (await place.vendor.get("/v1/pos-matches", sort="created_at", **query))["data"]
    return found


async def credited(client: Client) -> list[tuple[str, int, int]]:
    """The deals credited for sell-out, with pieces and minor units."""
    rows = (await client.get("/v1/order-matches", source="pos_line", sort="created_at"))["data"]
    return [(each["deal_id"], each["quantity"], each["amount"]["amount"]) for each in rows]


async def test_what_a_distributor_sells_to_a_registered_customer_is_credited_to_the_one_who_registered_it(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)

    batch = await reports(place, distributor, sold(place))

    assert (batch["status"], batch["line_count"]) == ("matched", 1)
    assert await credited(seller) == [(deal["id"], 3, 7_500)]
    assert await credited(distributor) == []
    (match,) = await queue(place)
    assert (match["status"], match["reason"], match["score"]) == ("matched", "close_enough", "1.0000")
    (event,) = await events_of(place, "order.matched.v1")
    assert (event["partner_id"], event["deal_id"], event["source"]) == (seller.partner_id, deal["id"], "pos_line")


async def test_whether_a_line_met_a_deal_is_not_told_to_whoever_reported_it(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)

    met = await reports(place, distributor, sold(place, 1))
    alone = await reports(place, distributor, sold(place, 2, customer=SOMEBODY))

    (unmatched,) = await queue(place, status="unmatched")
    await place.vendor.act(f"/v1/pos-matches/{unmatched['id']}", "reject")

    shown = [(await distributor.get(f"/v1/pos-batches/{each['id']}")).json for each in (met, alone)]
    unlike = {"id", "created_at", "updated_at"}
    assert len({str({name: each[name] for name in each if name not in unlike}) for each in shown}) == 1
    assert [(each["status"], each["version"], each["allowed_actions"]) for each in shown] == [("matched", 3, [])] * 2
    assert (await distributor.get("/v1/pos-matches"))["data"] == []
    assert [each["deal_id"] for each in (await distributor.get("/v1/pos-lines"))["data"]] == [None, None]
    assert (await seller.get("/v1/pos-lines"))["data"] == []


async def test_a_line_reported_twice_counts_once(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)

    await reports(place, distributor, sold(place, 1), sold(place, 1))
    again = await reports(place, distributor, sold(place, 1), sold(place, 2))

    assert (again["line_count"], again["repeated_count"]) == (1, 1)
    assert [pieces for _, pieces, _ in await credited(seller)] == [3, 3]


async def test_a_line_of_nobody_known_waits_for_a_person_who_rejects_it(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()
    batch = await reports(place, distributor, sold(place, customer=SOMEBODY))

    (match,) = await queue(place, status="unmatched", batch_id=batch["id"])
    assert (match["reason"], match["candidates"]) == ("no_candidate", [])
    rejected = await place.vendor.act(f"/v1/pos-matches/{match['id']}", "reject", {"reason": "A new customer."})
    assert (rejected["status"], rejected["reason"], rejected["note"]) == (
        "rejected",
        "decided_by_a_person",
        "A new customer.",
    )
    assert await queue(place, status="unmatched") == []


async def test_a_person_credits_a_line_to_a_deal_or_to_several(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    other = await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.example"})
    await reports(place, distributor, sold(place, 1, customer=SOMEBODY), sold(place, 2, customer=SOMEBODY, quantity=5))
    lines = {each["id"]: each["quantity"] for each in (await distributor.get("/v1/pos-lines"))["data"]}
    three, five = sorted(await queue(place, status="unmatched"), key=lambda each: int(lines[each["pos_line_id"]]))
    path = f"/v1/pos-matches/{five['id']}"

    matched = await place.vendor.act(f"/v1/pos-matches/{three['id']}", "match", {"deal_id": deal["id"]})
    wrong = [{"deal_id": deal["id"], "quantity": 1}, {"deal_id": other["id"], "quantity": 3}]
    refused = await place.vendor.act(path, "split", {"parts": wrong})
    right = [{"deal_id": deal["id"], "quantity": 1}, {"deal_id": other["id"], "quantity": 4}]
    split = await place.vendor.act(path, "split", {"parts": right, "note": "Two projects."})

    assert (matched["status"], matched["deals"]) == ("matched", [{"deal_id": deal["id"], "quantity": 3}])
    assert refused.json["errors"][0]["code"] == "not_the_whole"
    assert (split["status"], split["deals"], split["note"]) == ("split", right, "Two projects.")
    assert sorted(await credited(seller)) == sorted(
        [(deal["id"], 3, 7_500), (deal["id"], 1, 2_500), (other["id"], 4, 10_000)]
    )
    assert (await place.vendor.act(path, "split", {"parts": right})).problem == "invalid_transition"


async def test_a_line_is_not_credited_to_a_deal_that_is_no_longer_alive(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    await reports(place, distributor, sold(place, customer=SOMEBODY))
    revoked = await place.vendor.act(f"/v1/deals/{deal['id']}", "revoke", {"reason": "It was a mistake."})
    assert revoked["status"] == "revoked"
    (match,) = await queue(place)

    refused = await place.vendor.act(f"/v1/pos-matches/{match['id']}", "match", {"deal_id": deal["id"]})

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/deal_id", "deal_not_live")]


async def test_a_line_names_its_deal_and_one_that_cannot_be_goes_to_a_person(tenant: Tenant):
    place = await world(tenant, "cloud", "network")
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)

    await reports(
        place,
        distributor,
        sold(place, 1, deal_id=deal["id"]),
        sold(place, 2, deal_id="deal_01h455vb4pex5vsknk084sn02q"),
        sold(place, 3, deal_id=deal["id"], product_family="network"),
        sold(place, 4, deal_id=deal["id"], sold_on=(place.today() - timedelta(days=3)).isoformat()),
        sold(place, 5, deal_id=deal["id"], customer=SOMEBODY),
    )

    names = {each["id"]: each["source_line"] for each in (await distributor.get("/v1/pos-lines"))["data"]}
    assert {names[each["pos_line_id"]]: each["reason"] for each in await queue(place)} == {
        "L-1": "deal_named",
        "L-2": "unknown_deal",
        "L-3": "other_family",
        "L-4": "deal_not_live",
        "L-5": "other_customer",
    }
    assert await credited(seller) == [(deal["id"], 3, 7_500)]


async def test_a_sale_in_the_tail_of_a_protection_is_still_credited(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    (claim,) = (await seller.get("/v1/protection-claims"))["data"]
    tail = datetime.fromisoformat(claim["tail_until"]) - tenant.now()
    await tenant.advance(seconds=tail.total_seconds() - 86_400)
    await reports(place, distributor, sold(place, 1))
    await tenant.advance(days=3)
    await reports(place, distributor, sold(place, 2))

    assert await credited(seller) == [(deal["id"], 3, 7_500)]
    assert [(each["reason"], each["score"]) for each in await queue(place)] == [
        ("close_enough", "0.9500"),
        ("no_candidate", None),
    ]


async def test_closing_a_report_leaves_what_was_not_decided_without_a_deal(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()
    batch = await reports(place, distributor, sold(place, customer=SOMEBODY))

    assert (await distributor.act(f"/v1/pos-batches/{batch['id']}", "close")).problem == "forbidden"
    closed = await place.vendor.act(f"/v1/pos-batches/{batch['id']}", "close")

    assert closed["status"] == "closed"
    assert [(each["status"], each["reason"]) for each in await queue(place)] == [("rejected", "batch_closed")]
    assert len(await events_of(place, "pos_batch.closed.v1")) == 1


async def test_a_report_is_sent_as_csv_and_what_is_wrong_in_it_is_named(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)
    day = place.today().isoformat()
    head = "source_line;sold_on;sku;quantity;unit_price;customer.name;customer.domain;customer.country"
    body = report(place)
    del body["lines"]

    good = await distributor.post(
        "/v1/pos-batches", {**body, "csv": f"{head}\n1;{day};GX-1;2;100;Globex Corporation;globex.com;US\n"}
    )
    await tenant.system.settle()
    bad = await distributor.post("/v1/pos-batches", {**body, "csv": f"{head}\n1;{day};GX-1;two;100;Globex;;US\n"})
    both = await distributor.post("/v1/pos-batches", {**report(place, sold(place)), "csv": head})

    assert (good.status, good["quantity"], good["amount"]["amount"]) == (201, 2, 200)
    assert [pieces for _, pieces, _ in await credited(seller)] == [2]
    assert [each["pointer"] for each in bad.json["errors"]] == ["/lines/0/quantity"]
    assert both.json["errors"][0]["code"] == "one_of"


async def test_a_line_lies_in_the_period_of_its_report(tenant: Tenant):
    place = await world(tenant)
    distributor = await place.partner()
    not_yet = (place.today() + timedelta(days=2)).isoformat()

    refused = await distributor.post("/v1/pos-batches", report(place, sold(place), sold(place, 2, sold_on=not_yet)))

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/lines/1/sold_on", "out_of_range")
    ]


async def test_more_lines_than_are_matched_at_once_are_all_matched(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)

    batch = await reports(place, distributor, *(sold(place, number, quantity=1) for number in range(51)))

    assert batch["status"] == "matched"
    assert len(await events_of(place, "order.matched.v1")) == 51


COLUMNS = {
    "Line": "source_line",
    "Date": "sold_on",
    "Article": "sku",
    "Pieces": "quantity",
    "Price": "unit_price",
    "Customer": "customer.name",
    "Land": "customer.country",
}


def test_columns_can_go_to_every_member_of_a_line():
    assert {*TARGETS} == {*paths_of(PosLineIn)} - {EXTERNAL_ID}


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({}, []),
        ({"Deal": "deal_id"}, []),
        ({"Also": "sku"}, [("/mapping/Also", "duplicate")]),
        ({"Price": "deal_id"}, [("/mapping", "incomplete")]),
    ],
)
def test_a_mapping_names_a_column_for_all_that_a_line_needs(change: dict[str, str], faults: list[tuple[str, str]]):
    assert [(each.pointer, each.code) for each in faults_of_mapping({**COLUMNS, **change})] == faults


async def test_a_reporter_says_once_how_its_columns_are_called(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    made = await distributor.post("/v1/pos-mappings", {"name": "monthly", "mapping": COLUMNS})
    again = await distributor.post("/v1/pos-mappings", {"name": "monthly", "mapping": COLUMNS})
    text = f"Branch;Line;Date;Article;Pieces;Price;Customer;Land\nWest;1;{place.today()};GX-1;2;100;Globex Corporation;US\n"
    body = {**report(place), "csv": text, "mapping": "monthly"}
    del body["lines"]

    read = await distributor.post("/v1/pos-batches", body)
    await tenant.system.settle()
    strange = await seller.post("/v1/pos-batches", body)
    lines = await distributor.post("/v1/pos-batches", {**report(place, sold(place, 9)), "mapping": "monthly"})
    path = f"/v1/pos-mappings/{made['id']}"
    wrong = await distributor.post("/v1/pos-mappings", {"name": "other", "mapping": {"Line": "source_line"}})
    retired = await distributor.act(path, "retire")
    late = await distributor.post("/v1/pos-batches", {**body, "reference": "2"})

    assert (made.status, again.problem) == (201, "already_exists")
    assert (read.status, read["quantity"], read["mapping_id"], read["mapping_version"]) == (201, 2, made["id"], 1)
    (line,) = (await distributor.get("/v1/pos-lines", batch_id=read["id"]))["data"]
    assert (line["source_line"], line["customer"]["country"], line["unit_price"]["amount"]) == ("1", "US", 100)
    assert [each.json["errors"][0]["code"] for each in (strange, lines, late)] == [
        *("unknown_mapping", "csv_only"),
        "unknown_mapping",
    ]
    assert {each["code"] for each in wrong.json["errors"]} == {"incomplete"}
    assert (retired["status"], retired["editable_fields"]) == ("retired", [])
    assert (await seller.get("/v1/pos-mappings"))["data"] == []
    assert (await distributor.post("/v1/pos-mappings", {"name": "monthly", "mapping": COLUMNS})).status == 201
