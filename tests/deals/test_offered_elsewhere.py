"""Quotes, orders, licences and what else belongs to deals offer what can be done now, and nothing that is refused."""

from datetime import timedelta
from typing import Any

from tests.deals.engaging import invites, prepares, template
from tests.deals.make import World, changes, submits, terms, world
from tests.deals.offering import offered, refusal
from tests.deals.ordering import submits_order
from tests.deals.test_licences import licensed
from tests.deals.test_price_lists import euros, publishes
from tests.deals.test_products import sells
from tests.deals.test_protection_clock import OWED, the_claim
from tests.deals.test_protection_extensions import jumps
from tests.deals.test_quotes import drafts, issues
from tests.deals.test_solutions import drafts as drafts_solution
from tests.deals.test_special_prices import asks_for
from tests.deals.test_transfers import opens
from tests.system import Client, Response, Tenant

NOT_ACTIVE = "partner_not_active"


async def suspended(place: World, partner: Client) -> None:
    """The partners service tells that a partner is suspended."""
    await place.tells_of(partner.partner_id, status="suspended")


async def selling(tenant: Tenant) -> World:
    """A tenant with a product at a price."""
    place = await world(tenant)
    await sells(place)
    await publishes(place, entries=[{"sku": "CL-100", "price": euros(1_000)}])
    return place


async def test_a_licence_that_has_ended_is_neither_cancelled_nor_renewed_nor_given_to_another(tenant: Tenant):
    place = await world(tenant)
    seller, other = await place.partner(), await place.partner()
    running, renewed = await licensed(place, seller), await licensed(place, seller, sku="GX-200")
    trial = await licensed(place, seller, sku="GX-300", kind="trial", unit_price=0, term_months=12)
    at = {
        name: f"/v1/licences/{each['id']}"
        for name, each in (("running", running), ("renewed", renewed), ("trial", trial))
    }
    assert (await place.vendor.act(at["renewed"], "renew", {})).status == 200
    assert {"cancel", "renew", "transfer"} <= set(await offered(place.vendor, at["running"]))
    assert "cancel" in await offered(place.vendor, at["renewed"])
    today = place.today()

    await jumps(place, days=367)

    cancelled = {"cancelled_on": (today + timedelta(days=5)).isoformat(), "reason": "Moved away"}
    given = {"to_partner_id": other.partner_id, "reason": "Moved away"}
    assert await refusal(place.vendor, at["renewed"], "cancel", cancelled) == "licence_ended"
    for action, body in (("cancel", cancelled), ("renew", {}), ("transfer", given)):
        assert await refusal(place.vendor, at["running"], action, body) == "licence_ended"
    started = {"starts_on": today.isoformat(), "term_months": 12, "unit_price": 100}
    assert await refusal(place.vendor, at["trial"], "activate", started) == "licence_ended"
    assert "invoice" in await offered(place.vendor, at["running"])


async def test_a_quote_is_issued_by_an_active_partner_accepted_while_it_is_good_and_revised_once(tenant: Tenant):
    place = await selling(tenant)
    seller = await place.partner()
    draft, issued = await drafts(seller), await issues(seller)
    to_issue, path = f"/v1/quotes/{draft['id']}", f"/v1/quotes/{issued['id']}"
    await suspended(place, seller)
    assert await refusal(seller, to_issue, "issue") == NOT_ACTIVE
    await place.tells_of(seller.partner_id, status="active")
    assert "issue" in await offered(seller, to_issue)
    assert {"accept", "revise"} <= set(await offered(seller, path))

    assert (await seller.act(path, "revise")).status in (200, 201)
    assert await refusal(seller, path, "revise") == "already_exists"
    assert "accept" in await offered(seller, path)
    await jumps(place, days=31)

    assert await refusal(seller, path, "accept") == "quote_expired"


