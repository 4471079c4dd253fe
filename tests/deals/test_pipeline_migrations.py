"""All live deals of a pipeline's version are moved to the one in force, none of them lost on the way."""

from typing import Any

import pytest

from services.deals.pipeline_migrations import moving
from services.deals.pipeline_migrations.rules import faults_of_ways, ways
from services.deals.pipelines.rules import Pipeline, Stage
from tests.deals.make import World, drafts, events_of, submits, wins, world
from tests.deals.test_pipelines import SHORT, in_program, publishes
from tests.operations.make import ended
from tests.system import Client, Response, Tenant

LONGER = [
    {"code": "intro", "probability": 20},
    {"code": "proposal", "probability": 60, "required_fields": ["next_step"], "max_age_days": 5},
    {"code": "signature", "probability": 90},
]
INTRO = {"first_call": "intro"}
OLD = Pipeline("pln_1", (Stage("a", 10), Stage("b", 20), Stage("c", 30)), (), ())
NEW = Pipeline("pln_2", (Stage("b", 10), Stage("d", 20)), (), ())


def about(number: int) -> dict[str, Any]:
    return {"name": f"Company {number}", "domain": f"company{number}.example", "country": "US", "tax_id": None}


async def migrates(place: World, old: str | None, new: str, **stages: str) -> Response:
    body = {"from_pipeline_id": old, "to_pipeline_id": new, "stages": stages}
    return await place.vendor.post("/v1/pipeline-migrations", body)


async def migrated(place: World, old: str | None, new: str, **stages: str) -> Response:
    """A migration that has ended."""
    begun = await migrates(place, old, new, **stages)
    assert begun.status == 202, begun.json
    operation = await ended(place.vendor, begun["id"])
    return await place.vendor.get(f"/v1/pipeline-migrations/{operation['result']['id']}")


async def standing(caller: Client, *found: Response) -> list[tuple[str | None, str]]:
    shown = [await caller.get(f"/v1/deals/{each['id']}") for each in found]
    return [(each["pipeline_id"], each["stage"]) for each in shown]


@pytest.mark.parametrize(
    ("named", "occupied", "leading", "faults"),
    [
        ({}, ["b"], {"b": "b"}, []),
        ({"a": "d"}, ["a", "b"], {"a": "d", "b": "b"}, []),
        ({"b": "d"}, ["b"], {"b": "d"}, []),
        ({}, ["a", "b"], {"b": "b"}, [("/stages/a", "stage_not_mapped")]),
        ({"a": "x"}, ["a"], {"a": "x", "b": "b"}, [("/stages/a", "unknown_stage")]),
        ({"x": "d"}, [], {"x": "d", "b": "b"}, [("/stages/x", "unknown_stage")]),
        # A stage that the version never had, in which a deal is all the same.
        ({"x": "d"}, ["x"], {"x": "d", "b": "b"}, []),
    ],
)
def test_a_stage_leads_where_it_is_said_to_or_to_its_like(
    named: dict[str, str], occupied: list[str], leading: dict[str, str], faults: list[tuple[str, str]]
):
    assert ways(OLD, NEW, named) == leading
    found = faults_of_ways(OLD, NEW, named, occupied=occupied)
    assert [(each.pointer, each.code) for each in found] == faults


