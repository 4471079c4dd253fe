"""Plans: drafted, validated, published for good, and assigned without overlap."""

import asyncio
from typing import Any

import pytest

from tests.incentives.make import FLAT, Shop, component
from tests.system import Response


async def drafted(shop: Shop, *components: dict[str, Any]) -> Response:
    plan = await shop.succeed("/v1/plans", {"name": "Reseller", "currency": "EUR"})
    body = {"plan_id": plan["id"], "effective_from": "2026-01-01", "components": list(components)}
    return await shop.succeed("/v1/plan-versions", body)


async def test_bands_with_a_gap_cannot_be_published_and_the_gap_is_named(shop: Shop) -> None:
    bands = [{"from": 0, "to": 100, "rate": "0.05"}, {"from": 120, "to": None, "rate": "0.08"}]
    version = await drafted(shop, component(bands=bands))

    refused = await shop.vendor.act(f"/v1/plan-versions/{version['id']}", "publish")

    assert (refused.status, refused.problem) == (422, "invalid_plan")
    [fault] = refused["errors"]
    assert fault == {
        "pointer": "/components/0/bands/1/from",
        "code": "gap",
        "detail": "Attainments from 100 to 120 have no rate.",
    }


async def test_a_published_version_never_changes(shop: Shop) -> None:
    version = await drafted(shop, component())
    path = f"/v1/plan-versions/{version['id']}"
    published = await shop.vendor.act(path, "publish")

    refused = await shop.vendor.patch(path, {"components": []}, if_match=published.headers["etag"])

    assert (published["status"], published["allowed_actions"], published["editable_fields"]) == ("published", [], [])
    assert refused.problem == "plan_version_published"
    assert (await shop.vendor.act(path, "publish")).problem == "invalid_transition"


async def test_a_draft_changes_until_it_is_published(shop: Shop) -> None:
    version = await drafted(shop)
    path = f"/v1/plan-versions/{version['id']}"

    changed = await shop.vendor.patch(
        path, {"components": [component(bands=FLAT)], "effective_to": "2027-01-01"}, if_match=version.headers["etag"]
    )
    stale = await shop.vendor.patch(path, {"effective_to": None}, if_match=version.headers["etag"])
    blind = await shop.vendor.patch(path, {"effective_to": None})
    empty = await shop.vendor.patch(path, {"effective_to": "2025-01-01"}, if_match=changed.headers["etag"])

    assert changed["components"][0]["bands"] == FLAT
    assert (stale.status, blind.status, empty.status) == (412, 428, 422)


async def test_a_condition_is_checked_when_it_is_saved(shop: Shop) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "Reseller", "currency": "EUR"})
    wrong = component(condition="deal.colour == 'red'")

    refused = await shop.vendor.post(
        "/v1/plan-versions", {"plan_id": plan["id"], "effective_from": "2026-01-01", "components": [wrong]}
    )

    assert refused.problem == "invalid_rule"
    assert refused["errors"][0]["pointer"] == "/components/0/condition"


@pytest.mark.parametrize("rate", ["-0.1", "5%", "1e3", "0.1234567890123", ""])
async def test_a_rate_is_a_decimal_fraction(shop: Shop, rate: str) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "Reseller", "currency": "EUR"})
    wrong = component(bands=[{"from": 0, "to": None, "rate": rate}])

    refused = await shop.vendor.post(
        "/v1/plan-versions", {"plan_id": plan["id"], "effective_from": "2026-01-01", "components": [wrong]}
    )

    assert refused.status == 422


async def test_versions_are_numbered_in_the_order_they_are_drafted(shop: Shop) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "Reseller", "currency": "EUR"})
    body = {"plan_id": plan["id"], "effective_from": "2026-01-01", "components": []}

    made = await asyncio.gather(*(shop.vendor.post("/v1/plan-versions", body) for _ in range(4)))

    assert sorted(each["number"] for each in made) == [1, 2, 3, 4]


async def test_two_plans_cannot_be_assigned_to_the_same_target_on_the_same_day(shop: Shop) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "A", "currency": "EUR"})
    other = await shop.succeed("/v1/plans", {"name": "B", "currency": "EUR"})
    first = {"plan_id": plan["id"], "level": "tier", "tier": "gold", "effective_from": "2026-01-01"}
    second = {**first, "plan_id": other["id"], "effective_from": "2026-06-01"}
    made = await shop.succeed("/v1/plan-assignments", first)

    refused = await shop.vendor.post("/v1/plan-assignments", second)
    path = f"/v1/plan-assignments/{made['id']}"
    ended = await shop.vendor.patch(path, {"effective_to": "2026-06-01"}, if_match=made.headers["etag"])
    follows = await shop.vendor.post("/v1/plan-assignments", second)
    reopened = await shop.vendor.patch(path, {"effective_to": None}, if_match=ended.headers["etag"])

    assert (refused.status, refused.problem) == (409, "assignment_overlaps")
    assert (follows.status, follows["tier"], follows["partner_id"]) == (201, "gold", None)
    assert reopened.problem == "assignment_overlaps"


