"""The story of one lead: it comes in, is qualified and offered, and taken up, declined or let lapse, until it is a deal or not."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from deploy.demo.deals import registered
from deploy.demo.director import CHAPTER, story_time
from deploy.demo.stage import Actor
from deploy.demo.world import Partnership, World, contract_value

_HOPS: Final = 3


@dataclass(frozen=True, slots=True)
class LeadPlan:
    """What the story of a lead starts from."""

    number: int
    country: str
    family: str
    converts: bool = False
    given_to: Partnership | None = None


async def lead(world: World, plan: LeadPlan) -> AsyncIterator[datetime]:
    """Take a lead in and tell how it goes on."""
    dice = Random(f"lead {plan.number}")
    manager = world.staff["lead_manager"]
    seen = await world.staff["marketing_manager"].create("leads", _body(world, plan, dice))
    yield story_time() + timedelta(hours=dice.randint(1, 30))
    if plan.given_to is not None:
        await _given(manager, seen, plan.given_to)
        return
    if not plan.converts and dice.random() < 0.12:
        reason = dice.choice(world.catalogue["dead_ends"])
        await manager.act("leads", seen, "disqualify", {"reason": reason})
        return
    seen = await manager.act("leads", seen, "qualify")
    yield story_time() + timedelta(minutes=dice.randint(5, 300))
    seen = await manager.act("leads", seen, "route")
    if seen["status"] != "offered":
        return
    async for instant in _answered(world, seen, plan, dice):
        yield instant


async def _given(manager: Actor, seen: Mapping[str, Any], partnership: Partnership) -> None:
    """A person chooses the partner, who takes the lead and has not called yet."""
    partner = partnership.admin
    assert partner is not None
    seen = await manager.act("leads", seen, "qualify")
    seen = await manager.act("leads", seen, "offer", {"partner_id": partnership.id})
    await partner.act("leads", seen, "accept")


def _body(world: World, plan: LeadPlan, dice: Random) -> dict[str, Any]:
    company = world.naming.company(plan.country)
    person = world.naming.person(company)
    body: dict[str, Any] = {
        "company": {"name": company.name, "domain": company.domain, "country": plan.country},
        "contact": {"given_name": person.given_name, "family_name": person.family_name, "email": person.email},
        "source": dice.choice(world.catalogue["sources"]),
        "product_family": plan.family,
        "country": plan.country,
    }
    if plan.converts or dice.random() < 0.5:
        body["amount"] = world.price(contract_value(dice), plan.country)
    return body


async def _answered(world: World, seen: Mapping[str, Any], plan: LeadPlan, dice: Random) -> AsyncIterator[datetime]:
    """Each partner in turn takes the lead, declines it, or lets the offer lapse."""
    lead_id, current = seen["id"], seen
    for hop in range(_HOPS):
        yield story_time() + timedelta(hours=dice.randint(1, 20))
        if hop:
            current = await world.staff["lead_manager"].get(f"/v1/leads/{lead_id}")
        if current["status"] != "offered":
            return
        partner = world.partner(current["partner_id"]).admin
        assert partner is not None
        draw = dice.random()
        if draw < 0.72 or plan.converts:
            answer = await partner.attempt(f"/v1/leads/{lead_id}/accept", seen=current)
            if answer.status < 300:
                async for instant in _worked(world, partner, answer.json(), plan, dice):
                    yield instant
                return
        elif draw < 0.88:
            reason = dice.choice(world.catalogue["decline_reasons"])
            await partner.attempt(f"/v1/leads/{lead_id}/decline", {"reason": reason}, seen=current)
            continue
        # The offer lapses; by the next chapter the machinery has sent the lead on.
        yield story_time() + CHAPTER


async def _worked(
    world: World, partner: Actor, seen: Mapping[str, Any], plan: LeadPlan, dice: Random
) -> AsyncIterator[datetime]:
    """The partner calls, and makes a deal of it or gives up."""
    yield story_time() + timedelta(hours=dice.randint(2, 60))
    seen = await partner.act("leads", seen, "contact")
    if dice.random() < 0.5:
        yield story_time() + timedelta(hours=dice.randint(24, 120))
        seen = await partner.act("leads", seen, "contact")
    yield story_time() + timedelta(hours=dice.randint(48, 300))
    if plan.converts:
        converted = await partner.act("leads", seen, "convert", {"title": f"{seen['company']['name']}: from a lead"})
        made = await partner.get(f"/v1/deals/{converted['deal_id']}")
        async for instant in registered(world, partner, made, dice):
            yield instant
    elif dice.random() < 0.8:
        await partner.act("leads", seen, "disqualify", {"reason": dice.choice(world.catalogue["dead_ends"])})
