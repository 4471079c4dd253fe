"""Tenders: several partners, equal terms, and nobody learns of another."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, changes, drafts, events_of, publishes, submits, world
from tests.system import Client, Response, Tenant

TERMS = {"discount": "0.1500", "valid_until": "2199-01-01", "conditions": "Delivery within six weeks."}


async def customer_of(place: World) -> str:
    """The vendor knows Globex."""
    made = await place.vendor.post("/v1/customers", GLOBEX)
    assert made.status in (200, 201), made.json
    return str(made["id"])


async def opens(place: World, **fields: Any) -> Response:
    """The vendor puts Globex out to tender for ten days."""
    body = {
        "name": "Data centre",
        "customer_id": await customer_of(place),
        "product_family": "cloud",
        "closes_at": (place.tenant.now() + timedelta(days=10)).isoformat(),
        "terms": TERMS,
        **fields,
    }
    return await place.vendor.post("/v1/tenders", body)


def told(response: Response) -> dict[str, Any]:
    """What somebody reads of a tender, but for what each may do."""
    return {name: value for name, value in response.json.items() if name not in ("allowed_actions", "editable_fields")}


async def heard(seller: Client) -> list[str]:
    """The types of the events about tenders that somebody hears of."""
    found = (await seller.get("/v1/events", limit=200))["data"]
    return [each["type"] for each in found if each["type"].startswith("tender.")]


async def test_everybody_in_a_tender_is_shown_equal_terms_and_nobody_learns_who_else_takes_part(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    assert tender.status == 201, tender.json
    first, second, outside = await place.partner(), await place.partner(), await place.partner()
    path = f"/v1/tenders/{tender['id']}"

    alone = await submits(first)
    before = await first.get(path)
    checked = await second.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})
    both = await submits(second)
    await tenant.system.settle()

    assert [each["status"] for each in (alone, both)] == ["in_review", "in_review"]
    assert [each["conflict_class"] for each in (alone, both)] == ["none", "none"]
    assert checked["class"] == "none"
    seen = [await each.get(path) for each in (first, second)]
    assert told(seen[0]) == told(seen[1]) == told(before)
    assert seen[0]["terms"] == TERMS
    assert (seen[0]["customer_id"], seen[0]["awarded_deal_id"]) == (None, None)
    assert [each["rule"] for each in alone["decision_trace"]] == [each["rule"] for each in both["decision_trace"]]
    assert (await outside.get(path)).status == 404
    assert (await outside.get("/v1/tenders"))["data"] == []
    for seller in (first, second):
        assert len((await seller.get("/v1/deals", tender_id=tender["id"]))["data"]) == 1
        assert (await seller.get("/v1/protection-claims"))["data"] == []
    assert len((await place.vendor.get("/v1/deals", tender_id=tender["id"]))["data"]) == 2
    assert (await place.vendor.get("/v1/conflict-cases"))["data"] == []


async def test_what_a_tender_has_left_out_is_not_appealed_against_and_comes_again_instead(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    winner, loser, dismissed = [await place.partner() for _ in range(3)]
    won, lost, gone = [await submits(each) for each in (winner, loser, dismissed)]
    await place.vendor.act(f"/v1/deals/{gone['id']}", "reject")
    await tenant.advance(days=10)
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "award", {"deal_id": won["id"]})

    for seller, deal in ((loser, lost), (dismissed, gone)):
        seen = await seller.get(f"/v1/deals/{deal['id']}")
        refused = await seller.act(f"/v1/deals/{deal['id']}", "appeal")
        assert (seen["status"], "appeal" in seen["allowed_actions"]) == ("rejected", False)
        assert (refused.status, refused.problem) == (409, "decided_by_tender")


async def test_a_deal_that_was_awarded_is_measured_by_what_was_approved(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=10)
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "award", {"deal_id": deal["id"]})

    first = await changes(seller, path, {"amount": {"amount": 1_200_000, "currency": "EUR"}})
    second = await changes(seller, path, {"amount": {"amount": 1_440_000, "currency": "EUR"}})

    assert (first["status"], first["policy_version"]) == ("approved", 0)
    assert second["status"] == "in_review"


async def test_the_award_protects_one_and_tells_the_others_that_it_is_decided_and_not_for_whom(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    winner, loser = await place.partner(), await place.partner()
    won, lost = await submits(winner), await submits(loser)
    path = f"/v1/tenders/{tender['id']}"
    assert (await place.vendor.act(path, "award", {"deal_id": won["id"]})).problem == "invalid_transition"
    await tenant.advance(days=10)

    awarded = await place.vendor.act(path, "award", {"deal_id": won["id"], "reason": "The best concept."})
    await tenant.system.settle()

    assert (awarded["status"], awarded["awarded_deal_id"]) == ("awarded", won["id"])
    mine = await winner.get(f"/v1/deals/{won['id']}")
    assert mine["status"] == "approved"
    assert mine["protected_until"] is not None
    theirs = await loser.get(f"/v1/deals/{lost['id']}")
    assert (theirs["status"], theirs["decision_reason"]) == ("rejected", "tender_awarded")
    seen = await loser.get(path)
    assert (seen["status"], seen["decision_reason"], seen["awarded_deal_id"]) == ("awarded", "The best concept.", None)
    told_to_loser = (await loser.get("/v1/events", limit=200)).body.decode()
    assert won["id"] not in told_to_loser
    assert str(winner.partner_id) not in told_to_loser
    assert await heard(loser) == await heard(winner) == ["tender.closed.v1", "tender.awarded.v1"]
    assert (await submits(loser, amount=BEYOND_LIMIT))["conflict_class"] == "blocking"


async def test_a_tender_closes_at_its_time_even_when_nobody_has_noticed_it_yet(tenant: Tenant):
    place = await world(tenant)
    closes_at = tenant.now() + timedelta(days=1)
    tender = await opens(place, closes_at=closes_at.isoformat())
    early, late = await place.partner(), await place.partner()
    await submits(early)
    await tenant.advance(days=1)

    assert (await place.vendor.get(f"/v1/tenders/{tender['id']}"))["status"] == "closed"
    assert (await submits(late)).problem == "tender_closed"
    assert (await place.vendor.patch(f"/v1/tenders/{tender['id']}", {"name": "Late"}, if_match="*")).status == 409


async def test_what_waited_for_a_decision_becomes_part_of_the_tender_and_what_is_protected_rules_it_out(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    holder, waiting = await place.partner(), await place.partner()
    await submits(holder, product_family="storage")
    deal = await submits(waiting, amount=BEYOND_LIMIT)

    tender = await opens(place)

    assert (await waiting.get(f"/v1/deals/{deal['id']}"))["tender_id"] == tender["id"]
    claims = (await waiting.get("/v1/protection-claims"))["data"]
    assert [each["status"] for each in claims] == ["released"]
    assert (await opens(place)).problem == "tender_exists"
    assert (await opens(place, product_family="storage")).problem == "customer_already_protected"


async def test_a_registration_in_a_tender_is_not_approved_by_hand_and_may_be_withdrawn(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"

    assert "approve" not in (await place.vendor.get(path))["allowed_actions"]
    assert (await place.vendor.act(path, "approve")).problem == "decided_by_tender"
    assert (await seller.act(path, "withdraw"))["status"] == "withdrawn"
    await place.vendor.act(f"/v1/tenders/{tender['id']}", "close")
    award = await place.vendor.act(f"/v1/tenders/{tender['id']}", "award", {"deal_id": deal["id"]})
    assert award.problem == "not_in_tender"


async def test_a_cancelled_tender_lets_its_registrations_come_again_as_they_are(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    seller = await place.partner()
    deal = await submits(seller)

    cancelled = await place.vendor.act(f"/v1/tenders/{tender['id']}", "cancel", {"reason": "The budget is gone."})

    assert cancelled["status"] == "cancelled"
    assert (await seller.get(f"/v1/deals/{deal['id']}"))["decision_reason"] == "tender_cancelled"
    assert (await submits(seller))["status"] == "approved"


async def test_new_terms_are_new_for_everybody_and_told_to_everybody(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    sellers = [await place.partner(), await place.partner()]
    for seller in sellers:
        await submits(seller)

    path = f"/v1/tenders/{tender['id']}"
    changed = await place.vendor.patch(path, {"terms": {"discount": "0.2"}}, if_match='"1"')
    await tenant.system.settle()

    assert changed["terms"] == {"discount": "0.2", "valid_until": None, "conditions": None}
    for seller in sellers:
        assert (await seller.get(path))["terms"] == changed["terms"]
        assert await heard(seller) == ["tender.changed.v1"]


async def test_a_tender_closes_later_than_now_and_its_terms_outlast_it(tenant: Tenant):
    place = await world(tenant)
    past = await opens(place, closes_at=(tenant.now() - timedelta(days=1)).isoformat())
    short = await opens(place, terms={"valid_until": tenant.now().date().isoformat()})

    assert (past.status, past.json["errors"][0]["pointer"]) == (422, "/closes_at")
    assert (short.status, short.json["errors"][0]["pointer"]) == (422, "/terms/valid_until")


async def test_partners_neither_open_nor_decide_tenders(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/tenders/{tender['id']}"

    body = {"name": "Mine", "customer_id": tender["customer_id"], "product_family": "cloud"}
    soon = (tenant.now() + timedelta(days=1)).isoformat()
    assert (await seller.post("/v1/tenders", {**body, "closes_at": soon})).status == 403
    assert (await seller.patch(path, {"name": "Mine"}, if_match="*")).status == 403
    for verb, sent in (("close", None), ("cancel", {}), ("award", {"deal_id": deal["id"]})):
        assert (await seller.act(path, verb, sent)).status == 403
    assert (await seller.get(path))["allowed_actions"] == []


async def test_many_who_enter_at_once_are_all_in_it_and_one_award_wins_the_race(tenant: Tenant):
    place = await world(tenant)
    tender = await opens(place)
    sellers = [await place.partner() for _ in range(4)]
    drafted = [await drafts(seller) for seller in sellers]

    entered = await asyncio.gather(
        *(seller.act(f"/v1/deals/{deal['id']}", "submit") for seller, deal in zip(sellers, drafted, strict=True))
    )
    path = f"/v1/tenders/{tender['id']}"
    await place.vendor.act(path, "close")
    awards = await asyncio.gather(
        *(place.vendor.post(f"{path}/award", {"deal_id": deal["id"]}, if_match="*") for deal in drafted)
    )

    assert {each["status"] for each in entered} == {"in_review"}
    assert sorted(each.status for each in awards) == [200, 409, 409, 409]
    states = [(await place.vendor.get(f"/v1/deals/{deal['id']}"))["status"] for deal in drafted]
    assert sorted(states) == ["approved", "rejected", "rejected", "rejected"]
    assert len(await events_of(place, "tender.awarded.v1")) == 1


async def test_a_tender_asks_for_evidence_as_any_registration_does(tenant: Tenant):
    place = await world(tenant)
    await opens(place)
    await publishes(place.vendor, evidence_rules=[{}])

    deal = await submits(await place.partner())

    assert deal["completeness"]["missing"] == ["evidence"]
