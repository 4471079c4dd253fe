"""What names a customer beside its deals goes with it when it is merged, and back when it is split."""

from datetime import timedelta
from typing import Any

import pytest

from services.deals.customers.origins import brought_by
from services.deals.schema import METADATA
from services.deals.tenders.rules import leaves, was_taken_in
from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, submits, world
from tests.deals.test_licences import licensed
from tests.system import Response, Tenant

_BRAND = {"name": "Hydrowerk", "country": "DE", "domain": "hydrowerk.de"}
_HERE = {"deal_1", "deal_2", "deal_3"}


@pytest.mark.parametrize(
    ("entered", "taken_in", "awarded", "came_through", "leaving", "goes"),
    [
        ({"deal_1"}, set(), None, [], {"deal_1"}, True),
        ({"deal_1", "deal_2"}, set(), None, [], {"deal_1"}, False),
        ({"deal_1", "deal_2"}, set(), None, [], {"deal_1", "deal_2", "deal_3"}, True),
        ({"deal_1", "deal_2"}, set(), "deal_1", [], {"deal_1"}, True),
        ({"deal_1", "deal_2"}, set(), "deal_2", ["cus_other"], {"deal_1"}, False),
        ({"deal_1", "deal_gone"}, set(), None, [], {"deal_1"}, True),
        ({"deal_gone"}, set(), None, ["cus_other"], {"deal_1"}, False),
        (set(), set(), None, ["cus_other"], {"deal_1"}, True),
        (set(), set(), None, ["cus_third"], {"deal_1"}, False),
        ({"deal_2"}, set(), None, ["cus_other"], {"deal_1"}, False),
        ({"deal_1"}, {"deal_1"}, None, [], {"deal_1"}, False),
        ({"deal_1"}, {"deal_1"}, None, ["cus_other"], {"deal_1"}, True),
        ({"deal_1", "deal_2"}, {"deal_2"}, None, ["cus_other"], {"deal_1"}, True),
        ({"deal_1", "deal_2"}, {"deal_1"}, None, [], {"deal_1"}, False),
        ({"deal_1"}, {"deal_1"}, "deal_1", [], {"deal_1"}, True),
    ],
)
def test_a_tender_goes_with_whom_it_was_awarded_to_else_with_all_that_have_entered_it(
    entered, taken_in, awarded, came_through, leaving, goes
):
    asked = {"entered": entered, "taken_in": taken_in, "awarded": awarded, "came_through": came_through}

    assert leaves(**asked, leaving=leaving, here=_HERE, other="cus_other") is goes


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], False),
        ([("tender", "entered")], False),
        ([("submission", "taken_in"), ("tender", "taken_in")], True),
        ([("tender", "taken_in"), ("tender", "entered")], False),
    ],
)
def test_the_trace_tells_who_came_into_a_tender_by_a_merger(said, expected):
    assert was_taken_in([{"rule": rule, "result": result} for rule, result in said]) is expected


@pytest.mark.parametrize(
    ("came_through", "before"),
    [
        ([], None),
        (["cus_b"], None),
        (["cus_a"], []),
        (["cus_a", "cus_b"], []),
        (["cus_b", "cus_a", "cus_c"], ["cus_b"]),
    ],
)
def test_what_goes_back_to_a_customer_had_come_to_it_through_others(came_through, before):
    assert brought_by(came_through, "cus_a") == before


def test_every_table_that_names_a_customer_is_one_that_a_merger_takes_care_of():
    named = {table.name for table in METADATA.sorted_tables if "customer_id" in table.c}

    moved = {"deals", "protection_claims", "conflict_cases", "tenders", "direct_opportunities", "licences"}
    assert named == moved | {"customer_keys", "match_keys"}


async def tender(place: World, customer_id: str) -> Response:
    closes = (place.tenant.now() + timedelta(days=10)).isoformat()
    terms: dict[str, Any] = {"discount": None, "valid_until": "2199-01-01", "conditions": None}
    body = {"name": "Big", "customer_id": customer_id, "product_family": "cloud", "closes_at": closes, "terms": terms}
    return await place.vendor.post("/v1/tenders", body)


