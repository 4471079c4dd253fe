"""Who looks after which partner: places in teams, their days, and who takes over."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from services.partners.account_teams import handing_over
from services.partners.account_teams.rules import Handover, Place, handed_over, status_on
from shared.values.ids import new_id
from tests.partners.make import assigned, changed, events, partner, staff
from tests.system import Client, Tenant

ASSIGNED = "*:read:assigned *:write:assigned *:approve:assigned"
D1, D2, D3, D4 = (date(2026, 1, day) for day in (1, 2, 3, 4))


def day(tenant: Tenant, days: int = 0) -> str:
    """A day of the tenant's, so many from today."""
    return (tenant.now().date() + timedelta(days=days)).isoformat()


def manager(tenant: Tenant, account_id: str) -> Client:
    """The staff's member as a caller who reaches assigned partners."""
    return tenant.vendor(ASSIGNED, sub=account_id)


async def seen(caller: Client, noun: str = "partners") -> set[str]:
    """The ids that a list shows."""
    return {each["id"] for each in (await caller.get(f"/v1/{noun}"))["data"]}


async def teams(vendor: Client, **query: Any) -> list[tuple[str, str, str, str]]:
    """Who holds which place, and how it stands."""
    found = (await vendor.get("/v1/account-teams", sort="created_at", **query))["data"]
    return [(each["partner_id"], each["account_id"], each["role"], each["status"]) for each in found]


@pytest.mark.parametrize(
    ("today", "start", "end", "status"),
    [
        (D1, D2, None, "scheduled"),
        (D2, D2, None, "active"),
        (D2, D1, D3, "active"),
        (D3, D1, D3, "ended"),
        (D1, D3, D3, "ended"),
    ],
)
def test_the_status_of_a_place_on_a_day(today: date, start: date, end: date | None, status: str) -> None:
    assert status_on(today, start=start, end=end) == status


def place(number: int, role: str = "sales", start: date = D1, end: date | None = None, of: str = "ptr_1") -> Place:
    """A place of the tests."""
    return Place(f"team_{number}", of, f"acc_{number}", role, start, end)


HANDOVERS: list[tuple[str, Place, list[Place], Handover]] = [
    ("the heir goes on from the day", place(1), [], Handover(place(1), D2, True)),
    ("what begins later goes over as a whole", place(1, start=D3), [], Handover(place(1, start=D3), D3, True)),
    ("another partner's place is no hindrance", place(1), [place(2, of="ptr_2")], Handover(place(1), D2, True)),
    ("nobody gets a second place", place(1), [place(2)], Handover(place(1), D2, False)),
    ("a place that ends before is none", place(1), [place(2, end=D2)], Handover(place(1), D2, True)),
    ("a place beyond the end is none", place(1, end=D3), [place(2, start=D3)], Handover(place(1, end=D3), D2, True)),
    ("the owner's heir becomes owner", place(1, "owner"), [place(2)], Handover(place(1, "owner"), D2, False, "team_2")),
]


@pytest.mark.parametrize(("held", "own", "expected"), [row[1:] for row in HANDOVERS], ids=[row[0] for row in HANDOVERS])
def test_what_a_handover_does_to_a_place(held: Place, own: list[Place], expected: Handover) -> None:
    assert handed_over([held], heirs=own, day=D2) == [expected]