async def test_every_live_deal_comes_to_the_new_version_and_what_has_ended_stays(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    old = await publishes(place)
    draft, live, late, over = [await drafts(seller, about(1)), *[await submits(seller, about(n)) for n in (2, 3, 4)]]
    await seller.patch(f"/v1/deals/{late['id']}", {"next_step": "Call"}, if_match=late.headers["etag"])
    await seller.act(f"/v1/deals/{late['id']}", "stage", {"stage": "proposal"})
    await wins(seller, over, amount=5, on=place.today())
    new = await publishes(place, stages=LONGER)
    await tenant.advance(days=6)

    done = await migrated(place, old["id"], new["id"], **INTRO)

    assert (done["status"], done["found"], done["moved"], done["failed"]) == ("succeeded", 3, 3, 0)
    assert await standing(seller, draft, live, late, over) == [
        (new["id"], "intro"),
        (new["id"], "intro"),
        (new["id"], "proposal"),
        (old["id"], "first_call"),
    ]
    told = await events_of(place, "deal.pipeline_changed.v1")
    assert {each["deal_id"] for each in told} == {draft["id"], live["id"], late["id"]}
    changed = [each["deal_id"] for each in await events_of(place, "deal.stage_changed.v1")]
    assert changed == [late["id"], live["id"]]
    (kept,) = (await seller.get(f"/v1/deals/{live['id']}/stage-history"))["data"]
    assert (kept["from_stage"], kept["to_stage"], kept["direction"]) == ("first_call", "intro", "migrated")
    assert kept["moved_by"] == place.vendor.account_id


async def test_the_time_in_a_stage_goes_on_where_the_stage_is_the_same(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    old = await publishes(place, stages=[{"code": "talk", "probability": 10}, {"code": "offer", "probability": 50}])
    same, other = await submits(seller, about(1)), await submits(seller, about(2))
    await seller.act(f"/v1/deals/{other['id']}", "stage", {"stage": "offer"})
    timed = [{"code": "talk", "probability": 10, "max_age_days": 4}, {"code": "bid", "probability": 50}]
    new = await publishes(place, stages=timed)
    await tenant.advance(days=6)

    await migrated(place, old["id"], new["id"], offer="bid")
    first, second = [await seller.get(f"/v1/deals/{each['id']}") for each in (same, other)]

    assert (first["stage_entered_at"], first["stage_overdue"]) == (same["decided_at"], True)
    assert second["stage_entered_at"] > same["stage_entered_at"]
    assert [each["deal_id"] for each in await events_of(place, "deal.stage_overdue.v1")] == [same["id"]]


async def test_a_stage_that_leads_nowhere_is_named_before_anything_is_moved(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    old = await publishes(place)
    deal = await submits(seller)
    new = await publishes(place, stages=LONGER)
    body = {"from_pipeline_id": old["id"], "to_pipeline_id": new["id"]}

    shown = await place.vendor.post("/v1/pipeline-migrations/preview", body)
    refused = await place.vendor.post("/v1/pipeline-migrations", body)

    assert shown["stages"] == [{"from_stage": "first_call", "to_stage": None, "deals": 1}]
    assert [(each["pointer"], each["code"]) for each in shown["faults"]] == [("/stages/first_call", "stage_not_mapped")]
    assert (refused.status, refused.json["errors"]) == (422, shown["faults"])
    assert await standing(seller, deal) == [(old["id"], "first_call")]
    sound = await place.vendor.post("/v1/pipeline-migrations/preview", {**body, "stages": INTRO})
    assert (sound["deals"], sound["faults"]) == (1, [])
    assert sound["stages"] == [{"from_stage": "first_call", "to_stage": "intro", "deals": 1}]


async def test_deals_go_to_no_version_but_one_in_force_for_the_same_program(tenant: Tenant):
    place = await world(tenant)
    one, two, europe = await publishes(place), await publishes(place), await publishes(place, program="europe")

    refused = [
        await migrates(place, *ends)
        for ends in ((two["id"], one["id"]), (two["id"], two["id"]), (two["id"], europe["id"]))
    ]

    assert [each.json["errors"][0]["code"] for each in refused] == ["not_in_force", "same_version", "other_program"]


async def test_from_the_built_in_pipeline_go_the_deals_of_those_who_begin_in_the_new_one(tenant: Tenant):
    place = await world(tenant)
    await in_program(place, "gold", "europe")
    plain, gold = await place.partner(), await place.partner(tier="gold")
    theirs, ours = await submits(plain, about(1)), await submits(gold, about(2))
    europe = await publishes(place, program="europe", stages=LONGER)

    done = await migrated(place, None, europe["id"], prospect="intro")

    assert (done["found"], done["moved"]) == (1, 1)
    assert await standing(place.vendor, theirs, ours) == [(None, "prospect"), (europe["id"], "intro")]


async def test_a_version_is_left_once_at_a_time_and_again_harmlessly(tenant: Tenant, monkeypatch: pytest.MonkeyPatch):
    place = await world(tenant)
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    seller = await place.partner()
    old = await publishes(place)
    found = [await submits(seller, about(number)) for number in range(3)]
    new = await publishes(place, stages=LONGER)

    begun = await migrates(place, old["id"], new["id"], **INTRO)
    second = await migrates(place, old["id"], new["id"], **INTRO)
    done = await ended(place.vendor, begun["id"])
    again = await migrated(place, old["id"], new["id"])

    assert second.problem == "pipeline_migration_under_way"
    assert (done["progress"]["done"], done["counts"]) == (3, {"moved": 3, "failed": 0})
    assert (again["found"], again["moved"]) == (0, 0)
    assert await standing(seller, *found) == [(new["id"], "intro")] * 3
    assert len(await events_of(place, "deal.pipeline_changed.v1")) == 3


async def test_a_deal_that_has_gone_meanwhile_where_nothing_leads_on_is_reported(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    old = await publishes(place, stages=[*SHORT, {"code": "handshake", "probability": 80}])
    still, moved = await submits(seller, about(1)), await submits(seller, about(2))
    new = await publishes(place, stages=LONGER)

    begun = await migrates(place, old["id"], new["id"], **INTRO)
    await seller.act(f"/v1/deals/{moved['id']}", "stage", {"stage": "handshake"})
    operation = await ended(place.vendor, begun["id"])
    path = f"/v1/pipeline-migrations/{operation['result']['id']}"
    (failure,) = (await place.vendor.get(f"{path}/failures"))["data"]

    assert (failure["deal_id"], failure["stage"], failure["code"]) == (moved["id"], "handshake", "stage_not_mapped")
    assert ((await place.vendor.get(path))["moved"], (await place.vendor.get(path))["failed"]) == (1, 1)
    assert await standing(seller, still, moved) == [(new["id"], "intro"), (old["id"], "handshake")]


async def test_what_was_moved_before_the_end_was_asked_for_stays(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    old = await publishes(place)
    deal = await submits(seller)
    new = await publishes(place, stages=LONGER)

    begun = await migrates(place, old["id"], new["id"], **INTRO)
    await place.vendor.act(f"/v1/operations/{begun['id']}", "cancel")
    await ended(place.vendor, begun["id"])
    (migration,) = (await place.vendor.get("/v1/pipeline-migrations", status="cancelled"))["data"]

    assert (migration["moved"], migration["operation_id"]) == (0, begun["id"])
    assert await standing(seller, deal) == [(old["id"], "first_call")]
    assert (await seller.get("/v1/pipeline-migrations"))["data"] == []
