"""Transfers: how a customer's registration moves to another partner, and what each side learns of it."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, changes, events_of, submits, wins, world
from tests.deals.ordering import accepted_order, fulfils, invoices, submits_order
from tests.system import Client, Response, Tenant

WHY = {"reason": "The customer's letter of 3 May names another partner"}


async def opens(place: World, deal: Response, to: Client, **more: Any) -> Response:
    body = {"to_partner_id": to.partner_id, **WHY, **more}
    return await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", body)


async def consents(*partners: Client) -> list[Response]:
    given = []
    for partner in partners:
        (asked,) = (await partner.get("/v1/transfer-consents", status="asked"))["data"]
        given.append(await partner.act(f"/v1/transfer-consents/{asked['id']}", "give"))
    return given


async def successor(place: World, deal: Response) -> Response:
    old = await place.vendor.get(f"/v1/deals/{deal['id']}")
    return await place.vendor.get(f"/v1/deals/{old['successor_id']}")


async def test_a_customer_letter_moves_the_partner_of_record_at_once_when_the_vendor_says_so(tenant: Tenant):
    place = await world(tenant)
    old, new, rival = [await place.partner() for _ in range(3)]
    deal = await submits(old, amount={"amount": 7_777, "currency": "EUR"})
    await tenant.advance(days=10)

    moved = await opens(place, deal, new, override_reason="The customer has decided")

    assert (moved.status, moved["status"], moved["allowed_actions"]) == (200, "transferred", [])
    now = await successor(place, deal)
    assert (now["status"], now["partner_id"], now["predecessor_id"]) == ("approved", new.partner_id, deal["id"])
    assert (now["priority_no"], now["priority_at"]) == (deal["priority_no"], deal["priority_at"])
    left = datetime.fromisoformat(now["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
    assert abs(left) < timedelta(minutes=1)
    assert (await submits(rival))["conflict_class"] == "blocking"
    claims = (await place.vendor.get("/v1/protection-claims"))["data"]
    before, after = sorted(
        (each for each in claims if each["status"] != "pending"), key=lambda each: each["created_at"]
    )
    assert (before["status"], after["status"], before["protected_until"]) == (
        "transferred",
        "active",
        after["protected_from"],
    )


async def test_a_deal_taken_over_gets_an_amount_by_the_policy_that_judged_it_before(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old, amount={"amount": 10_000, "currency": "EUR"})
    await opens(place, deal, new, override_reason="The customer has decided")
    path = f"/v1/deals/{(await successor(place, deal))['id']}"

    small = await changes(new, path, {"amount": {"amount": 100, "currency": "EUR"}})
    moved = await new.act(path, "stage", {"stage": "qualified"})
    large = await changes(new, path, {"amount": {"amount": 2_000_000, "currency": "EUR"}})

    assert [each["status"] for each in (small, moved, large)] == ["approved"] * 3
    beyond = await changes(new, path, {"amount": {"amount": 90_000_000_00, "currency": "EUR"}})
    assert beyond["status"] == "in_review"


async def test_each_side_is_told_of_its_own_and_learns_nothing_of_the_other(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old, title="Our secret project", amount={"amount": 7_777, "currency": "EUR"})
    await opens(place, deal, new, override_reason="The customer has decided")
    now = await successor(place, deal)

    theirs, ours = await old.get(f"/v1/deals/{deal['id']}"), await new.get(f"/v1/deals/{now['id']}")

    assert (theirs["status"], theirs["successor_id"]) == ("transferred", None)
    assert (ours["title"], ours["amount"], ours["predecessor_id"]) == (GLOBEX["name"], None, None)
    assert (await new.get(f"/v1/deals/{deal['id']}")).status == 404
    assert (await old.get(f"/v1/deals/{now['id']}")).status == 404
    assert (await new.get("/v1/deal-transfers"))["data"] == (await old.get("/v1/deal-transfers"))["data"] == []
    for side, other in ((old, new), (new, old)):
        seen = [await side.get(f"/v1/{noun}") for noun in ("transfer-consents", "deals", "protection-claims")]
        assert not any(str(other.partner_id).encode() in each.body for each in seen)
    told = await tenant.system.superuser.fetch(
        "SELECT data->>'side' AS side, audience::text FROM deals.events WHERE tenant_id = $1 AND type = $2",
        tenant.id,
        "deal.registration.transferred.v1",
    )
    assert {row["side"]: row["audience"] for row in told} == {
        "old": f'["{old.partner_id}"]',
        "new": f'["{new.partner_id}"]',
    }


async def test_with_the_consent_of_both_partners_it_moves_by_itself(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)

    waiting = await opens(place, deal, new)
    assert waiting["status"] == "approved"
    assert (await opens(place, deal, new)).problem == "transfer_open"
    first, second = await consents(old, new)
    await tenant.system.settle()

    assert (first["status"], second["status"]) == ("given", "given")
    assert (await old.get(f"/v1/deals/{deal['id']}"))["status"] == "transferred"
    (transfer,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    assert (transfer["status"], transfer["successor_id"]) == ("completed", (await successor(place, deal))["id"])
    (consent,) = (await new.get("/v1/transfer-consents"))["data"]
    assert consent["deal_id"] == transfer["successor_id"]


async def test_one_refusal_ends_it_and_the_other_partner_hears_only_that(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    await opens(place, deal, new)
    (asked,) = (await old.get("/v1/transfer-consents"))["data"]

    vendor = await place.vendor.act(f"/v1/transfer-consents/{asked['id']}", "give")
    refused = await old.act(f"/v1/transfer-consents/{asked['id']}", "refuse", {"reason": "We are nearly there"})

    assert (vendor.problem, refused["status"]) == ("forbidden", "refused")
    assert (await old.get(f"/v1/deals/{deal['id']}"))["status"] == "approved"
    (other,) = (await new.get("/v1/transfer-consents"))["data"]
    assert (other["status"], other["answer"]) == ("superseded", None)
    (transfer,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    assert (transfer["status"], transfer["allowed_actions"]) == ("refused", [])


@pytest.mark.parametrize(("action", "status"), [("override", "completed"), ("cancel", "cancelled")])
async def test_the_vendor_decides_an_open_transfer_in_writing(tenant: Tenant, action: str, status: str):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    await opens(place, deal, new)
    (transfer,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    path = f"/v1/deal-transfers/{transfer['id']}"

    assert (await place.vendor.act(path, action, {})).status == 422
    assert (await old.act(path, action, WHY)).status in (403, 404)
    decided = await place.vendor.act(path, action, WHY)

    assert decided["status"] == status
    ended = "transferred" if status == "completed" else "approved"
    assert (await old.get(f"/v1/deals/{deal['id']}"))["status"] == ended
    assert [each["status"] for each in (await new.get("/v1/transfer-consents"))["data"]] == ["superseded"]


async def test_a_transfer_waits_while_its_deal_is_decided_again_and_ends_when_the_deal_is_for_another(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    path = f"/v1/deals/{deal['id']}"
    await opens(place, deal, new)

    async def offered() -> tuple[str, list[str]]:
        (transfer,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
        return transfer["status"], transfer["allowed_actions"]

    await changes(old, path, {"amount": BEYOND_LIMIT})
    waiting = await offered()
    await place.vendor.act(path, "approve")
    again = await offered()
    await changes(old, path, {"product_family": "edge"})

    assert (waiting, again) == (("open", ["cancel"]), ("open", ["override", "cancel"]))
    assert await offered() == ("cancelled", [])


async def test_what_both_agree_to_while_the_deal_is_decided_again_moves_once_it_is_approved(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    path = f"/v1/deals/{deal['id']}"
    await opens(place, deal, new)
    await consents(old)
    await changes(old, path, {"amount": BEYOND_LIMIT})

    (given,) = await consents(new)
    await tenant.system.settle()
    (waiting,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    await place.vendor.act(path, "approve")
    await tenant.system.settle()

    assert (given["status"], waiting["status"]) == ("given", "open")
    (moved,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    assert (moved["status"], moved["successor_id"]) == ("completed", (await successor(place, deal))["id"])


@pytest.mark.parametrize("end", ["lose", "revoke", "win"])
async def test_a_transfer_ends_with_its_deal_and_nobody_is_asked_any_more(tenant: Tenant, end: str):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    await opens(place, deal, new)
    path = f"/v1/deals/{deal['id']}"

    if end == "win":
        await wins(old, deal, amount=5, on=place.today())
    else:
        await (old if end == "lose" else place.vendor).act(path, end, {"reason": "They stay with us"})

    (transfer,) = (await place.vendor.get("/v1/deal-transfers", deal_id=deal["id"]))["data"]
    assert (transfer["status"], transfer["allowed_actions"]) == ("cancelled", [])
    for partner in (old, new):
        (consent,) = (await partner.get("/v1/transfer-consents"))["data"]
        assert (consent["status"], consent["allowed_actions"]) == ("superseded", [])


async def test_what_cannot_be_transferred_is_refused(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    suspended = await place.partner(status="suspended")
    deal = await submits(old)

    assert (await opens(place, deal, old)).problem == "invalid"
    assert (await opens(place, deal, suspended)).problem == "partner_not_active"
    body = {"to_partner_id": new.partner_id, **WHY}
    assert (await old.act(f"/v1/deals/{deal['id']}", "transfer", body)).problem == "forbidden"
    assert (await opens(place, deal, new, file_id="file_01h455vb4pex5vsknk084sn02q")).problem == "invalid"


async def test_a_suspended_partners_time_stands_still_until_its_customer_moves(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    await place.tells_of(old.partner_id, status="suspended")
    await tenant.advance(days=200)

    await opens(place, deal, new, override_reason="The partner is gone")

    now = await successor(place, deal)
    left = datetime.fromisoformat(now["protected_until"]) - tenant.now()
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)


async def test_a_sale_from_before_the_transfer_is_credited_to_the_partner_of_record_of_its_day(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    old, new = await place.partner(), await place.partner()
    deals = [await submits(old, product_family=family) for family in ("cloud", "storage")]
    before = place.today()
    await tenant.advance(days=10)
    for deal in deals:
        await opens(place, deal, new, override_reason="The customer has decided")

    for deal, day in zip(deals, (before, place.today()), strict=True):
        assert (await wins(new, await successor(place, deal), amount=5, on=day))["status"] == "won"

    told = await events_of(place, "deal.won.v1")
    assert [each["credited_partner_id"] for each in told] == [old.partner_id, new.partner_id]
    records = await events_of(place, "deal.partner_of_record.v1")
    assert {(each["previous_partner_id"], each["partner_id"]) for each in records} == {(old.partner_id, new.partner_id)}


async def test_what_is_delivered_after_a_transfer_is_the_new_partners_with_what_was_left_for_it(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old, amount={"amount": 100_000, "currency": "EUR"})
    order = await accepted_order(place, old, deal_id=deal["id"])
    before = place.today()
    await tenant.advance(days=10)
    await opens(place, deal, new, override_reason="The customer has decided")
    now = await successor(place, deal)

    await fulfils(place, order, 10, on=before)
    await fulfils(place, order, 0, 4)
    await invoices(place, order, 65_000)
    await invoices(place, order, 6_500, verb="credit", number="CN-1")

    for partner, theirs, amount in ((old, deal["id"], 25_000), (new, now["id"], 40_000)):
        (match,) = (await partner.get("/v1/order-matches", order_id=order["id"]))["data"]
        assert (match["deal_id"], match["partner_id"]) == (theirs, partner.partner_id)
        consumed = (await partner.get(f"/v1/deals/{theirs}/consumption"))["consumed"]
        assert [each["amount"] for each in consumed] == [match["amount"]["amount"]] == [amount]
    told = await events_of(place, "order.matched.v1")
    assert [(each["deal_id"], each["partner_id"], each["credited_partner_id"]) for each in told] == [
        (deal["id"], old.partner_id, old.partner_id),
        (now["id"], new.partner_id, new.partner_id),
    ]
    assert {each["partner_id"]: each["net"]["amount"] for each in await events_of(place, "order.credited.v1")} == {
        old.partner_id: 2_500,
        new.partner_id: 4_000,
    }
    left, beyond = [
        await submits_order(new, deal_id=now["id"], lines=[{"sku": "GX-1", "quantity": 1, "unit_price": price}])
        for price in (35_000, 1)
    ]
    assert (left["status"], beyond["status"]) == ("validated", "submitted")
