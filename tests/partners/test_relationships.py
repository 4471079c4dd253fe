"""The hierarchy: who stands above whom, what is seen from above, and how two partners agree on it."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.partners.relationships.rules import Circular, Edge, reached, require_acyclic
from shared.db.tx import transaction
from shared.events.catalog.partners import VisibilityChanged
from shared.events.envelope import Envelope
from shared.events.inbox import system_caller
from shared.reach import keep_visibility
from shared.values.ids import new_id
from tests.partners.make import changed, events, partner
from tests.system import Client, Response, Tenant

D1, D2, D3, D4 = (date(2026, 1, day) for day in (1, 2, 3, 4))


def edge(way: str, visibility: str = "records", start: date = D1, end: date | None = None) -> Edge:
    """An edge `ab`, from a to b."""
    return Edge(way[0], way[1], visibility, start, end)


WAYS: list[tuple[str, list[Edge], dict[str, str]]] = [
    ("nobody stands below", [], {}),
    ("an edge opens what it says", [edge("ab", "records_and_money")], {"b": "records_and_money"}),
    ("sums open no records", [edge("ab", "aggregate"), edge("ac", "none")], {}),
    ("a way opens as much as its narrowest edge", [edge("ab", "records_and_money"), edge("bc")], {"b": "records_and_money", "c": "records"}),
    ("nothing is seen past what is not", [edge("ab", "aggregate"), edge("bc", "records_and_money")], {}),
    ("of two ways the widest counts", [edge("ab"), edge("bd"), edge("ac", "records_and_money"), edge("cd", "records_and_money")],
     {"b": "records", "c": "records_and_money", "d": "records_and_money"}),
    ("what is beside or above is not below", [edge("ba", "records"), edge("bc")], {}),
]  # fmt: skip


@pytest.mark.parametrize(("edges", "seen"), [row[1:] for row in WAYS], ids=[row[0] for row in WAYS])
def test_what_is_seen_from_above(edges: list[Edge], seen: dict[str, str]) -> None:
    assert reached(edges, above="a") == reached(reversed(edges), above="a") == seen


CIRCLES: list[tuple[str, list[Edge], Edge, bool]] = [
    ("nothing below", [], edge("ab"), False),
    ("back at once", [edge("ba")], edge("ab"), True),
    ("back over others", [edge("bc"), edge("cd"), edge("da")], edge("ab"), True),
    ("a second way down is no circle", [edge("bd"), edge("cd")], edge("ab"), False),
    ("back on other days", [edge("ba", end=D2)], edge("ab", start=D2), False),
    ("back on one day", [edge("ba", end=D3)], edge("ab", start=D2), True),
    ("edges that never count together", [edge("bc", end=D2), edge("ca", start=D2)], edge("ab"), False),
    ("edges that count together on one day", [edge("bc", end=D3), edge("ca", start=D2)], edge("ab", start=D1), True),
]


@pytest.mark.parametrize(("edges", "new", "circular"), [row[1:] for row in CIRCLES], ids=[row[0] for row in CIRCLES])
def test_nobody_stands_below_itself_on_any_day(edges: list[Edge], new: Edge, circular: bool) -> None:
    if circular:
        with pytest.raises(Circular):
            require_acyclic(edges, new)
    else:
        require_acyclic(edges, new)


def day(tenant: Tenant, days: int = 0) -> str:
    """A day of the tenant's, so many from today."""
    return (tenant.now().date() + timedelta(days=days)).isoformat()


def body(parent: str, child: str, **fields: Any) -> dict[str, Any]:
    """The body of a relationship."""
    made = {"parent_partner_id": parent, "child_partner_id": child, "kind": "distributes_to", "visibility": "records"}
    return {**made, **fields}


async def related(caller: Client, parent: str, child: str, **fields: Any) -> Response:
    """A relationship that is made."""
    answer = await caller.post("/v1/relationships", body(parent, child, **fields))
    assert answer.status == 201, answer.json
    return answer


def distributor(tenant: Tenant, partner_id: str) -> Client:
    """A caller who sees the partners below its own."""
    return tenant.partner(partner_id, "*:read:subtree *:write")


async def seen(caller: Client) -> set[str]:
    """The partners that a caller sees."""
    return {each["id"] for each in (await caller.get("/v1/partners"))["data"]}