async def test_an_order_is_handed_in_and_accepted_for_an_active_partner_that_is_not_on_hold(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await submits_order(buyer)
    path = f"/v1/orders/{order['id']}"
    assert "accept" in await offered(place.vendor, path)

    await changes(place.vendor, path, {"credit_hold": True})
    assert await refusal(place.vendor, path, "accept") == "on_credit_hold"
    await changes(place.vendor, path, {"credit_hold": False})
    assert "accept" in await offered(place.vendor, path)
    draft = await buyer.post("/v1/orders", {"kind": "direct", "currency": "EUR", "lines": order_lines()})
    await suspended(place, buyer)

    assert await refusal(place.vendor, path, "accept") == NOT_ACTIVE
    assert await refusal(buyer, f"/v1/orders/{draft['id']}", "submit") == NOT_ACTIVE


def order_lines() -> list[dict[str, Any]]:
    return [{"sku": "GX-100", "quantity": 1, "unit_price": 100}]


async def test_a_special_price_is_granted_to_an_active_partner(tenant: Tenant):
    place = await selling(tenant)
    seller = await place.partner()
    path = f"/v1/special-prices/{(await asks_for(place, seller))['id']}"
    assert "approve" in await offered(place.vendor, path)

    await suspended(place, seller)

    assert await refusal(place.vendor, path, "approve") == NOT_ACTIVE
    assert "reject" in await offered(place.vendor, path)


async def test_a_clock_is_stopped_and_started_while_the_claim_protects(tenant: Tenant):
    place = await world(tenant)
    await terms(place, released_after_days=None)
    seller = await place.partner()
    path = f"/v1/protection-claims/{(await the_claim(seller, (await submits(seller))['id']))['id']}"
    assert await offered(place.vendor, path) == ["pause"]

    await jumps(place, days=91)

    assert await refusal(place.vendor, path, "pause", OWED) == "not_protecting"


async def test_a_decision_about_a_conflict_is_appealed_against_in_its_time(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    await submits(first)
    await submits(second)
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    path = f"/v1/conflict-cases/{case['id']}"
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    assert await offered(second, path) == ["appeal"]

    await jumps(place, days=11)

    assert await refusal(second, path, "appeal", {"reason": "Ours"}) == "appeal_window_closed"


async def test_a_transfer_is_decided_alone_for_an_active_partner(tenant: Tenant):
    place = await world(tenant)
    seller, other = await place.partner(), await place.partner()
    await opens(place, await submits(seller), other)
    (transfer,) = (await place.vendor.get("/v1/deal-transfers"))["data"]
    path = f"/v1/deal-transfers/{transfer['id']}"
    assert "override" in await offered(place.vendor, path)

    await suspended(place, other)

    assert await refusal(place.vendor, path, "override", {"reason": "They insist"}) == NOT_ACTIVE
    assert "cancel" in await offered(place.vendor, path)


async def test_nobody_is_brought_into_a_deal_that_is_over_or_by_whoever_is_not_active(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    await template(place, "approved", needs_approval=True)
    leader, guest = await place.partner(), await place.partner()
    deal = await submits(leader)
    prepared = path_of(await prepares(leader, deal, guest, role="fulfil"))
    asked = path_of(await invites(leader, deal, guest, role="influence", share_template="approved"))
    invited = path_of(await invites(leader, deal, guest))
    assert "invite" in await offered(leader, prepared)
    assert "approve" in await offered(place.vendor, asked)
    assert "accept" in await offered(guest, invited)

    await suspended(place, guest)
    assert "invite" in await offered(leader, prepared), "how the other partner stands is not told"
    assert await refusal(place.vendor, prepared, "invite") == NOT_ACTIVE
    assert await refusal(place.vendor, asked, "approve") == NOT_ACTIVE
    assert await refusal(guest, invited, "accept") == NOT_ACTIVE
    await place.tells_of(guest.partner_id, status="active")
    await suspended(place, leader)
    assert await refusal(leader, prepared, "invite") == NOT_ACTIVE
    await place.tells_of(leader.partner_id, status="active")
    await leader.act(f"/v1/deals/{deal['id']}", "lose", {"reason": "Enough"})

    assert await refusal(leader, prepared, "invite") == "deal_not_open"
    assert await refusal(place.vendor, asked, "approve") == "deal_not_open"


async def test_an_invitation_is_not_accepted_once_its_time_is_over(tenant: Tenant):
    place = await world(tenant)
    await template(place, invitation_days=5)
    leader, guest = await place.partner(), await place.partner()
    invited = path_of(await invites(leader, await submits(leader), guest))
    assert "accept" in await offered(guest, invited)

    await jumps(place, days=6)

    assert await refusal(guest, invited, "accept") == "invalid_transition"


def path_of(engagement: Response) -> str:
    return f"/v1/engagements/{engagement['id']}"


async def test_a_solution_waits_for_every_consent_it_needs(tenant: Tenant):
    place = await world(tenant)
    lead, other = await place.partner(), await place.partner()
    path = f"/v1/solutions/{(await drafts_solution(lead, (lead, 7_500), (other, 2_500)))['id']}"

    assert await refusal(lead, path, "submit") == "consent_missing"
    await other.act(path, "consent")

    assert "submit" in await offered(lead, path)


async def test_a_price_list_is_published_once_it_has_a_price(tenant: Tenant):
    place = await world(tenant)
    await sells(place)
    body = {"name": "Prices", "currency": "EUR", "effective_from": place.today().isoformat()}
    path = f"/v1/price-lists/{(await place.vendor.post('/v1/price-lists', body))['id']}"

    assert await refusal(place.vendor, path, "publish") == "price_list_empty"
    entries = {"entries": [{"sku": "CL-100", "price": euros(1_000)}]}
    given = await place.vendor.act(path, "entries", entries)

    assert "publish" in given["allowed_actions"]
    assert "publish" in await offered(place.vendor, path)