async def test_tenders_cases_and_the_vendors_own_sales_follow_a_merger_and_go_back_when_it_is_undone(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    brand = await place.vendor.post("/v1/customers", _BRAND)
    own = {"title": "Ours", "customer": _BRAND, "product_family": "storage"}
    sale = await place.vendor.post("/v1/direct-opportunities", own)
    used = await licensed(place, await place.partner(), customer=_BRAND)
    put_out = await tender(place, brand["id"])
    entered = await submits(await place.partner(), _BRAND)
    contested = await submits(await place.partner(), _BRAND, product_family="storage")
    globex = await place.vendor.post("/v1/customers", GLOBEX)
    of_globex = await tender(place, globex["id"])
    (case,) = (await place.vendor.get("/v1/conflict-cases", deal_id=contested["id"]))["data"]
    paths = [
        f"/v1/tenders/{put_out['id']}",
        f"/v1/conflict-cases/{case['id']}",
        f"/v1/direct-opportunities/{sale['id']}",
        f"/v1/licences/{used['id']}",
        f"/v1/deals/{entered['id']}",
    ]

    async def customers() -> set[str]:
        return {(await place.vendor.get(path))["customer_id"] for path in paths}

    into = f"/v1/customers/{globex['id']}"
    refused = await place.vendor.act(into, "merge", {"customer_id": brand["id"]})
    assert (refused.status, refused.problem) == (409, "tenders_collide")
    assert await customers() == {brand["id"]}, "as a whole or not at all"
    await place.vendor.act(f"/v1/tenders/{of_globex['id']}", "cancel")
    merged = await place.vendor.act(into, "merge", {"customer_id": brand["id"]})
    assert merged.status == 200, merged.json
    assert await customers() == {globex["id"]}

    later = await submits(await place.partner(), _BRAND | {"name": "Hydrowerk Group"})
    assert (await place.vendor.get(f"/v1/deals/{later['id']}"))["tender_id"] == put_out["id"], "it is one customer's"
    leaving = {"deal_ids": [entered["id"], contested["id"], later["id"]], "into": brand["id"]}
    split = await place.vendor.act(into, "split", leaving)

    assert split.status == 200, split.json
    assert await customers() == {brand["id"]}
    assert (await place.vendor.get(f"/v1/tenders/{of_globex['id']}"))["customer_id"] == globex["id"]


@pytest.mark.parametrize("out_to_tender", ["the one that is left", "the one that is merged"])
async def test_who_waits_for_a_decision_comes_into_the_tender_of_the_customer_that_its_own_turns_out_to_be(
    tenant: Tenant, out_to_tender: str
):
    place = await world(tenant)
    brand, globex = [await place.vendor.post("/v1/customers", each) for each in (_BRAND, GLOBEX)]
    waiting = await submits(await place.partner(), _BRAND, amount=BEYOND_LIMIT)
    put_out = await tender(place, globex["id"])
    entered = await submits(await place.partner(), GLOBEX)
    into, other = (globex, brand) if out_to_tender == "the one that is left" else (brand, globex)

    merged = await place.vendor.act(f"/v1/customers/{into['id']}", "merge", {"customer_id": other["id"]})

    assert merged.status == 200, merged.json
    taken = await place.vendor.get(f"/v1/deals/{waiting['id']}")
    assert (taken["status"], taken["tender_id"]) == ("in_review", put_out["id"])
    path = f"/v1/tenders/{put_out['id']}"
    await place.vendor.act(path, "close")
    awarded = await place.vendor.act(path, "award", {"deal_id": waiting["id"]})
    assert awarded["status"] == "awarded", awarded.json
    assert (await place.vendor.get(f"/v1/deals/{entered['id']}"))["decision_reason"] == "tender_awarded"


async def claim_of(place: World, deal: Response) -> dict[str, Any]:
    """The claim of a deal, and the customer it is for."""
    (claim,) = (await place.vendor.get("/v1/protection-claims", deal_id=deal["id"]))["data"]
    return {name: claim[name] for name in ("customer_id", "status", "priority_no")}


@pytest.mark.parametrize("out_to_tender", ["the one that is left", "the one that is merged"])
async def test_who_came_into_a_tender_by_a_merger_leaves_it_with_its_priority_when_that_is_undone(
    tenant: Tenant, out_to_tender: str
):
    place = await world(tenant)
    brand, globex = [await place.vendor.post("/v1/customers", each) for each in (_BRAND, GLOBEX)]
    seller = await place.partner()
    waiting = await submits(seller, _BRAND, amount=BEYOND_LIMIT)
    before = await claim_of(place, waiting)
    put_out = await tender(place, globex["id"])
    entered = await submits(await place.partner(), GLOBEX)
    stays = out_to_tender == "the one that is left"
    into, other = (globex, brand) if stays else (brand, globex)
    await place.vendor.act(f"/v1/customers/{into['id']}", "merge", {"customer_id": other["id"]})
    path = f"/v1/tenders/{put_out['id']}"
    assert (await seller.get(path)).status == 200
    leaving = {"deal_ids": [(waiting if stays else entered)["id"]], "into": other["id"]}

    split = await place.vendor.act(f"/v1/customers/{into['id']}", "split", leaving)

    assert split.status == 200, split.json
    assert (await place.vendor.get(path))["customer_id"] == globex["id"]
    assert (await seller.get(path)).status == 404
    own = await place.vendor.get(f"/v1/deals/{waiting['id']}")
    assert (own["status"], own["tender_id"], own["customer_id"]) == ("in_review", None, brand["id"])
    assert own["decision_due_at"] is not None
    assert "tender" not in {each["rule"] for each in own["decision_trace"]}
    assert await claim_of(place, waiting) == before
    assert (await place.vendor.get("/v1/conflict-cases", deal_id=waiting["id"]))["data"] == []
    rival = await submits(await place.partner(), _BRAND)
    assert (rival["status"], rival["conflict_class"]) == ("in_review", "probable")
    assert (await place.vendor.get(f"/v1/deals/{entered['id']}"))["tender_id"] == put_out["id"]
    approved = await place.vendor.act(f"/v1/deals/{waiting['id']}", "approve")
    assert approved["status"] == "approved", approved.json


async def test_what_came_into_a_tender_by_a_merger_is_no_reason_to_take_it_from_the_customer_it_is_put_out_for(
    tenant: Tenant,
):
    place = await world(tenant)
    brand, globex = [await place.vendor.post("/v1/customers", each) for each in (_BRAND, GLOBEX)]
    waiting = await submits(await place.partner(), _BRAND, amount=BEYOND_LIMIT)
    put_out = await tender(place, globex["id"])
    path = f"/v1/customers/{globex['id']}"
    await place.vendor.act(path, "merge", {"customer_id": brand["id"]})

    split = await place.vendor.act(path, "split", {"deal_ids": [waiting["id"]], "into": brand["id"]})

    assert split.status == 200, split.json
    assert (await place.vendor.get(f"/v1/tenders/{put_out['id']}"))["customer_id"] == globex["id"]
    assert (await submits(await place.partner(), GLOBEX))["tender_id"] == put_out["id"]


async def test_who_entered_a_tender_that_is_another_customers_meets_who_was_before_it(tenant: Tenant):
    place = await world(tenant)
    brand, globex = [await place.vendor.post("/v1/customers", each) for each in (_BRAND, GLOBEX)]
    waiting = await submits(await place.partner(), _BRAND, amount=BEYOND_LIMIT)
    await tender(place, globex["id"])
    await submits(await place.partner(), GLOBEX)
    path = f"/v1/customers/{globex['id']}"
    await place.vendor.act(path, "merge", {"customer_id": brand["id"]})
    later = await submits(await place.partner(), _BRAND)
    assert later["tender_id"] is not None, later.json

    leaving = {"deal_ids": [later["id"], waiting["id"]], "into": brand["id"]}
    split = await place.vendor.act(path, "split", leaving)

    assert split.status == 200, split.json
    told = [await place.vendor.get(f"/v1/deals/{each['id']}") for each in (waiting, later)]
    assert [(each["tender_id"], each["conflict_class"]) for each in told] == [(None, "none"), (None, "probable")]
    assert [(await claim_of(place, each))["status"] for each in told] == ["pending", "pending"]
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert case["deal_id"] == later["id"]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "rejected_match"})
    await place.vendor.act(f"/v1/deals/{waiting['id']}", "withdraw")
    approved = await place.vendor.act(f"/v1/deals/{later['id']}", "approve")
    assert approved["status"] == "approved", approved.json