async def test_a_manager_sees_and_decides_for_the_partners_of_its_teams_and_no_others(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    mine, other, account = await partner(vendor), await partner(vendor, name="Initech"), await staff(vendor)
    caller = manager(tenant, account)
    assert await seen(caller) == set()

    await assigned(vendor, account, mine, role="owner")

    assert await seen(caller) == {mine}
    assert (await caller.act(f"/v1/partners/{mine}", "activate"))["status"] == "active"
    assert (await caller.get(f"/v1/partners/{other}")).problem == "not_found"
    assert (await caller.act(f"/v1/partners/{other}", "activate")).problem == "not_found"
    assert await teams(caller) == [(mine, account, "owner", "active")]


async def test_a_partner_sees_who_looks_after_it_and_how_to_reach_them(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, other, account = await partner(vendor), await partner(vendor, name="Initech"), await staff(vendor)
    await assigned(vendor, account, made)
    caller = tenant.partner(made)

    (shown,) = (await caller.get("/v1/account-teams"))["data"]
    assert (shown["account_id"], shown["contact"]["given_name"]) == (account, "Eszter")
    assert (shown["allowed_actions"], shown["editable_fields"]) == ([], [])
    assert (await tenant.partner(other).get("/v1/account-teams"))["data"] == []
    assert (await caller.act(f"/v1/account-teams/{shown['id']}", "end")).problem == "forbidden"
    await changed(vendor, f"/v1/accounts/{account}", {"family_name": "Kovács"})
    await tenant.system.settle()
    assert (await caller.get(f"/v1/account-teams/{shown['id']}"))["contact"]["family_name"] == "Kovács"


async def test_a_place_begins_and_ends_at_midnight(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, account = await partner(vendor), await staff(vendor)
    caller = manager(tenant, account)
    await assigned(vendor, account, made, effective_from=day(tenant, 1), effective_to=day(tenant, 3))
    assert (await seen(caller), (await teams(vendor))[0][3]) == (set(), "scheduled")
    midnight = timedelta(days=1) - (tenant.now() - tenant.now().replace(hour=0, minute=0, second=0, microsecond=0))

    await tenant.advance(seconds=midnight.total_seconds() + 2)
    assert (await seen(caller), (await teams(vendor))[0][3]) == ({made}, "active")
    await tenant.advance(days=1)
    assert await seen(caller) == {made}
    await tenant.advance(days=1)
    assert (await seen(caller), (await teams(vendor))[0][3]) == (set(), "ended")
    assert [each["type"] for each in await events(tenant, "account_team")] == [
        "account_team.assigned.v1",
        "account_team.ended.v1",
    ]


async def test_ending_a_place_takes_the_partner_out_of_sight_at_once(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, account = await partner(vendor), await staff(vendor)
    team = await assigned(vendor, account, made)

    ended = await vendor.act(f"/v1/account-teams/{team}", "end", {"reason": "Another region"})

    assert (ended["status"], ended["effective_to"]) == ("ended", day(tenant))
    assert await seen(manager(tenant, account)) == set()
    again = await assigned(vendor, account, made, effective_to=day(tenant, 5))
    assert (await vendor.act(f"/v1/account-teams/{again}", "end", {"effective_to": day(tenant, 2)}))[
        "status"
    ] == "active"
    late = await vendor.act(f"/v1/account-teams/{again}", "end", {"effective_to": day(tenant, 9)})
    assert (late.status, late.json["errors"][0]["pointer"]) == (422, "/effective_to")


async def test_nobody_has_two_places_in_a_team_and_a_team_has_one_owner(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, first, second = await partner(vendor), await staff(vendor), await staff(vendor)
    await assigned(vendor, first, made, role="owner", effective_to=day(tenant, 10))

    def body(account: str, role: str, **more: str) -> dict[str, str]:
        return {"partner_id": made, "account_id": account, "role": role, **more}

    assert (await vendor.post("/v1/account-teams", body(first, "support"))).problem == "already_on_team"
    assert (await vendor.post("/v1/account-teams", body(second, "owner"))).problem == "owner_taken"
    later = await vendor.post("/v1/account-teams", body(second, "owner", effective_from=day(tenant, 10)))
    assert (later.status, later["status"]) == (201, "scheduled")
    earlier = await changed(vendor, f"/v1/account-teams/{later['id']}", {"effective_from": day(tenant, 9)})
    assert earlier.problem == "owner_taken"


async def test_of_two_who_become_owner_at_once_one_does(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, accounts = await partner(vendor), [await staff(vendor) for _ in range(4)]

    answers = await asyncio.gather(
        *(
            vendor.post("/v1/account-teams", {"partner_id": made, "account_id": each, "role": "owner"})
            for each in accounts
        )
    )

    assert sorted(each.problem or "made" for each in answers) == ["made", "owner_taken", "owner_taken", "owner_taken"]


async def test_only_members_of_the_staff_are_appointed_to_partners_there_are(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, account, gone = await partner(vendor), await staff(vendor), await staff(vendor)
    assert (await vendor.act(f"/v1/accounts/{gone}", "deactivate")).status == 200
    known = {"partner_id": made, "account_id": account, "role": "support"}

    for wrong, pointer in (
        ({"account_id": new_id("acc", at=tenant.now())}, "/account_id"),
        ({"account_id": gone}, "/account_id"),
        ({"backup_account_id": gone}, "/backup_account_id"),
        ({"partner_id": new_id("ptr", at=tenant.now())}, "/partner_id"),
        ({"effective_to": day(tenant)}, "/effective_to"),
    ):
        answer = await vendor.post("/v1/account-teams", {**known, **wrong})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, pointer), wrong
    assert (await tenant.partner(made).post("/v1/account-teams", known)).problem == "forbidden"


async def test_whoever_leaves_hands_over_to_the_backup_and_other_places_are_vacant(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    covered, bare = await partner(vendor), await partner(vendor, name="Initech")
    leaver, backup = await staff(vendor), await staff(vendor, "Bence")
    await assigned(vendor, leaver, covered, role="owner", backup_account_id=backup)
    await assigned(vendor, leaver, bare)

    assert (await vendor.act(f"/v1/accounts/{leaver}", "deactivate")).status == 200
    await tenant.system.settle()

    assert set(await teams(vendor)) == {
        (covered, leaver, "owner", "ended"),
        (bare, leaver, "channel_manager", "vacant"),
        (covered, backup, "owner", "active"),
    }
    assert (await manager(tenant, leaver).get("/v1/partners")).status == 401
    assert await seen(manager(tenant, backup)) == {covered}


async def test_the_places_of_one_go_over_to_another_so_many_at_a_time(
    tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handing_over, "AT_ONCE", 2)
    vendor = tenant.vendor()
    made = [await partner(vendor, name=f"Partner {number}") for number in range(3)]
    leaver, heir = await staff(vendor), await staff(vendor, "Bence")
    await assigned(vendor, leaver, *made, role="owner")
    await assigned(vendor, heir, made[0], role="support")
    await vendor.act(f"/v1/accounts/{leaver}", "deactivate")
    await tenant.system.settle()
    body = {"from_account_id": leaver, "to_account_id": heir}

    first, second = [(await vendor.post("/v1/account-teams/reassign", body)).json for _ in range(2)]

    assert [(each["moved"], each["has_more"]) for each in (first, second)] == [(2, True), (1, False)]
    assert await seen(manager(tenant, heir)) == set(made)
    assert sorted(await teams(vendor, status="active")) == sorted((each, heir, "owner", "active") for each in made)
    narrow = manager(tenant, heir)
    assert (await narrow.post("/v1/account-teams/reassign", body)).problem == "forbidden"


async def test_a_handover_of_next_week_changes_nothing_today(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made, leaver, heir = await partner(vendor), await staff(vendor), await staff(vendor, "Bence")
    await assigned(vendor, leaver, made)
    body = {"from_account_id": leaver, "to_account_id": heir, "effective_from": day(tenant, 7)}

    assert (await vendor.post("/v1/account-teams/reassign", body))["moved"] == 1
    assert (await vendor.post("/v1/account-teams/reassign", body))["moved"] == 0
    assert (await seen(manager(tenant, leaver)), await seen(manager(tenant, heir))) == ({made}, set())
    await tenant.advance(days=7)
    assert (await seen(manager(tenant, leaver)), await seen(manager(tenant, heir))) == (set(), {made})
