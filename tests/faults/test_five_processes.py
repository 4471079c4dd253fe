"""Services, the gateway and the database are killed while deals are registered: nothing is lost, nothing is doubled."""

import asyncio
import random

import httpx
import pytest

from tests.faults.desk import Desk
from tests.faults.installation import Installation
from tests.journeys.world import eventually

PARTS = ("serve deals", "postgres", "serve gateway", "serve deals")


@pytest.fixture(scope="module")
async def desk(five: Installation) -> Desk:
    return await Desk.opened(five)


async def test_every_acknowledged_deal_is_there_once_whichever_process_is_killed(
    five: Installation, desk: Desk
) -> None:
    chance = random.Random(20260101)

    async with desk.working():
        for part in PARTS:
            await desk.registers(chance.randint(2, 6))
            five.kill(part)
        await desk.registers(5)

    assert desk.tried_again > 0, "somebody noticed"
    await desk.is_answered_by_all()
    await desk.has_exactly_one_effect_of_each()


async def test_while_a_service_is_away_the_others_go_on_and_it_comes_back_by_itself(
    five: Installation, desk: Desk
) -> None:
    await desk.is_answered_by_all()

    five.kill("serve leads")

    async def refused() -> httpx.Response | None:
        answer = await desk.once("GET", "/v1/leads")
        return answer if answer.status_code != 200 else None

    away = await eventually(refused, what="being away")
    others = [await desk.once("GET", f"/v1/{noun}") for noun in ("deals", "partners", "earnings", "accounts")]
    assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    assert away.headers["content-type"] == "application/problem+json"
    assert int(away.headers["retry-after"]) >= 1
    assert [each.status_code for each in others] == [200] * 4

    await desk.is_answered_by_all()


async def test_one_key_fifty_times_at_once_is_one_deal(five: Installation, desk: Desk) -> None:
    body = desk.deal("fifty")

    answers = await asyncio.gather(
        *(desk.once("POST", "/v1/deals", body, idempotency_key="fifty-at-once") for _ in range(50))
    )

    made = [each for each in answers if each.status_code == 201]
    assert {each.status_code for each in answers} <= {201, 409}, "another is under way, or its answer is repeated"
    assert {each.json()["code"] for each in answers if each.status_code == 409} <= {"request_in_flight"}
    assert len({each.content for each in made}) == 1
    assert sum("idempotent-replayed" not in each.headers for each in made) == 1
    repeated = await desk.send("POST", "/v1/deals", body, key="fifty-at-once")
    assert repeated.content == made[0].content
    submitted = await desk.act(f"/v1/deals/{repeated.json()['id']}", "submit", None, key="fifty-submitted")
    assert submitted.status_code == 200, submitted.text
    desk.acknowledged["fifty"] = repeated.json()["id"]
    await desk.has_exactly_one_effect_of_each()
