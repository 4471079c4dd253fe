"""The story of one deal: registered, decided, moved through the stages, won, lost or forgotten."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, Literal

from deploy.demo.director import story_time
from deploy.demo.names import Company
from deploy.demo.selling import delivered, licensed, quoted
from deploy.demo.stage import Actor
from deploy.demo.world import Partnership, World, contract_value

Ending = Literal["won", "lost", "silence", "revoked"]
_STAGES: Final = ("qualified", "technical_validation", "business_validation", "committed")
_UPHELD: Final = {"possible": 0.15, "probable": 0.7, "blocking": 1.0, "related": 0.3}
_SMALL: Final = 18_000  # approved without a person, whatever the tier
_BACKLOG: Final = timedelta(days=25)
_ENDINGS: Final[tuple[tuple[Ending, int], ...]] = (("won", 52), ("lost", 26), ("silence", 21), ("revoked", 1))


@dataclass(frozen=True, slots=True)
class DealPlan:
    """What the story of a deal starts from."""

    number: int
    partnership: Partnership
    customer: Company
    family: str
    stays_draft: bool = False
    stays_open: bool = False


async def deal(world: World, plan: DealPlan) -> AsyncIterator[datetime]:
    """Register a deal and tell how it goes on."""
    dice = Random(f"deal {plan.number}")
    seller = plan.partnership.seller(dice)
    euro = _SMALL if plan.stays_open else contract_value(dice)
    project = dice.choice(world.catalogue["projects"]).format(n=dice.randint(1, 9))
    customer: dict[str, Any] = {"name": plan.customer.name, "country": plan.customer.country}
    if dice.random() < 0.9:
        customer["domain"] = plan.customer.domain
    seen = await seller.create(
        "deals",
        {
            "title": f"{plan.customer.name}: {project}",
            "customer": customer,
            "product_family": plan.family,
            "amount": world.price(euro, plan.partnership.profile.country),
            "expected_close_on": _day(story_time() + timedelta(days=dice.randint(30, 140))),
        },
    )
    if plan.stays_draft:
        return
    yield story_time() + timedelta(hours=dice.randint(1, 20))
    answer = await seller.attempt(f"/v1/deals/{seen['id']}/submit", seen=seen)
    if answer.status >= 300 or plan.stays_open:
        return
    async for instant in registered(world, seller, answer.json(), dice):
        yield instant


async def registered(world: World, seller: Actor, seen: Mapping[str, Any], dice: Random) -> AsyncIterator[datetime]:
    """Tell what becomes of a deal that has been submitted."""
    decided = seen
    if seen["status"] == "in_review":
        yield story_time() + timedelta(hours=dice.randint(6, 70))
        verdict = await _review(world, seller, seen, dice)
        if verdict is None:
            return
        decided = verdict
    if decided["status"] != "approved":
        return
    ending: Ending = dice.choices([each for each, _ in _ENDINGS], [weight for _, weight in _ENDINGS])[0]
    reached = {"won": 4, "lost": dice.randint(1, 3), "silence": dice.randint(0, 2), "revoked": 1}[ending]
    for stage in _STAGES[:reached]:
        yield story_time() + timedelta(hours=dice.randint(40, 400))
        answer = await seller.attempt(f"/v1/deals/{decided['id']}/stage", {"stage": stage}, seen=decided)
        if answer.status >= 300:
            return
        decided = answer.json()
    yield story_time() + timedelta(hours=dice.randint(24, 300))
    async for instant in _ended(world, seller, decided, ending, dice):
        yield instant


async def _review(world: World, seller: Actor, seen: Mapping[str, Any], dice: Random) -> Mapping[str, Any] | None:
    """What the deal desk decides; None when the deal stays as it is."""
    desk = world.staff["deal_desk"]
    if seen["conflict_class"] not in (None, "none"):
        return await _adjudicate(world, desk, seen, dice)
    draw = dice.random()
    if draw < 0.08:
        reason = dice.choice(world.catalogue["returns_to_partner"])
        returned = await desk.act("deals", seen, "return", {"reason": reason})
        if dice.random() < 0.3:
            return None
        answer = await seller.attempt(f"/v1/deals/{seen['id']}/submit", seen=returned)
        if answer.status >= 300 or answer.json()["status"] != "in_review":
            return answer.json() if answer.status < 300 else None
        seen = answer.json()
    elif draw < 0.2:
        reason = dice.choice(world.catalogue["rejections"])
        return dict(await desk.act("deals", seen, "reject", {"reason": reason}))
    answer = await desk.attempt(f"/v1/deals/{seen['id']}/approve", {"reason": "Checked with the partner."}, seen=seen)
    return dict(answer.json()) if answer.status < 300 else None


async def _adjudicate(world: World, desk: Actor, seen: Mapping[str, Any], dice: Random) -> Mapping[str, Any] | None:
    """Resolve the conflict: a real one ends the registration, a false match lets it through; recent ones still wait."""
    if story_time() > world.until - _BACKLOG:
        return None
    page = await desk.get("/v1/conflict-cases", f"deal_id={seen['id']}")
    upheld = dice.random() < _UPHELD[seen["conflict_class"]]
    for case in page["data"]:
        if "resolve" in case["allowed_actions"]:
            note = "The earlier registration stands." if upheld else "Another company of a similar name."
            resolution = "upheld" if upheld else "rejected_match"
            await desk.attempt(
                f"/v1/conflict-cases/{case['id']}/resolve", {"resolution": resolution, "note": note}, seen=case
            )
    current = await desk.get(f"/v1/deals/{seen['id']}")
    if current["status"] != "in_review":
        return dict(current)
    verb, reason = ("reject", "Another partner is already at work there.") if upheld else ("approve", "No conflict.")
    answer = await desk.attempt(f"/v1/deals/{seen['id']}/{verb}", {"reason": reason}, seen=current)
    return dict(answer.json()) if answer.status < 300 else None


async def _ended(
    world: World, seller: Actor, seen: Mapping[str, Any], ending: Ending, dice: Random
) -> AsyncIterator[datetime]:
    path = f"/v1/deals/{seen['id']}"
    if ending == "lost":
        await seller.attempt(f"{path}/lose", {"reason": dice.choice(world.catalogue["lost_reasons"])}, seen=seen)
    elif ending == "revoked":
        await world.staff["deal_desk"].attempt(f"{path}/revoke", {"reason": "The partner resigned."}, seen=seen)
    elif ending == "won":
        quote = await quoted(world, seller, seen)
        if quote is not None:
            yield story_time() + timedelta(days=3)
            answer = await seller.attempt(f"/v1/quotes/{quote['id']}/accept", seen=quote)
            quote = answer.json() if answer.status < 300 else None
        amount = seen["amount"] or world.price(contract_value(dice), seen["customer"]["country"])
        net = {**amount, "amount": amount["amount"] * dice.choice((92, 95, 100, 100, 100, 108)) // 100}
        answer = await seller.attempt(f"{path}/win", {"amount": net, "closed_on": _day(story_time())}, seen=seen)
        if answer.status >= 300:
            return
        await licensed(world, seen, net)
        if dice.random() < 0.05:
            yield story_time() + timedelta(days=dice.randint(10, 60))
            await _give_back(world, seen["id"], net, dice)
        elif quote is not None:
            async for instant in delivered(world, seller, quote):
                yield instant


async def _give_back(world: World, deal_id: str, net: Mapping[str, Any], dice: Random) -> None:
    """The customer sends part of it back."""
    part = {**net, "amount": net["amount"] * dice.choice((10, 25, 40)) // 100}
    body = {
        "deal_id": deal_id,
        "amount": part,
        "returned_on": _day(story_time()),
        "reason": "Two units were not needed.",
    }
    await world.staff["deal_desk"].create("returns", body)


def _day(instant: datetime) -> str:
    day: date = instant.date()
    return day.isoformat()
