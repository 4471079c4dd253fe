"""What an expired deal credits while it waits to come back, and when nothing comes of that."""

from datetime import date

import pytest

from tests.deals.make import World, submits, wins, world
from tests.deals.ordering import LINES, accepted_order, fulfils, submits_order
from tests.deals.selling_out import reports, sold
from tests.deals.test_comebacks import ALIKE, KNOWN
from tests.deals.test_conflict_cases import claims_of
from tests.deals.test_merged_tenders import tender
from tests.system import Client, Response, Tenant


async def _waits(place: World, seller: Client, rival: Client) -> tuple[Response, Response, Response]:
    """An expired deal of the seller that waits to come back, as it was before and as it is now, and an order accepted for it."""
    deal = await submits(seller, KNOWN)
    order = await accepted_order(place, seller, deal_id=deal["id"], lines=LINES[:1])
    await place.tenant.advance(days=46)
    expired = await place.vendor.get(f"/v1/deals/{deal['id']}")
    await submits(rival, ALIKE)
    waiting = await place.vendor.act(f"/v1/deals/{deal['id']}", "reinstate", {"reason": "Once more"})
    assert (expired["status"], waiting["status"]) == ("expired", "in_review")
    return expired, waiting, order


async def _counted(place: World, deal: Response) -> list[tuple[str, int]]:
    found = (await place.vendor.get("/v1/order-matches", deal_id=deal["id"], sort="created_at"))["data"]
    return [(each["source"], each["quantity"]) for each in found]


async def test_an_expired_deal_that_waits_to_come_back_credits_what_it_did_before(tenant: Tenant):
    place = await world(tenant)
    seller, rival, distributor = await place.partner(), await place.partner(), await place.partner()
    expired, waiting, order = await _waits(place, seller, rival)

    await fulfils(place, order, 4)
    await reports(place, distributor, sold(place, sku="GX-200", customer=KNOWN, deal_id=expired["id"]))
    ordered = await submits_order(seller, deal_id=expired["id"], lines=LINES[:1])
    approved = await _approved(place, expired)

    shown = ("protected_from", "protected_until")
    assert [waiting[name] for name in shown] == [expired[name] for name in shown]
    assert await _counted(place, expired) == [("fulfilment", 4), ("pos_line", 3)]
    assert ordered["status"] == "validated"
    assert approved["protected_from"] > expired["protected_until"]


async def _approved(place: World, deal: Response) -> Response:
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "dual"})
    return await place.tenant.vendor().act(f"/v1/deals/{deal['id']}", "approve")


@pytest.mark.parametrize("end", ["reject", "withdraw", "terminated"])
async def test_an_expired_deal_of_whose_comeback_nothing_comes_is_expired_as_it_was(tenant: Tenant, end: str):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    expired, _, order = await _waits(place, seller, rival)
    path = f"/v1/deals/{expired['id']}"
    if end == "terminated":
        await place.tells_of(seller.partner_id, status="terminated")
        await tenant.system.settle()
    else:
        await (place.vendor if end == "reject" else seller).act(path, end)

    again = await place.vendor.get(path)
    await fulfils(place, order, 4)
    won = await wins(place.vendor, expired, amount=100_000, on=date.fromisoformat(expired["protected_until"][:10]))

    shown = ("status", "protected_from", "protected_until")
    assert [again[name] for name in shown] == [expired[name] for name in shown]
    assert (await claims_of(place))[expired["id"]]["status"] == "released"
    assert await _counted(place, expired) == [("fulfilment", 4)]
    assert won["status"] == "won"


async def test_what_waits_to_come_back_and_is_left_out_by_a_tender_is_expired_as_it_was(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    expired, waiting, order = await _waits(place, seller, rival)
    opened = await tender(place, waiting["customer_id"])

    await place.vendor.act(f"/v1/tenders/{opened['id']}", "cancel", {"reason": "Nothing comes of it"})
    again = await place.vendor.get(f"/v1/deals/{expired['id']}")
    await fulfils(place, order, 4)

    assert (again["status"], again["protected_until"]) == ("expired", expired["protected_until"])
    assert await _counted(place, expired) == [("fulfilment", 4)]


async def test_after_the_tail_a_deal_that_waits_to_come_back_credits_nothing(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    expired, _, order = await _waits(place, seller, rival)

    await tenant.advance(days=95)
    await fulfils(place, order, 4)
    ordered = await submits_order(seller, deal_id=expired["id"], lines=LINES[:1])

    assert (await place.vendor.get(f"/v1/deals/{expired['id']}"))["status"] == "in_review"
    assert ordered["status"] == "submitted"


async def test_a_deal_that_waits_to_come_back_is_open(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await _waits(place, seller, rival)

    await submits(seller, {"name": "Initech", "domain": "initech.com"})
    await tenant.advance(minutes=2)
    (measured,) = (await place.vendor.get("/v1/registration-quality", partner_id=seller.partner_id))["data"]

    assert measured["open_registrations"] == 2
