"""The pieces the story is told with."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random

from deploy.demo.director import CHAPTER, Director, StoryEnds, at, story_time
from deploy.demo.names import Naming, partner_profiles
from deploy.demo.settling import quarters
from deploy.demo.world import minor_units
from shared.matching import registrable_domain

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


async def test_stories_of_a_lane_take_turns_in_the_order_of_time_and_the_machinery_follows() -> None:
    happened: list[tuple[str, int]] = []

    def day() -> int:
        return (story_time() - BEGINS).days

    async def story(name: str, *pauses: int) -> AsyncIterator[datetime]:
        for pause in pauses:
            happened.append((name, day()))
            yield story_time() + timedelta(days=pause)
        happened.append((name, day()))

    async def catch_up() -> int:
        happened.append(("machinery", day()))
        return 0

    director = Director(catch_up=catch_up, until=BEGINS + timedelta(days=10))
    director.tell(story("a", 2, 6), lane="one", begins=BEGINS)
    director.tell(story("b", 100), lane="one", begins=BEGINS + timedelta(days=1))
    await director.run(progress=lambda _: None)

    told = [("a", 0), ("b", 1), ("a", 2), ("machinery", CHAPTER.days - 1), ("a", 8), ("machinery", 10)]
    assert happened == told


async def test_a_story_whose_teller_has_left_ends_alone() -> None:
    ended: list[str] = []

    async def leaving() -> AsyncIterator[datetime]:
        yield story_time() + timedelta(days=1)
        raise StoryEnds

    async def staying() -> AsyncIterator[datetime]:
        yield story_time() + timedelta(days=2)
        ended.append("staying")

    async def catch_up() -> int:
        return 0

    director = Director(catch_up=catch_up, until=BEGINS + timedelta(days=10))
    director.tell(leaving(), lane="one", begins=BEGINS)
    director.tell(staying(), lane="one", begins=BEGINS)
    await director.run(progress=lambda _: None)

    assert ended == ["staying"]


def test_what_happens_inside_an_instant_sees_it() -> None:
    with at(BEGINS):
        assert story_time() == BEGINS


def test_companies_are_the_same_each_time_and_none_is_drawn_twice() -> None:
    countries = sorted({profile.country for profile in partner_profiles()})

    def drawn() -> list[str]:
        naming = Naming(Random("names"))
        return [naming.company(country).domain for country in countries for _ in range(60)]

    assert drawn() == drawn()
    assert len(set(drawn())) == len(drawn())
    assert all(registrable_domain(domain) == domain for domain in drawn())


def test_there_are_forty_partners_in_twelve_countries() -> None:
    profiles = partner_profiles()

    assert len({profile.name for profile in profiles}) == len({profile.domain for profile in profiles}) == 40
    assert len({profile.country for profile in profiles}) == 12


def test_prices_are_round_in_every_currency() -> None:
    assert minor_units(40_000, "EUR", "1") == 4_000_000
    assert minor_units(40_000, "JPY", "0.00591") == 6_770_000
    assert minor_units(40_000, "HUF", "0.002531") == 1_580_000_000


def test_only_quarters_that_are_over_are_settled() -> None:
    until = datetime(2026, 11, 20, tzinfo=UTC)

    settled = quarters(datetime(2026, 2, 10, tzinfo=UTC), until)

    assert [quarter.starts.month for quarter in settled] == [1, 4, 7]
    assert all(quarter.settled_at <= until for quarter in settled)
