"""What a deal offers can be done now, and what it does not offer is refused: time, partner, cases and requests decide as well."""

import pytest

from tests.deals.approvals import LARGE, hires, policy, step
from tests.deals.make import BEYOND_LIMIT, World, submits, terms, world
from tests.deals.offering import offered, refusal
from tests.deals.test_protection_clock import OWED, the_claim
from tests.system import Client, Response, Tenant

LATER = {"expected_close_on": "2032-06-30"}
BACK = {"reason": "They come back to it"}


def at(deal: Response) -> str:
    """Where a deal is found."""
    return f"/v1/deals/{deal['id']}"


async def acts(caller: Client, deal: Response, action: str, body: object = None) -> Response:
    """Somebody does something with a deal; the answer offers what a read of it offers then."""
    answer = await caller.act(at(deal), action, body)
    assert answer.status != 200 or answer["allowed_actions"] == await offered(caller, at(deal))
    return answer


async def qualified(seller: Client) -> Response:
    """A protected deal that is far enough for more time."""
    return await acts(seller, await submits(seller), "stage", {"stage": "qualified"})


async def test_more_time_is_offered_from_the_second_stage_on_and_not_after_the_last(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    assert await refusal(seller, at(deal), "extend", LATER) == "stage_too_early"
    assert "extend" in (await acts(seller, deal, "stage", {"stage": "qualified"}))["allowed_actions"]
    assert (await acts(seller, deal, "extend", LATER)).status == 200
    assert await refusal(seller, at(deal), "extend", {"expected_close_on": "2033-01-01"}) == "extensions_used_up"
    assert await refusal(place.vendor, at(deal), "extend", {"expected_close_on": "2033-01-01"}) == "extensions_used_up"


@pytest.mark.parametrize(("decision", "again"), [("approve", False), ("refuse", True)])
async def test_more_time_is_not_offered_while_it_is_asked_for(tenant: Tenant, decision: str, again: bool):
    place = await world(tenant)
    await terms(place, extensions_decided_by="person")
    seller = await place.partner()
    deal = await qualified(seller)
    await acts(seller, deal, "extend", LATER)

    assert await refusal(seller, at(deal), "extend", LATER) == "extension_pending"
    (asked,) = (await place.vendor.get("/v1/protection-extensions"))["data"]
    await place.vendor.act(f"/v1/protection-extensions/{asked['id']}", decision, {"reason": "So be it"})

    assert ("extend" in await offered(seller, at(deal))) == again


async def test_a_registration_in_conflict_is_not_offered_to_be_routed_until_its_case_is_decided(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")
    await policy(place, step())
    await submits(await place.partner())
    deal = await submits(await place.partner(), amount=LARGE)
    (case,) = (await place.vendor.get("/v1/conflict-cases", status="open"))["data"]
    path = f"/v1/conflict-cases/{case['id']}"

    assert await refusal(place.vendor, at(deal), "route") == "conflict_undecided"
    await tenant.vendor().act(path, "resolve", {"resolution": "upheld"})
    assert await refusal(place.vendor, at(deal), "route") == "conflict_upheld"
    assert "approve" not in await offered(place.vendor, at(deal))


async def test_a_registration_whose_match_was_rejected_is_offered_to_be_decided(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner())
    deal = await submits(await place.partner())
    (case,) = (await place.vendor.get("/v1/conflict-cases", status="open"))["data"]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "rejected_match"})

    assert "approve" in await offered(place.vendor, at(deal))


async def ended(place: World, seller: Client, end: str) -> Response:
    """A deal that waits for what brings it on, by what it waits for."""
    deal = await submits(seller, amount=BEYOND_LIMIT) if end in ("return", "reject") else await submits(seller)
    if end in ("return", "reject", "lose"):
        await acts(place.vendor, deal, end, {"reason": "Enough"})
    if end == "expire":
        await place.tenant.advance(days=50)
    return deal


