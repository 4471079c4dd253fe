"""Licences that are renewed and cancelled all the same: the terms that follow go with them, or leave them as they were."""

import asyncio
from datetime import date, timedelta

from tests.deals.make import events_of, wins, world
from tests.deals.test_licence_renewals import renewing
from tests.deals.test_licences import invoice, licensed, seen
from tests.system import Response, Tenant


def path(licence: Response) -> str:
    return f"/v1/licences/{licence['id']}"


async def test_a_licence_that_is_renewed_is_cancelled_until_it_ends_and_takes_the_terms_that_follow_with_it(
    tenant: Tenant,
):
    place = await world(tenant)
    seller = await place.partner()
    licence = await licensed(place, seller, renewal_lead_days=0)
    term = (date.fromisoformat(licence["ends_on"]) - place.today()).days
    await place.vendor.act(path(licence), "invoice", invoice(place, "I-1", start=0, days=term, amount=term * 100))
    renewed = await place.vendor.act(path(licence), "renew", {})
    following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")
    ahead = invoice(place, "I-2", start=term, days=30, amount=3_000)
    assert (await place.vendor.act(path(following), "invoice", ahead)).status == 200
    last = await place.vendor.act(path(following), "renew", {})
    assert "cancel" in renewed["allowed_actions"]
    day = (place.today() + timedelta(days=10)).isoformat()

    cancelled = await place.vendor.act(path(licence), "cancel", {"cancelled_on": day, "reason": "They moved away."})

    assert (cancelled["status"], cancelled["cancelled_on"]) == ("cancelled", day)
    for each in (following, await place.vendor.get(f"/v1/licences/{last['renewed_by']}")):
        gone = await seen(place, each)
        assert (gone["status"], gone["cancelled_on"], gone["cancel_reason"]) == (
            *("cancelled", each["starts_on"]),
            "They moved away.",
        )
    unserved = [each["net"]["amount"] for each in await events_of(place, "licence.unserved.v1")]
    assert unserved == [(term - 10) * 100, 3_000]
    assert len(await events_of(place, "licence.cancelled.v1")) == 3


async def test_a_term_that_is_called_off_before_it_begins_leaves_the_licence_before_to_be_renewed_again(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller)
    await wins(seller, deal, amount=120_000, on=place.today())
    await tenant.system.settle()
    following = await seller.get(f"/v1/licences/{(await seen(place, licence))['renewed_by']}")

    await place.vendor.act(path(following), "cancel", {"cancelled_on": following["starts_on"], "reason": "A mistake"})
    active = await seen(place, licence)
    (told,) = await events_of(place, "licence.activated.v1")
    await tenant.system.settle()
    prepared = await seen(place, licence)
    again = await place.vendor.act(path(licence), "renew", {})

    assert (active["status"], active["renewed_by"], active["renewal_deal_id"]) == ("active", None, None)
    assert told["licence_id"] == licence["id"]
    assert prepared["status"] == "renewing"
    assert prepared["renewal_deal_id"] not in (None, deal["id"])
    assert (again["status"], again["renewed_by"] != following["id"]) == ("renewed", True)
    assert (await place.vendor.get(f"/v1/licences/{again['renewed_by']}"))["renewal_of"] == licence["id"]


async def test_a_renewal_that_is_still_under_way_goes_on_where_the_next_term_is_called_off(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    licence, deal = await renewing(place, seller)
    renewed = await place.vendor.act(path(licence), "renew", {})
    following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")

    served = (date.fromisoformat(following["starts_on"]) + timedelta(days=9)).isoformat()
    other = await licensed(place, seller, renewal_lead_days=0)
    renewed_too = await place.vendor.act(path(other), "renew", {})
    await place.vendor.act(f"/v1/licences/{renewed_too['renewed_by']}", "cancel", {"cancelled_on": served})
    await place.vendor.act(path(following), "cancel", {"cancelled_on": following["starts_on"]})

    on = await seen(place, licence)
    assert (on["status"], on["renewed_by"], on["renewal_deal_id"]) == ("renewing", None, deal["id"])
    # Of the other, some days of the next term are served.
    assert (await seen(place, other))["status"] == "renewed"
    await tenant.advance(days=400)
    assert (await seen(place, licence))["status"] == "lapsed"


async def test_a_renewed_licence_that_has_ended_is_not_cancelled_any_more(tenant: Tenant):
    place = await world(tenant)
    licence = await licensed(place, await place.partner(), term_months=1, renewal_lead_days=0)
    renewed = await place.vendor.act(path(licence), "renew", {"term_months": 12})
    await tenant.advance(days=32)

    refused = await place.vendor.act(path(licence), "cancel", {"cancelled_on": licence["starts_on"]})
    following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")
    ended = await place.vendor.act(path(following), "cancel", {"cancelled_on": following["starts_on"]})

    assert (refused.problem, ended["status"]) == ("licence_ended", "cancelled")
    assert (await seen(place, licence))["status"] == "renewed"


async def test_two_terms_that_are_cancelled_at_once_are_cancelled_both(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    for _ in range(3):
        licence = await licensed(place, seller, renewal_lead_days=0)
        renewed = await place.vendor.act(path(licence), "renew", {})
        following = await place.vendor.get(f"/v1/licences/{renewed['renewed_by']}")

        answers = await asyncio.gather(
            *(
                place.vendor.act(path(each), "cancel", {"cancelled_on": each["starts_on"]})
                for each in (licence, following)
            )
        )

        assert {each.status for each in answers} <= {200, 409, 412}
        assert answers[1].status == 200 or (await seen(place, following))["status"] == "cancelled"
        assert (await seen(place, licence))["status"] in ("active", "cancelled")
