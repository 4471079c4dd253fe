"""The whole story: eighteen months of a vendor with forty partners, told in the order of time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Final

from deploy.demo.deals import DealPlan, deal
from deploy.demo.director import Director, at
from deploy.demo.extent import Extent
from deploy.demo.joining import BEFORE_THE_END, RIVAL, SHOWN, SUSPENDED, TERMINATED, joining, stand_above
from deploy.demo.leads import LeadPlan, lead
from deploy.demo.names import partner_profiles
from deploy.demo.opening import hire, set_up
from deploy.demo.settling import quarters, settling
from deploy.demo.world import SPAN, Partnership, World

_LANES: Final = 3
_FIRST_DEAL: Final = 55  # days after the beginning, when the first partners have been there for some weeks


async def tell(world: World, extent: Extent, *, progress: Callable[[float], None]) -> None:
    """Live through the story; afterwards everything that was published has taken effect."""
    director = Director(catch_up=world.stage.catch_up, until=world.until)
    with at(world.begins):
        await hire(world)
        await set_up(world)
        await world.stage.settle()
    _partners(world, director)
    _leads(world, extent, director)
    _deals(world, extent, director)
    ended = quarters(world.begins, world.until)
    for quarter in ended:
        director.tell(settling(world, quarter, is_last=quarter is ended[-1]), lane="money", begins=quarter.settled_at)
    await director.run(progress=progress)
    with at(world.until):
        await stand_above(world)
        await world.stage.settle()


def _partners(world: World, director: Director) -> None:
    """Most are there from the first weeks, the others come over the first year."""
    dice = Random("joining")
    for number, profile in enumerate(partner_profiles()):
        early = number in (SHOWN, RIVAL) or profile.tier in ("gold", "platinum") or dice.random() < 0.4
        joins = world.begins + timedelta(hours=dice.randint(24, 24 * (25 if early else 400)))
        ends = world.until - BEFORE_THE_END if number in (SUSPENDED, TERMINATED) else None
        partnership = Partnership(profile, joins, ends)
        world.partnerships.append(partnership)
        director.tell(joining(world, partnership, number=number), lane="partners", begins=joins)


def _leads(world: World, extent: Extent, director: Director) -> None:
    dice = Random("leads")
    countries = [partnership.profile.country for partnership in world.partnerships]
    converting = set(dice.sample(range(extent.leads * 9 // 10), extent.conversions))
    instants = sorted(_instant(world, dice, after=_FIRST_DEAL - 10) for _ in range(extent.leads))
    for number, instant in enumerate(instants):
        family = dice.choice(world.families)
        plan = LeadPlan(number, dice.choice(countries), family, converts=number in converting)
        if number == extent.leads - 1:
            shown = world.partnerships[SHOWN]
            plan = LeadPlan(number, shown.profile.country, family, given_to=shown)
        director.tell(lead(world, plan), lane="leads", begins=min(instant, world.until - timedelta(days=3)))


def _deals(world: World, extent: Extent, director: Director) -> None:
    """Each partner registers deals from some weeks after it joined; now and then a rival turns up at the same customer."""
    dice = Random("deals")
    weights = {"platinum": 9, "gold": 6, "silver": 3, "bronze": 1}
    shown = world.partnerships[SHOWN]
    plans: list[tuple[datetime, DealPlan]] = []
    for number in range(extent.deals - extent.conversions - extent.rivals):
        drafted, open_one = number < extent.drafts, number == extent.drafts
        lately = world.until - timedelta(hours=dice.randint(5, 400))
        instant = lately if drafted or open_one else _instant(world, dice, after=_FIRST_DEAL)
        there = [each for each in world.partnerships if each.works_at(instant)]
        drawn = dice.choices(there, [weights[each.profile.tier] for each in there])[0]
        partnership = drawn if number % 12 and not open_one else shown
        customer = world.naming.company(partnership.profile.country)
        plans.append((instant, DealPlan(number, partnership, customer, dice.choice(world.families), drafted, open_one)))
    plans += _rivals(world, extent, dice, [plan for plan in plans if not plan[1].stays_draft])
    for instant, plan in plans:
        lane = f"deals {world.partnerships.index(plan.partnership) % _LANES}"
        director.tell(deal(world, plan), lane=lane, begins=instant)


def _rivals(
    world: World, extent: Extent, dice: Random, plans: list[tuple[datetime, DealPlan]]
) -> list[tuple[datetime, DealPlan]]:
    """Registrations of customers that another partner has registered shortly before; a third of them are quite fresh."""
    rivals = []
    latest = [each for each in plans if world.until - timedelta(days=30) < each[0] < world.until - timedelta(days=10)]
    older = [each for each in plans if each[0] < world.until - timedelta(days=60)]
    chosen = dice.sample(latest, min(len(latest), extent.rivals // 3))
    chosen += dice.sample(older, extent.rivals - len(chosen))
    for number, (instant, plan) in enumerate(chosen, start=extent.deals):
        others = [each for each in world.partnerships if each is not plan.partnership and each.works_at(instant)]
        neighbours = [each for each in others if each.profile.country == plan.customer.country] or others
        rival = DealPlan(number, dice.choice(neighbours), plan.customer, plan.family)
        rivals.append((instant + timedelta(days=dice.randint(6, 9)), rival))
    return rivals


def _instant(world: World, dice: Random, *, after: int) -> datetime:
    """An instant in office hours from so many days after the beginning on; business grows over the months."""
    days = SPAN.days - 1
    first = min(after, days - 5)
    day = first + int((days - first) * max(dice.random(), dice.random()) ** 0.8)
    return world.begins + timedelta(days=day, minutes=dice.randint(0, 9 * 60))