async def test_a_distributor_sees_the_partners_below_it_and_changes_its_own_only(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above, below, deeper, beside = [await partner(vendor, name=name) for name in ("Above", "Below", "Deeper", "Beside")]
    await related(vendor, below, deeper, kind="location_of")
    await related(vendor, above, below)
    await related(vendor, above, beside, visibility="aggregate")

    assert await seen(distributor(tenant, above)) == {above, below, deeper}
    assert await seen(distributor(tenant, below)) == {below, deeper}
    assert await seen(tenant.partner(above)) == {above}
    assert (await distributor(tenant, above).get(f"/v1/partners/{beside}")).problem == "not_found"
    refused = await changed(distributor(tenant, above), f"/v1/partners/{below}", {"website": "https://new.example"})
    assert refused.problem == "not_found"
    shown = await distributor(tenant, above).get(f"/v1/partners/{below}")
    assert (shown["allowed_actions"], shown["editable_fields"]) == ([], [])


async def test_an_edge_counts_on_its_days_and_what_it_opened_is_closed_when_it_ends(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above, below = await partner(vendor, name="Above"), await partner(vendor, name="Below")
    made = await related(vendor, above, below, effective_from=day(tenant, 1), effective_to=day(tenant, 9))
    caller = distributor(tenant, above)
    assert (made["status"], await seen(caller)) == ("scheduled", {above})

    await tenant.advance(days=1)
    assert await seen(caller) == {above, below}
    path = f"/v1/relationships/{made['id']}"
    assert (await changed(vendor, path, {"visibility": "aggregate"})).status == 200
    assert await seen(caller) == {above}
    assert (await changed(vendor, path, {"visibility": "records", "effective_to": None})).status == 200
    assert await seen(caller) == {above, below}
    ended = await vendor.act(path, "end", {"effective_to": day(tenant, 1)})
    assert (ended["status"], await seen(caller)) == ("active", {above, below})
    await tenant.advance(days=1)
    assert ((await vendor.get(path))["status"], await seen(caller)) == ("ended", {above})


async def test_what_one_partner_offers_the_other_accepts(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above, below, rival = [await partner(vendor, name=name) for name in ("Above", "Below", "Rival")]
    offer = await related(tenant.partner(above), above, below)
    path = f"/v1/relationships/{offer['id']}"
    assert (offer["status"], offer["offered_by"], offer["allowed_actions"]) == ("offered", above, ["withdraw"])
    assert (await tenant.partner(above).act(path, "accept")).problem == "forbidden"
    assert (await tenant.partner(rival).get(path)).problem == "not_found"
    assert (await tenant.partner(rival).act(path, "accept")).problem == "not_found"
    assert (await tenant.partner(below).get(path))["allowed_actions"] == ["accept", "decline"]
    assert await seen(distributor(tenant, above)) == {above}

    accepted = await tenant.partner(below).act(path, "accept")

    assert accepted["status"] == "active"
    assert await seen(distributor(tenant, above)) == {above, below}
    assert (await tenant.partner(below).act(path, "end"))["status"] == "ended"
    assert await seen(distributor(tenant, above)) == {above}
    assert [each["type"] for each in await events(tenant, "relationship")] == [
        f"relationship.{each}.v1" for each in ("offered", "agreed", "ended")
    ]


async def test_an_offer_is_declined_or_taken_back_or_lapses(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above, below = await partner(vendor, name="Above"), await partner(vendor, name="Below")
    first, second, third = [await related(tenant.partner(below), above, below) for _ in range(3)]

    declined = await tenant.partner(above).act(f"/v1/relationships/{first['id']}", "decline", {"reason": "Not now"})
    withdrawn = await tenant.partner(below).act(f"/v1/relationships/{second['id']}", "withdraw")
    await tenant.advance(days=30)

    assert (declined["status"], withdrawn["status"]) == ("declined", "withdrawn")
    assert (await vendor.get(f"/v1/relationships/{third['id']}"))["status"] == "expired"
    assert (
        await tenant.partner(above).act(f"/v1/relationships/{third['id']}", "accept")
    ).problem == "invalid_transition"


async def test_an_offer_tells_nothing_of_who_else_is_a_partner(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above, below = await partner(vendor, name="Above"), await partner(vendor, name="Below")
    nobody = new_id("ptr", at=tenant.now())
    await related(vendor, below, above)

    known, unknown = [(await related(tenant.partner(above), above, each)).json for each in (below, nobody)]

    told = {"status", "visibility", "allowed_actions", "editable_fields", "offered_by"}
    assert {name: known[name] for name in told} == {name: unknown[name] for name in told}
    assert (await tenant.partner(above).post("/v1/relationships", body(below, nobody))).status == 422
    wrong = await vendor.post("/v1/relationships", body(above, nobody))
    assert (wrong.status, wrong.json["errors"][0]["pointer"]) == (422, "/child_partner_id")
    circular = await tenant.partner(below).act(f"/v1/relationships/{known['id']}", "accept")
    assert circular.problem == "circular_relationship"


async def test_the_hierarchy_is_never_circular_and_joins_two_partners_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first, second, third = [await partner(vendor, name=name) for name in ("First", "Second", "Third")]
    await related(vendor, first, second, effective_to=day(tenant, 10))
    await related(vendor, second, third)

    assert (await vendor.post("/v1/relationships", body(third, first))).problem == "circular_relationship"
    assert (await related(vendor, third, first, effective_from=day(tenant, 10)))["status"] == "scheduled"
    sooner = {"effective_from": day(tenant, 2), "effective_to": day(tenant, 4)}
    assert (await vendor.post("/v1/relationships", body(first, second, **sooner))).problem == "already_related"
    assert (await vendor.post("/v1/relationships", body(first, first))).status == 422
    later = {"effective_from": day(tenant, 10)}
    assert (await vendor.post("/v1/relationships", body(first, second, **later))).problem == "circular_relationship"


async def test_of_two_edges_that_would_close_a_circle_one_is_made(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    for number in range(5):
        first, second = [await partner(vendor, name=f"{name} {number}") for name in ("First", "Second")]
        answers = await asyncio.gather(
            vendor.post("/v1/relationships", body(first, second)), vendor.post("/v1/relationships", body(second, first))
        )

        assert sorted(each.problem or "made" for each in answers) == ["circular_relationship", "made"]


async def test_every_service_sees_the_same_from_above_whatever_the_order_and_number_of_events(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    above = await partner(vendor, name="Above")
    below = [await partner(vendor, name=f"Below {number}") for number in range(3)]
    for number, child in enumerate(below):
        made = await related(vendor, above, child, visibility="records" if number else "records_and_money")
    await vendor.act(f"/v1/relationships/{made['id']}", "end")
    told = [each for each in await events(tenant, "visibility") if each["subject"] == f"{above}/subtree"]
    await tenant.system.settle()

    expected = {
        "deals": below[:2],
        "leads": below[:2],
        "gateway": below[:2],
        "partners": below[:2],
        "incentives": below[:1],
    }
    for service, partners in expected.items():
        assert await kept(tenant, service, f"{above}/subtree") == set(partners), service
    for each in (told[1], told[3], told[0], told[3], told[2]):
        await repeat(tenant, "deals", each)
    assert await kept(tenant, "deals", f"{above}/subtree") == set(below[:2])


async def kept(tenant: Tenant, service: str, viewer: str) -> set[str]:
    """The partners that a viewer reaches in a service."""
    rows = await tenant.system.superuser.fetch(
        f"SELECT partner_id FROM {service}.visible_partners WHERE tenant_id = $1 AND viewer = $2",  # noqa: S608
        tenant.id,
        viewer,
    )
    return {row["partner_id"] for row in rows}


async def repeat(tenant: Tenant, service: str, told: dict[str, Any]) -> None:
    """Let a service handle an event once more."""
    event = VisibilityChanged.model_validate_json(told["data"])
    envelope = Envelope(
        id=new_id("evt", at=tenant.now()),
        type=event.type,
        source="partners",
        tenant_id=tenant.id,
        mode="test",
        subject=told["subject"],
        subject_version=told["subject_version"],
        time=tenant.now(),
        actor_id="tests",
        request_id=None,
        audience=(),
        public=False,
        data={},
    )
    caller = system_caller(tenant.id, mode="test")
    database = tenant.system.apps[service].state.database
    async with transaction(database, caller=caller, viewer="*", now=tenant.now(), action="again", engine=True) as tx:
        await keep_visibility(tx, event, envelope)
