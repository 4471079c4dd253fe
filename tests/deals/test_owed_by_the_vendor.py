"""What becomes of a clock that stands still because the vendor owes something, when the deal ends, is sold or changes hands."""

from datetime import datetime, timedelta

import pytest

from tests.deals.make import submits, terms, wins, world
from tests.deals.test_protection_clock import OWED, the_claim
from tests.deals.test_protection_extensions import LATER, qualified
from tests.deals.test_transfers import opens, successor
from tests.system import Tenant


@pytest.mark.parametrize("owed", ["a quote", "a decision about more time"])
async def test_a_deal_that_is_lost_while_its_clock_stands_comes_back_for_what_was_left_of_its_time(
    tenant: Tenant, owed: str
):
    place = await world(tenant)
    await terms(place, extensions_decided_by="person")
    seller = await place.partner()
    deal = await qualified(seller)
    path = f"/v1/deals/{deal['id']}"
    if owed == "a quote":
        await place.vendor.act(f"/v1/protection-claims/{(await the_claim(seller, deal['id']))['id']}", "pause", OWED)
    else:
        await seller.act(path, "extend", {**LATER, "days": 60})
    await tenant.advance(days=10)

    await seller.act(path, "lose", {"reason": "budget"})
    released = await the_claim(seller, deal["id"])
    await tenant.advance(days=5)
    reopened = await seller.act(path, "reopen")

    assert reopened["status"] == "approved", reopened.json
    assert [each["until"] is None for each in released["pauses"]] == [False]
    longer = datetime.fromisoformat(reopened["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
    assert timedelta(days=10) <= longer < timedelta(days=10, minutes=1)


async def test_a_sale_ends_what_the_vendor_owed_for_it_and_its_protection_ends_in_time(tenant: Tenant):
    place = await world(tenant)
    await terms(place, incumbency_days=0)
    seller = await place.partner()
    deal = await submits(seller)
    claim = await the_claim(seller, deal["id"])
    await place.vendor.act(f"/v1/protection-claims/{claim['id']}", "pause", OWED)
    await tenant.advance(days=10)

    won = await wins(seller, deal, amount=900_000, on=place.today())

    longer = datetime.fromisoformat(won["protected_until"]) - datetime.fromisoformat(deal["protected_until"])
    assert timedelta(days=10) <= longer < timedelta(days=10, minutes=1)
    assert (await the_claim(seller, deal["id"]))["paused"] is False
    await tenant.advance(days=91)
    assert (await submits(await place.partner()))["status"] == "approved"


async def test_for_what_is_sold_nothing_is_owed_and_its_clock_is_not_stopped(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    claim = await the_claim(seller, deal["id"])
    path = f"/v1/protection-claims/{claim['id']}"
    before = await place.vendor.get(path)
    await wins(seller, deal, amount=900_000, on=place.today())

    sold = await place.vendor.get(path)
    refused = await place.vendor.act(path, "pause", OWED)

    assert (before["allowed_actions"], sold["allowed_actions"], sold["status"]) == (["pause"], [], "active")
    assert (refused.status, refused.problem) == (409, "invalid_transition")


async def test_what_the_vendor_owes_it_owes_the_next_partner_too(tenant: Tenant):
    place = await world(tenant)
    old, new = await place.partner(), await place.partner()
    deal = await submits(old)
    claim = await the_claim(old, deal["id"])
    await place.vendor.act(f"/v1/protection-claims/{claim['id']}", "pause", OWED)
    await tenant.advance(days=10)

    await opens(place, deal, new, override_reason="The customer has decided")

    now = await successor(place, deal)
    taken, given = await the_claim(new, now["id"]), await the_claim(old, deal["id"])
    assert (now["protected_until"], taken["paused"], [each["cause"] for each in taken["pauses"]]) == (
        *(None, True),
        ["vendor"],
    )
    assert [each["until"] is None for each in given["pauses"]] == [False]
    await tenant.advance(days=200)
    resumed = await place.vendor.act(f"/v1/protection-claims/{taken['id']}", "resume")
    left = datetime.fromisoformat(resumed["protected_until"]) - tenant.now()
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)