async def test_of_assignments_made_at_the_same_moment_one_stands(shop: Shop) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "A", "currency": "EUR"})
    body = {"plan_id": plan["id"], "level": "all", "effective_from": "2026-01-01"}

    answers = await asyncio.gather(*(shop.vendor.post("/v1/plan-assignments", body) for _ in range(4)))

    assert sorted(each.status for each in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"level": "partner"}, "/partner_id"),
        ({"level": "tier"}, "/tier"),
        ({"level": "all", "tier": "gold"}, "/tier"),
        ({"level": "all", "effective_to": "2025-01-01"}, "/effective_to"),
        ({"level": "all", "plan_id": "plan_01h455vb4pex5vsknk084sn02q"}, "/plan_id"),
    ],
)
async def test_an_assignment_names_what_its_level_needs(shop: Shop, body: dict[str, Any], pointer: str) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "A", "currency": "EUR"})

    refused = await shop.vendor.post(
        "/v1/plan-assignments", {"plan_id": plan["id"], "effective_from": "2026-01-01", **body}
    )

    assert refused.status == 422
    assert [fault["pointer"] for fault in refused["errors"]] == [pointer]


async def test_plans_are_the_vendors_own(shop: Shop) -> None:
    plan = await shop.plan()
    partner = await shop.partner()
    stranger = shop.tenant.system.tenant().vendor()

    assert (await partner.post("/v1/plans", {"name": "Mine", "currency": "EUR"})).status == 403
    for client in (partner, stranger):
        assert (await client.get(f"/v1/plans/{plan}")).status == 404
        for noun in ("plans", "plan-versions", "plan-assignments"):
            assert (await client.get(f"/v1/{noun}"))["data"] == []


async def test_a_repeated_creation_is_answered_from_memory(shop: Shop) -> None:
    body = {"name": "Партнёрский план", "currency": "JPY", "description": "販売代理店"}

    first = await shop.vendor.post("/v1/plans", body, idempotency_key="one")
    again = await shop.vendor.post("/v1/plans", body, idempotency_key="one")

    assert (first.status, first.body) == (201, again.body)
    assert len((await shop.vendor.get("/v1/plans"))["data"]) == 1


async def test_a_pair_of_currencies_has_one_rate_a_day(shop: Shop) -> None:
    body = {"base": "USD", "quote": "EUR", "rate": "0.92", "effective_on": "2026-03-01"}
    await shop.succeed("/v1/exchange-rates", body)

    assert (await shop.vendor.post("/v1/exchange-rates", body)).problem == "already_exists"
    assert (await shop.vendor.post("/v1/exchange-rates", {**body, "rate": "0"})).status == 422
    assert (await shop.vendor.post("/v1/exchange-rates", {**body, "quote": "USD"})).status == 422
    assert (await (await shop.partner()).post("/v1/exchange-rates", {**body, "quote": "HUF"})).status == 403


async def test_what_was_made_can_be_read_and_listed(shop: Shop) -> None:
    plan = await shop.succeed("/v1/plans", {"name": "A", "currency": "EUR"})
    rate = {"base": "USD", "quote": "EUR", "rate": "0.92", "effective_on": "2026-03-01"}
    days = {"from": "2026-03-01", "to": "2026-04-01"}
    made = {
        "exchange-rates": await shop.succeed("/v1/exchange-rates", rate),
        "periods": await shop.succeed("/v1/periods", {"name": "Március", **days}),
        "recalculations": await shop.succeed("/v1/recalculations", days, idempotency_key="once"),
    }
    renamed = await shop.vendor.patch(f"/v1/plans/{plan['id']}", {"name": "B"}, if_match=plan.headers["etag"])

    assert (await shop.vendor.get(f"/v1/plans/{plan['id']}"))["name"] == "B" == renamed["name"]
    for noun, each in made.items():
        assert (await shop.vendor.get(f"/v1/{noun}/{each['id']}")).json == each.json
        assert (await shop.vendor.get(f"/v1/{noun}"))["data"] == [each.json]
