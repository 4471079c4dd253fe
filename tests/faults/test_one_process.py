"""The whole product in one process, killed with and without its database."""

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.desk import Desk
from tests.faults.installation import Installation
from tests.journeys.world import eventually


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


async def test_long_work_goes_on_where_it_was_when_the_product_is_started_again(one: Installation, desk: Desk) -> None:
    session = (await desk.once("GET", "/v1/sessions?status=active&limit=1")).json()["data"][0]["id"]
    entered = await desk.act(f"/v1/sessions/{session}", "enter-sandbox", None, key="enter")
    sandbox = replace(desk, token=entered.json()["access_token"])
    clock_id = (await sandbox.once("GET", "/v1/test-clocks")).json()["data"][0]["id"]

    moved = await sandbox.act(f"/v1/test-clocks/{clock_id}", "advance", {"seconds": 86_400}, key="advance")
    one.kill("product")
    await one.start()

    async def has_ended() -> Any:
        shown = (await sandbox.once("GET", moved.headers["location"])).json()
        return shown if shown["finished_at"] else None

    # The lease of the process that was killed has to end first.
    ended = await eventually(has_ended, what="the end of the operation", patience=90)
    replay = await sandbox.act(f"/v1/test-clocks/{clock_id}", "advance", {"seconds": 86_400}, key="advance")
    assert moved.status_code == 202, sandbox.told(moved)
    assert (ended["status"], ended["progress"]["done"]) == ("succeeded", 5)
    assert (replay.status_code, replay.content) == (202, moved.content)
