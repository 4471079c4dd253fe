"""How a company becomes a partner: it applies, is approved and activated, its people sign in, and it rises through the tiers."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from deploy.demo.director import CHAPTER, story_time
from deploy.demo.names import slug
from deploy.demo.opening import accept_invitations, new_password
from deploy.demo.stage import Actor, StoryBroken
from deploy.demo.world import Partnership, World

_TIERS: Final = ("bronze", "silver", "gold", "platinum")
_LEADS_AT_ONCE: Final = 200
# Which partners have a fate of their own, by their place in the list of partners.
SHOWN, RIVAL, SUSPENDED, TERMINATED = 1, 5, 26, 10
_BELOW: Final = (2, 4)
# Where the channel manager's partners are; the others have none yet.
_LOOKED_AFTER: Final = ("DE", "AT", "CH", "HU")
BEFORE_THE_END: Final = timedelta(days=20)


async def joining(world: World, partnership: Partnership, *, number: int) -> AsyncIterator[datetime]:
    """Apply, be approved, sign in, and later rise; some stop early."""
    dice = Random(f"partner {number}")
    profile, manager = partnership.profile, world.staff["program_admin"]
    answer = await world.stage.send(
        "POST", "/v1/applications", body=_application(partnership), prm_tenant=world.stage.slug
    )
    if answer.status != 201:
        raise StoryBroken(f"{profile.name} cannot apply: {answer.status} {answer.body[:300].decode()}")
    yield story_time() + timedelta(hours=dice.randint(5, 60))
    application = await manager.get(f"/v1/applications/{answer.json()['id']}")
    approved = await manager.act("applications", application, "approve", {"reason": "Good references."})
    # By the next chapter the machinery has handed the invitation to the gateway.
    yield story_time() + CHAPTER
    partnership.id = approved["partner_id"]
    admin = Actor(world.stage, _mail_of(partnership), new_password(), "partner_admin", partnership.id)
    if partnership.ends is not None:
        admin.leaves = partnership.ends - CHAPTER
    await accept_invitations(world, [admin])
    partnership.admin, partnership.sellers = admin, [admin]
    partner = await manager.get(f"/v1/partners/{partnership.id}")
    partner = await manager.change("partners", partner, _terms(world, partnership, number=number))
    await manager.act("partners", partner, "activate")
    if profile.country in _LOOKED_AFTER:
        await _look_after(world, partnership)
    if number in (SHOWN, RIVAL):
        colleagues = await _hire(world, partnership)
        yield story_time() + CHAPTER
        await accept_invitations(world, colleagues)
        partnership.colleagues = colleagues
        partnership.sellers = [admin, *(each for each in colleagues if each.role in ("sales", "sales_manager"))]
    async for instant in _rising(world, partnership, dice):
        yield instant
    if partnership.ends is not None:
        yield partnership.ends
        current = await manager.get(f"/v1/partners/{partnership.id}")
        if number == SUSPENDED:
            await manager.act("partners", current, "suspend", {"reason": "Invoices are overdue since August."})
        else:
            await manager.act("partners", current, "terminate", {"reason": "The owners have retired."})


def _application(partnership: Partnership) -> dict[str, object]:
    profile = partnership.profile
    return {
        "company": {
            "legal_name": profile.name,
            "country": profile.country,
            "website": f"https://www.{profile.domain}",
        },
        "contact": {
            "given_name": profile.given_name,
            "family_name": profile.family_name,
            "email": _mail_of(partnership),
        },
        "answers": {"industries": ["food", "packaging"], "employees": 40},
        "partner_types": [profile.type],
    }


def _mail_of(partnership: Partnership) -> str:
    profile = partnership.profile
    return f"{slug(profile.given_name)}.{slug(profile.family_name)}@{profile.domain}"


def _terms(world: World, partnership: Partnership, *, number: int) -> dict[str, object]:
    """Where the partner sells what, and that it begins in the lowest tier; a distributor or gold partner sells everything."""
    every = partnership.profile.tier in ("gold", "platinum")
    families = (
        world.families if every else sorted({world.families[number % 5], world.families[(number + 2) % 5], "drives"})
    )
    return {
        "territories": [partnership.profile.country],
        "product_families": families,
        "lead_capacity": _LEADS_AT_ONCE,
        "tier": _TIERS[0],
        "tier_effective_on": story_time().date().isoformat(),
    }


async def _look_after(world: World, partnership: Partnership) -> None:
    """Give the partner an owner among the vendor's staff, whose absence the deal desk covers."""
    owner, backup = world.staff["channel_manager"], world.staff["deal_desk"]
    body = {"partner_id": partnership.id, "account_id": owner.account_id, "role": "owner"}
    await world.staff["program_admin"].create("account-teams", {**body, "backup_account_id": backup.account_id})


async def stand_above(world: World) -> None:
    """The partner that is shown distributes to two others in its country, and sees what they register."""
    shown = world.partnerships[SHOWN]
    for below in (world.partnerships[number] for number in _BELOW):
        body = {"parent_partner_id": shown.id, "child_partner_id": below.id, "kind": "distributes_to"}
        if below.id:
            await world.staff["program_admin"].create("relationships", {**body, "visibility": "records"})


async def _hire(world: World, partnership: Partnership) -> list[Actor]:
    """The partner's administrator invites a colleague for every other role; a distributor's one is for the vendor to name."""
    hired = []
    for each in world.catalogue["colleagues"]:
        email = f"{slug(each['given_name'])}.{slug(each['family_name'])}@{partnership.profile.domain}"
        names = {name: each[name] for name in ("given_name", "family_name")}
        host = world.staff["program_admin"] if each["role"] == "distributor_admin" else partnership.admin
        assert host is not None
        body = {**names, "partner_id": partnership.id, "email": email, "roles": [each["role"]]}
        await host.act("people", await host.create("people", body), "invite")
        hired.append(Actor(world.stage, email, new_password(), each["role"], partnership.id))
    return hired


async def _rising(world: World, partnership: Partnership, dice: Random) -> AsyncIterator[datetime]:
    for tier in _TIERS[1 : _TIERS.index(partnership.profile.tier) + 1]:
        yield story_time() + timedelta(days=dice.randint(50, 130))
        manager = world.staff["program_admin"]
        partner = await manager.get(f"/v1/partners/{partnership.id}")
        begins: date = story_time().date()
        await manager.change("partners", partner, {"tier": tier, "tier_effective_on": begins.isoformat()})
