"""The flows between services: whatever is told again, twice or in another order ends in the same state."""

from collections.abc import AsyncIterator

import pytest

from tests.databases import installed_database
from tests.journeys import flows, replay
from tests.journeys.flows import Story
from tests.system import System, Tenant, running

FLOWS = [
    ("gateway", "partners"),
    ("gateway", "deals"),
    ("gateway", "leads"),
    ("gateway", "incentives"),
    ("gateway", "gateway"),
    ("partners", "gateway"),
    ("deals", "partners"),
    ("deals", "leads"),
    ("deals", "gateway"),
    ("deals", "deals"),
    ("leads", "partners"),
    ("leads", "deals"),
    ("leads", "gateway"),
    ("incentives", "partners"),
    ("incentives", "deals"),
    ("incentives", "gateway"),
]


@pytest.fixture(scope="module")
async def own_system() -> AsyncIterator[System]:
    """A system whose logs hold nothing but this story, so that reading one from its beginning concerns nobody else."""
    async with installed_database() as url, running(url) as started:
        yield started


@pytest.fixture(scope="module")
async def story(own_system: System) -> Story:
    return await flows.told_in(own_system)


async def test_the_story_ends_as_its_flows_say(story: Story) -> None:
    vendor, acme, rival = story.vendor, story.sellers["acme"], story.sellers["rival"]

    deals = {each["title"]: each for each in (await vendor.get("/v1/deals"))["data"]}
    assert {title: each["status"] for title, each in deals.items()} == {
        "Pumps for Globex": "won",
        "gold": "won",
        "rival": "won",
        "frozen": "approved",
    }
    assert await story.earned("lead") == {"base": 450_000}, "won before the reseller became gold"
    assert await story.earned("gold") == {"golden": 300_000 - 100_000}, "the plan of gold, less the return"
    assert await story.earned("rival") == {"base": 50_000}
    assert {each["status"] for each in (await rival.get("/v1/earnings"))["data"]} == {"accrued"}, "held and released"
    leads = {each["company"]["name"]: each["status"] for each in (await vendor.get("/v1/leads"))["data"]}
    assert leads["Globex Zrt."] == "converted"
    assert (await rival.get("/v1/offers"))["data"][0]["status"] == "recalled"
    families = {each["code"]: each["status"] for each in (await vendor.get("/v1/product-families"))["data"]}
    assert families == {"pumps": "active", "fax": "retired"}
    people = {each["status"] for each in (await acme.get("/v1/people"))["data"]}
    assert people == {"active", "deactivated"}


def test_every_flow_between_two_services_is_among_those_told_again(own_system: System) -> None:
    assert sorted(replay.consumers(own_system)) == sorted(FLOWS)


@pytest.mark.parametrize(("service", "source"), FLOWS)
async def test_events_told_again_twice_and_in_any_order_change_nothing(story: Story, service: str, source: str) -> None:
    system = story.system
    events = await replay.told(system, source, story.tenant)
    state, answers = await replay.state_of(system, service, story.tenant), await story.answers()

    await replay.from_the_beginning(system, service, source)
    assert await replay.state_of(system, service, story.tenant) == state, "in their order"
    for seed in range(3):
        await replay.arrive(system, service, source, replay.shuffled(events, seed=seed))
        assert await replay.state_of(system, service, story.tenant) == state, f"seed {seed}"

    assert await story.answers() == answers


# What a late consumer has beside the events: what its own people had entered, and what it asks of its sister.
_PLANS = [f"incentives.{name}" for name in ("plans", "plan_versions", "plan_assignments")]
_LATE = {
    ("gateway", "partners"): ["partners.people", "gateway.webhook_endpoints"],
    ("gateway", "deals"): ["gateway.webhook_endpoints"],
    ("gateway", "leads"): ["gateway.webhook_endpoints"],
    ("gateway", "incentives"): ["gateway.webhook_endpoints"],
    ("deals", "partners"): [],
    ("deals", "leads"): ["deals.product_families", "deals.partner_directory", "deals.partner_statuses"],
    ("leads", "partners"): [],
    ("leads", "deals"): [],
    ("incentives", "deals"): [*_PLANS, "incentives.partner_directory", "incentives.partner_tiers"],
    ("incentives", "gateway"): [],
}
# Positions, tokens in mails, and when a delivery is tried: what depends on the moment by its nature.
_OF_THE_MOMENT = "position body next_attempt_at due_at created_at updated_at changed_at issued_at digest".split()


async def late(story: Story, service: str, source: str, *, seed: int | None) -> Tenant:
    """A tenant whose service hears of everything at once, when it is over: in order, or shuffled and twice."""
    twin = story.system.tenant(story.tenant.mode)
    await replay.copied(story.system, story.tenant, twin, *_LATE[service, source])
    await hears(story, twin, service, source, seed=seed)
    return twin


async def hears(story: Story, twin: Tenant, service: str, source: str, *, seed: int | None) -> None:
    events = replay.moved(await replay.told(story.system, source, story.tenant), twin, story.tenant)
    arriving = events if seed is None else replay.shuffled(events, seed=seed)
    await replay.arrive(story.system, service, source, arriving)


@pytest.mark.parametrize(("service", "source"), list(_LATE))
async def test_a_service_that_was_away_ends_in_the_same_state_in_whatever_order_it_hears_the_news(
    story: Story, service: str, source: str
) -> None:
    twins = [await late(story, service, source, seed=seed) for seed in (None, 1, 2, 3)]

    states = [await replay.state_of(story.system, service, twin) for twin in twins]
    in_order, *shuffled = replay.nameless(*states, order=_OF_THE_MOMENT)
    assert any(in_order.values()), "something was told"
    for state in shuffled:
        assert state == in_order


@pytest.mark.parametrize("seed", [None, 1, 2, 3])
async def test_sales_of_partners_that_become_known_later_in_any_order_earn_what_they_earned_in_the_story(
    story: Story, seed: int | None
) -> None:
    twin = story.system.tenant(story.tenant.mode)
    await replay.copied(story.system, story.tenant, twin, *_PLANS)
    await hears(story, twin, "incentives", "deals", seed=None)

    await hears(story, twin, "incentives", "partners", seed=seed)

    async def sums(tenant: Tenant) -> list[tuple[object, ...]]:
        rows = await story.system.superuser.fetch(
            "SELECT deal_id, component, status, sum(amount) FROM incentives.earnings WHERE tenant_id = $1"
            " GROUP BY 1, 2, 3 HAVING sum(amount) <> 0 ORDER BY 1, 2, 3",
            tenant.id,
        )
        return [tuple(row) for row in rows]

    assert await sums(twin) == await sums(story.tenant)
    assert (await twin.vendor().get("/v1/ledger/trial-balance"))["balanced"]
