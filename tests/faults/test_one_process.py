"""The whole product in one process, killed with and without its database."""

import pytest

from tests.faults.desk import Desk
from tests.faults.installation import Installation


@pytest.fixture(scope="module")
async def desk(one: Installation) -> Desk:
    return await Desk.opened(one)


async def test_a_killed_database_comes_back_and_nothing_acknowledged_is_lost(one: Installation, desk: Desk) -> None:
    async with desk.working():
        for _ in range(3):
            await desk.registers(4)
            one.kill("postgres")
        await desk.registers(4)

    await one.ready()
    await desk.has_exactly_one_effect_of_each()


async def test_a_killed_product_goes_on_where_it_was_when_it_is_started_again(one: Installation, desk: Desk) -> None:
    async with desk.working():
        await desk.registers(4)
        one.kill("product")
        await one.start()
        await desk.registers(4)

    await desk.has_exactly_one_effect_of_each()
