"""What becomes of the registrations of a partner that is terminated."""

import pytest

from tests.deals.make import BEYOND_LIMIT, GLOBEX, changes, events_of, publishes, submits, terms, wins, world
from tests.system import Tenant


async def test_a_terminated_partner_loses_its_protections_and_what_it_has_asked_for(tenant: Tenant):
    place = await world(tenant)
    await publishes(place.vendor, quotas=[{"open": 9}])
    old, rival = await place.partner(), await place.partner()
    initech, hooli, acme = [
        {**GLOBEX, "name": each, "domain": f"{each.lower()}.com"} for each in ("Initech", "Hooli", "Acme")
    ]
    deal, again = await submits(old), await submits(old, initech)
    # Its amount is being decided again, and its clock stands.
    await changes(old, f"/v1/deals/{again['id']}", {"amount": BEYOND_LIMIT})
    pending, back = await submits(old, hooli, amount=BEYOND_LIMIT), await submits(old, acme, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{back['id']}", "return")

    await place.tells_of(old.partner_id, status="terminated")

    seen = [await place.vendor.get(f"/v1/deals/{each['id']}") for each in (deal, again, pending, back)]
    assert [each["status"] for each in seen] == ["expired", "expired", "withdrawn", "withdrawn"]
    assert [each["decision_due_at"] for each in seen] == [None] * 4
    assert {each["decision_reason"] for each in seen[2:]} == {"partner_terminated"}
    claims = (await place.vendor.get("/v1/protection-claims"))["data"]
    assert {each["status"] for each in claims} == {"released"}
    assert [(await submits(rival, each))["status"] for each in (GLOBEX, initech, hooli, acme)] == ["approved"] * 4
    told = await events_of(place, "deal.protection.expired.v1")
    assert [(each["deal_id"], each["reason"]) for each in told] == [
        (each["id"], "terminated") for each in (deal, again)
    ]
    assert len(await events_of(place, "deal.registration.withdrawn.v1")) == 2


@pytest.mark.parametrize("on_termination", ["release", "offer"])
async def test_what_a_terminated_partner_has_sold_stays_sold_and_keeps_the_customer_from_nobody(
    tenant: Tenant, on_termination: str
):
    place = await world(tenant)
    await terms(place, on_termination=on_termination)
    old = await place.partner()
    sold = await submits(old)
    await wins(old, sold, amount=900_000, on=place.today())
    await tenant.advance(days=5)

    for _ in range(2):
        await place.tells_of(old.partner_id, status="terminated")

    seen = await place.vendor.get(f"/v1/deals/{sold['id']}")
    assert (seen["status"], seen["net"], seen["protected_until"] < sold["protected_until"]) == (
        *("won", {"amount": 900_000, "currency": "EUR"}),
        True,
    )
    (claim,) = (await place.vendor.get("/v1/protection-claims"))["data"]
    assert (claim["status"], claim["incumbent_until"], claim["offered_at"]) == ("released", None, None)
    (told,) = await events_of(place, "deal.protection.expired.v1")
    assert (told["deal_id"], told["reason"]) == (sold["id"], "terminated")
    assert (await submits(await place.partner()))["status"] == "approved"


async def test_what_a_terminated_partner_was_offered_for_and_sells_after_all_keeps_the_customer_from_nobody(
    tenant: Tenant,
):
    place = await world(tenant)
    await terms(place, on_termination="offer")
    old = await place.partner()
    deal = await submits(old)
    await place.tells_of(old.partner_id, status="terminated")
    await tenant.advance(days=5)

    won = await wins(place.vendor, deal, amount=900_000, on=place.today())

    assert (won["status"], won["protected_until"] < deal["protected_until"]) == ("won", True), won.json
    (claim,) = (await place.vendor.get("/v1/protection-claims"))["data"]
    assert (claim["status"], claim["incumbent_until"]) == ("released", None)
    (told,) = await events_of(place, "deal.protection.expired.v1")
    assert (told["deal_id"], told["reason"]) == (deal["id"], "terminated")
    assert (await submits(await place.partner()))["status"] == "approved"