@pytest.mark.parametrize(
    ("end", "action", "body"),
    [
        ("return", "submit", None),
        ("reject", "appeal", None),
        ("lose", "reopen", None),
        ("none", "stage", {"stage": "qualified"}),
        ("expire", "reinstate", BACK),
    ],
)
async def test_nothing_is_offered_that_a_partner_has_to_be_active_for(
    tenant: Tenant, end: str, action: str, body: object
):
    place = await world(tenant)
    seller = await place.partner()
    deal = await ended(place, seller, end)
    assert action in await offered(place.vendor, at(deal))

    await place.tells_of(seller.partner_id, status="suspended")
    assert await refusal(place.vendor, at(deal), action, body) == "partner_not_active"
    if action != "reinstate":
        assert await refusal(seller, at(deal), action, body) == "partner_not_active"
    await place.tells_of(seller.partner_id, status="active")

    assert (await acts(place.vendor, deal, action, body)).status == 200


async def test_a_registration_of_a_suspended_partner_is_not_offered_to_be_approved(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    before = await place.vendor.get(at(deal))
    await place.tells_of(seller.partner_id, status="suspended")

    assert "approve" in before["allowed_actions"]
    assert await refusal(place.vendor, at(deal), "approve") == "partner_not_active"
    assert "reject" in await offered(place.vendor, at(deal))
    # Nothing of the deal has changed, and what was seen before is not what there is now.
    now = await place.vendor.request("GET", at(deal), headers={"if-none-match": before.headers["etag"]})
    assert (now.status, now["version"]) == (200, before["version"])


@pytest.mark.parametrize(
    ("end", "action", "days", "code", "body"),
    [
        ("lose", "reopen", 30, "reopen_window_closed", None),
        ("reject", "appeal", 10, "appeal_too_late", None),
        ("expire", "reinstate", 9, "reinstatement_window_closed", BACK),
    ],
)
async def test_what_has_ended_is_offered_to_come_back_for_its_days(
    tenant: Tenant, end: str, action: str, days: int, code: str, body: object
):
    place = await world(tenant)
    seller = await place.partner()
    deal = await ended(place, seller, end)
    await tenant.advance(days=days - 1)
    assert action in await offered(place.vendor, at(deal))

    await tenant.advance(days=1, seconds=1)

    assert await refusal(place.vendor, at(deal), action, body) == code


async def test_a_lost_deal_is_not_offered_to_be_reopened_once_its_protection_would_be_over(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    left = (await seller.get(at(deal)))["protected_until"]
    assert left is not None
    for _ in range(2):
        await tenant.advance(days=40)
        await acts(seller, deal, "stage", {"stage": "qualified"})
    await acts(seller, deal, "lose", {"reason": "Enough"})
    assert "reopen" in await offered(seller, at(deal))

    await tenant.advance(days=12)

    assert await refusal(seller, at(deal), "reopen") == "protection_ended"


async def test_an_expired_deal_is_offered_to_be_won_until_its_tail_has_passed(tenant: Tenant):
    place = await world(tenant)
    await terms(place, tail_days=20)
    seller = await place.partner()
    deal = await ended(place, seller, "expire")
    sale = {"amount": {"amount": 5, "currency": "EUR"}, "closed_on": place.today().isoformat()}
    assert "win" in await offered(seller, at(deal))

    await tenant.advance(days=16)

    assert await refusal(seller, at(deal), "win", sale) == "protection_ended"


async def test_a_deal_that_was_lost_while_its_clock_stood_is_not_offered_to_be_reopened_past_its_time(tenant: Tenant):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller = await place.partner()
    deal = await submits(seller)
    await tenant.advance(days=80)
    claim = await the_claim(seller, deal["id"])
    await place.vendor.act(f"/v1/protection-claims/{claim['id']}", "pause", OWED)
    await acts(seller, deal, "lose", {"reason": "Enough"})
    await tenant.advance(days=9)
    assert "reopen" in await offered(seller, at(deal))

    await tenant.advance(days=2)

    assert await refusal(seller, at(deal), "reopen") == "protection_ended"
