"""Customers that only look like one another, registered in one moment: nobody finds them later."""

import asyncio
from typing import Any

from tests.deals.make import World, changes, drafts, submits, world
from tests.leads.make import waits_for_a_lock
from tests.system import Client, Response, Tenant

_HOLD = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2, 0))"
_NAMES = ("Aldermoor", "Birkenwald", "Czerny", "Dovecote", "Eschenbach", "Fjellstad", "Grunwald", "Hollenthon")


def _spellings(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """One company that no key tells to be one: the first with its domain, the second without."""
    known = {"name": f"{name} Maschinenbau GmbH", "country": "DE", "domain": f"{name.lower()}-maschinenbau.de"}
    return known, {"name": f"{name} Maschinenbau AG", "country": "DE"}


async def _met(place: World) -> list[str]:
    return [each["class"] for each in (await place.vendor.get("/v1/conflict-cases", limit=200)).json["data"]]


async def _at_once(partners: tuple[Client, Client], both: list[Response]) -> list[str]:
    """Submit a deal of each of two partners in one moment and return what has become of each."""
    sent = (each.act(f"/v1/deals/{deal['id']}", "submit") for each, deal in zip(partners, both, strict=True))
    return [each["status"] for each in await asyncio.gather(*sent)]


async def test_of_two_that_look_like_one_another_and_come_at_once_one_is_approved_and_the_other_gets_a_case(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    for name in _NAMES:
        known, alike = _spellings(name)
        both = [await drafts(seller, known), await drafts(rival, alike)]
        assert sorted(await _at_once((seller, rival), both)) == ["approved", "in_review"], name

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


async def test_one_that_comes_with_another_name_of_a_customer_waits_for_whoever_registers_it_just_then(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    known, alike = _spellings("Aldermoor")
    known |= {"domain": "xq.example"}
    customer = await place.vendor.post("/v1/customers", known)
    other_name = await drafts(seller, {"name": "Birkenwald Werk", "domain": "xq.example"})
    wanted, superuser = await drafts(rival, alike), tenant.system.superuser

    async with superuser.transaction():
        await superuser.execute(_HOLD, tenant.id, customer["id"])
        first = asyncio.create_task(seller.act(f"/v1/deals/{other_name['id']}", "submit"))
        await waits_for_a_lock(tenant, first)
        second = asyncio.create_task(rival.act(f"/v1/deals/{wanted['id']}", "submit"))
        await waits_for_a_lock(tenant, second, beside=1)

    assert ((await first)["status"], (await second)["status"]) == ("approved", "in_review")
    assert await _met(place) == ["probable"]


async def test_a_subsidiary_and_its_parent_that_are_registered_at_once_meet_by_the_domains_of_their_house(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    for number, name in enumerate(_NAMES):
        child, parent = f"xq{number}.example", f"zw{number}.example"
        link = {"from_domain": child, "to_domain": parent, "kind": "parent"}
        await place.vendor.post("/v1/domain-links", link)
        both = [
            await drafts(seller, {"name": f"{name[::-1]} Werk", "domain": child}),
            await drafts(rival, {"name": f"{name} Holding", "domain": parent}),
        ]
        assert sorted(await _at_once((seller, rival), both)) == ["approved", "in_review"], name

    assert await _met(place) == ["related"] * len(_NAMES)
