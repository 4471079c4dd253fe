"""A converted lead becomes one deal, whichever way and however often the news arrives."""

from datetime import timedelta
from typing import Any

import orjson

from services.deals.registrations.handlers import on_lead_converted
from shared.events.catalog.deals import Amount
from shared.events.catalog.leads import LeadCompany, LeadConverted
from shared.values.ids import new_id
from shared.web.peer import call
from tests.deals.make import World, events_of, submits, world
from tests.system import Client, Tenant


def converted(place: World, seller: Client, **fields: Any) -> LeadConverted:
    """The event of a lead that a seller accepted an hour ago and converts now."""
    now = place.tenant.now()
    told: dict[str, Any] = {
        "lead_id": new_id("lead", at=now),
        "deal_id": new_id("deal", at=now),
        "partner_id": seller.partner_id,
        "company": LeadCompany(name="Globex", domain="globex.com", country="US", tax_id=None),
        "product_family": "cloud",
        "title": "Globex wants cloud",
        "amount": Amount(amount=500_000, currency="EUR"),
        "accepted_at": now - timedelta(hours=1),
        "converted_by": "acc_seller",
    }
    return LeadConverted(**(told | fields))


async def arrives(place: World, event: LeadConverted) -> None:
    """The feed delivers the event."""
    await place.delivers(on_lead_converted, event, subject=event.lead_id, version=5, at=place.tenant.now())


async def pushed(place: World, event: LeadConverted) -> Any:
    """The leads service pushes the event through the seam; returns the answer and the envelope it sent."""
    envelope = place.envelope(event, subject=event.lead_id, version=5, at=place.tenant.now())
    system = place.tenant.system
    token = system.token(aud="internal", kind="internal", sub="service:leads", tenant="system", scope="*:*")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    body = orjson.dumps(envelope.as_json())
    return await call(system.apps["deals"], "POST", "/internal/lead-conversions", headers=headers, body=body), body


async def test_a_converted_lead_is_a_registered_deal_with_the_priority_of_its_acceptance(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    earlier = await submits(rival, amount={"amount": 90_000_000_00, "currency": "EUR"})
    event = converted(place, seller)

    await arrives(place, event)

    deal = await seller.get(f"/v1/deals/{event.deal_id}")
    assert (deal["lead_id"], deal["created_by"], deal["title"]) == (event.lead_id, "acc_seller", "Globex wants cloud")
    assert deal["status"] == "in_review"
    assert deal["priority_no"] < earlier["priority_no"]


async def test_without_a_rival_it_is_approved_at_once_and_its_win_names_the_lead(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    event = converted(place, seller)
    await arrives(place, event)

    assert (await seller.get(f"/v1/deals/{event.deal_id}"))["status"] == "approved"
    body = {"amount": {"amount": 5, "currency": "EUR"}, "closed_on": place.today().isoformat()}
    await seller.act(f"/v1/deals/{event.deal_id}", "win", body)
    assert (await events_of(place, "deal.won.v1"))[0]["lead_id"] == event.lead_id


async def test_a_lead_converted_twice_is_the_first_deal(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = converted(place, seller)
    second = converted(place, seller, lead_id=first.lead_id)

    for event in (first, first, second):
        await arrives(place, event)

    assert [each["id"] for each in (await seller.get("/v1/deals")).json["data"]] == [first.deal_id]
    assert len(await events_of(place, "deal.registration.approved.v1")) == 1


async def test_a_pushed_conversion_answers_with_the_deal_and_the_same_event_again_changes_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    event = converted(place, seller)

    answer, body = await pushed(place, event)
    system = tenant.system
    token = system.token(aud="internal", kind="internal", sub="service:leads", tenant="system", scope="*:*")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    again = await call(system.apps["deals"], "POST", "/internal/lead-conversions", headers=headers, body=body)

    assert (answer.status, answer.json()) == (200, {"deal_id": event.deal_id, "status": "approved"})
    assert again.json() == answer.json()
    handled = await system.superuser.fetchval(
        "SELECT count(*) FROM deals.inbox WHERE tenant_id = $1 AND source = 'leads'", tenant.id
    )
    assert handled == 1


async def test_a_lead_that_cannot_be_registered_yet_is_a_draft_that_says_why(tenant: Tenant):
    place = await world(tenant)
    seller, waiting = await place.partner(), await place.partner(status="suspended")
    nameless = LeadCompany(name="GmbH", domain=None, country=None, tax_id=None)

    unclear = converted(place, seller, company=nameless)
    unsold = converted(place, seller, product_family="nothing")
    idle = converted(place, waiting)
    for event in (unclear, unsold, idle):
        await arrives(place, event)

    seen = [await place.vendor.get(f"/v1/deals/{event.deal_id}") for event in (unclear, unsold, idle)]
    assert [each["status"] for each in seen] == ["draft"] * 3
    assert [each["decision_trace"][0]["reasons"] for each in seen] == [
        ["customer_not_identified"],
        ["invalid"],
        ["partner_not_active"],
    ]


async def test_what_is_no_event_is_refused_and_outsiders_do_not_reach_internal_routes(tenant: Tenant):
    place = await world(tenant)
    system = tenant.system
    internal = system.token(aud="internal", kind="internal", sub="service:leads", tenant="system", scope="*:*")

    for token, status in ((internal, 400), (place.vendor.token, 401)):
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        answer = await call(
            system.apps["deals"], "POST", "/internal/lead-conversions", headers=headers, body=b'{"id": 5}'
        )
        assert answer.status == status
