"""Customers that only look like one another, registered in one moment: nobody finds them later."""

import asyncio
from typing import Any

from tests.deals.make import World, changes, drafts, submits, world
from tests.system import Tenant

_NAMES = ("Aldermoor", "Birkenwald", "Czerny", "Dovecote", "Eschenbach", "Fjellstad", "Grunwald", "Hollenthon")


def _spellings(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """One company that no key tells to be one: the first with its domain, the second without."""
    known = {"name": f"{name} Maschinenbau GmbH", "country": "DE", "domain": f"{name.lower()}-maschinenbau.de"}
    return known, {"name": f"{name} Maschinenbau AG", "country": "DE"}


async def _met(place: World) -> list[str]:
    return [each["class"] for each in (await place.vendor.get("/v1/conflict-cases", limit=200)).json["data"]]


async def test_of_two_that_look_like_one_another_and_come_at_once_one_is_approved_and_the_other_gets_a_case(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    for name in _NAMES:
        known, alike = _spellings(name)
        both = [await drafts(seller, known), await drafts(rival, alike)]
        answers = await asyncio.gather(
            *(each.act(f"/v1/deals/{deal['id']}", "submit") for each, deal in zip((seller, rival), both, strict=True))
        )
        assert sorted(each["status"] for each in answers) == ["approved", "in_review"], name

    assert await _met(place) == ["probable"] * len(_NAMES)


async def test_a_deal_that_is_changed_to_a_customer_meets_one_like_it_that_is_registered_at_once(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    for name in _NAMES:
        known, alike = _spellings(name)
        held = await submits(seller, {"name": f"{name[::-1]} Werk", "domain": f"{name[::-1].lower()}.example"})
        wanted = await drafts(rival, alike)
        answers = await asyncio.gather(
            changes(seller, f"/v1/deals/{held['id']}", {"customer": known}),
            rival.act(f"/v1/deals/{wanted['id']}", "submit"),
        )
        assert sorted(each["status"] for each in answers) == ["approved", "in_review"], name

    assert await _met(place) == ["probable"] * len(_NAMES)
