"""A test tenant's clock, a forgotten password, and the tenant itself."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.test_clocks import rules
from shared import clock
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.gateway.make import (
    PASSWORD,
    accept,
    address,
    anonymous,
    invited_person,
    mails_to,
    refreshed,
    seller,
    sign_in,
    token_mailed,
    vendor,
)
from tests.operations.make import ended
from tests.partners.make import changed, working_partner
from tests.system import Client, System


async def test_an_advanced_clock_moves_the_time_of_every_service_and_the_timers_with_it(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await boss.post("/v1/test-clocks")
    path = f"/v1/test-clocks/{made['id']}"

    moved = await boss.act(path, "advance", {"seconds": 86_400 * 30})
    operation = await ended(boss, moved["id"])

    assert (made.status, made["offset_seconds"]) == (201, 0)
    assert (moved.status, moved.headers["location"]) == (202, f"/v1/operations/{moved['id']}")
    assert (operation["status"], operation["kind"]) == ("succeeded", "clock_advance")
    assert operation["progress"] == {"done": 5, "total": 5, "unit": "services"}
    assert operation["result"] == {"object": "test_clock", "id": made["id"], "href": path}
    clock_now = await boss.get(path)
    assert (clock_now["offset_seconds"], clock_now["version"]) == (86_400 * 30, 2)
    for service in system.apps:
        offset = await system.superuser.fetchval(
            f"SELECT offset_seconds FROM {service}.tenant_clocks WHERE tenant_id = $1", office.tenant.id
        )
        assert (service, offset) == (service, 86_400 * 30)
    partner = await boss.get(f"/v1/partners/{await working_partner(boss)}")
    created = datetime.fromisoformat(partner["created_at"])
    assert abs(created - clock.now() - timedelta(days=30)) < timedelta(minutes=1)


async def test_a_clock_has_arrived_when_the_last_service_goes_by_it_and_has_run_its_timers(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await boss.post("/v1/test-clocks")
    at_work = system.apps["gateway"].state.background.operations
    leads = system.apps["leads"]
    moved = await boss.act(f"/v1/test-clocks/{made['id']}", "advance", {"seconds": 3_600})
    where = moved.headers["location"]

    async def progress() -> tuple[str, int]:
        await at_work.step(everything=True)
        shown = await boss.get(where)
        return shown["status"], shown["progress"]["done"]

    first = await progress()
    for name in ("partners", "deals", "incentives"):
        await system.follows(name, "gateway")
    before_the_last = await progress()
    caller = system_caller(office.tenant.id, mode="test")
    now = clock.now() + timedelta(minutes=59)
    async with transaction(leads.state.database, caller=caller, viewer="*", now=now, action="test", engine=True) as tx:
        await tx.remind("offer_expires", subject="offer_none", at=now)
    await system.follows("leads", "gateway")
    with_a_timer_due = await progress()
    await leads.state.background.alarms.step()

    assert first == ("running", 1)
    assert before_the_last == ("running", 4)
    assert with_a_timer_due == ("running", 4)
    assert await progress() == ("succeeded", 5)
    assert (await boss.get(where))["allowed_actions"] == []
    refused = await boss.post(f"{where}/cancel", if_match="*")
    assert (refused.status, refused.problem) == (409, "invalid_transition")


async def test_a_clock_that_is_not_there_is_not_found_before_anything_else_is_said(system: System) -> None:
    boss = await (await vendor(system)).admin()
    nowhere = "/v1/test-clocks/clk_01h455vb4pex5vsknk084sn02q/advance"

    assert (await boss.post(nowhere, {"seconds": 60})).problem == "not_found"
    assert (await boss.post(nowhere, {"seconds": "x"}, if_match="*")).problem == "not_found"


async def test_a_clock_goes_to_an_instant_and_forward_only(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    path = f"/v1/test-clocks/{(await boss.post('/v1/test-clocks'))['id']}"
    wanted = (clock.now() + timedelta(days=3)).replace(microsecond=0)

    there = await boss.act(path, "advance", {"to": wanted.isoformat().replace("+00:00", "Z")})
    back = await boss.act(path, "advance", {"to": clock.now().isoformat().replace("+00:00", "Z")})

    assert there.status == 202
    shown = clock.now() + timedelta(seconds=(await boss.get(path))["offset_seconds"])
    assert timedelta() <= shown - wanted < timedelta(minutes=1)
    assert (back.status, back.problem) == (409, "only_forward")
    assert (await boss.act(path, "advance", {"seconds": 0})).problem == "only_forward"
    assert (await boss.act(path, "advance", {"seconds": -5})).problem == "only_forward"
    assert (await boss.act(path, "advance", {})).problem == "invalid"
    assert (await boss.act(path, "advance", {"seconds": 2**31})).problem == "invalid"


async def test_a_tenant_has_one_clock_and_a_live_one_has_none(system: System) -> None:
    test, live = await vendor(system), await vendor(system, mode="live")
    boss = await test.admin()

    assert (await boss.post("/v1/test-clocks")).status == 201
    assert (await boss.post("/v1/test-clocks")).problem == "already_exists"
    assert (await (await live.admin()).post("/v1/test-clocks")).problem == "live_tenant"
    assert (await test.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q").post("/v1/test-clocks")).problem == "forbidden"
    assert (await (await vendor(system)).tenant.vendor().get("/v1/test-clocks")).json["data"] == []


@pytest.mark.parametrize(
    ("seconds", "to", "offset"),
    [
        (60, None, 160),
        (None, datetime(2026, 3, 1, 0, 0, 10, tzinfo=UTC), 110),
        (None, datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC), 101),
    ],
)
def test_the_new_offset(seconds: int | None, to: datetime | None, offset: int) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)

    assert rules.advanced(100, now=now, seconds=seconds, to=to) == offset


async def test_a_forgotten_password_is_replaced_and_every_session_ends(system: System) -> None:
    office = await vendor(system)
    _, email, _ = await seller(office.tenant)
    grant = await sign_in(office.tenant, email)

    asked = await anonymous(office.tenant).post("/v1/password-resets", {"email": email.upper()})
    token = await token_mailed(office.tenant, email)
    done = await anonymous(office.tenant).post(f"/v1/password-resets/{token}/confirm", {"password": "a newer password"})
    again = await anonymous(office.tenant).post(
        f"/v1/password-resets/{token}/confirm", {"password": "a third password"}
    )

    assert (asked.status, asked.json, done.status) == (202, {"status": "accepted"}, 200)
    assert (again.status, again.problem) == (410, "reset_spent")
    assert (await refreshed(office.tenant, grant["refresh_token"])).status == 400
    assert (await sign_in(office.tenant, email, PASSWORD)).status == 401
    assert (await sign_in(office.tenant, email, "a newer password")).status == 201


async def test_asking_for_a_reset_tells_nothing_and_floods_nobody(system: System) -> None:
    office = await vendor(system)
    stranger, invited = address("nobody"), address("invited")
    await invited_person(office.tenant.vendor(), await working_partner(office.tenant.vendor()), email=invited)

    async def ask(email: str) -> tuple[int, object]:
        answer = await anonymous(office.tenant).post("/v1/password-resets", {"email": email})
        return answer.status, answer.json if answer.status == 202 else answer.problem

    assert await ask(stranger) == await ask(office.email) == await ask(invited) == (202, {"status": "accepted"})
    assert await mails_to(office.tenant, stranger) == []
    assert [each.purpose for each in await mails_to(office.tenant, invited)] == ["invitation"]
    assert len(await mails_to(office.tenant, office.email)) == 1
    answers = [await ask(office.email) for _ in range(6)]
    assert answers[-1] == (429, "too_many_attempts")


async def test_only_the_newest_reset_is_good(system: System) -> None:
    office = await vendor(system)
    await anonymous(office.tenant).post("/v1/password-resets", {"email": office.email})
    first = await token_mailed(office.tenant, office.email)
    await anonymous(office.tenant).post("/v1/password-resets", {"email": office.email})

    answer = await anonymous(office.tenant).post(
        f"/v1/password-resets/{first}/confirm", {"password": "a newer password"}
    )

    assert answer.problem == "reset_spent"
    unknown = await anonymous(office.tenant).post(
        f"/v1/password-resets/{'A' * 43}/confirm", {"password": "a newer password"}
    )
    assert unknown.status == 404


async def test_an_invitations_token_resets_no_password(system: System) -> None:
    office = await vendor(system)
    email = address()
    await invited_person(office.tenant.vendor(), await working_partner(office.tenant.vendor()), email=email)
    invitation = await token_mailed(office.tenant, email)

    crossed = await anonymous(office.tenant).post(
        f"/v1/password-resets/{invitation}/confirm", {"password": "a newer password"}
    )

    assert crossed.status == 404
    assert (await accept(office.tenant, invitation)).status == 201


async def test_a_tenant_is_seen_and_changed_by_its_own_administrator_only(system: System) -> None:
    office, other = await vendor(system), await vendor(system)
    boss = await office.admin()
    path = f"/v1/tenants/{office.tenant.id}"

    renamed = await changed(
        boss, path, {"name": "東京商事", "default_locale": "ja", "hosts": [f"{office.tenant.slug}.example"]}
    )
    taken = await changed(
        await other.admin(), f"/v1/tenants/{other.tenant.id}", {"hosts": [f"{office.tenant.slug}.example"]}
    )

    assert (renamed.status, renamed["name"], renamed["default_locale"]) == (200, "東京商事", "ja")
    assert (taken.status, taken.problem) == (409, "host_in_use")
    assert [each["id"] for each in (await boss.get("/v1/tenants")).json["data"]] == [office.tenant.id]
    assert (await (await other.admin()).get(path)).status == 404
    partner = office.tenant.partner("ptr_01h455vb4pex5vsknk084sn02q")
    assert (await changed(partner, path, {"name": "Mine"})).problem == "forbidden"
    assert (await changed(boss, path, {"name": None})).problem == "invalid"
    assert (await changed(boss, path, {"slug": "other"})).problem == "invalid"


async def test_no_caller_of_one_tenant_sees_anything_of_another(system: System) -> None:
    office, other = await vendor(system), await vendor(system)
    boss = await office.admin()
    nouns = ("accounts", "roles", "api-keys", "oauth-clients", "sessions", "tenants", "test-clocks")
    stranger = Client(system, (await other.admin()).token, office.tenant)

    for noun in nouns:
        mine = {each["id"] for each in (await boss.get(f"/v1/{noun}", limit=200)).json["data"]}
        theirs = {each["id"] for each in (await stranger.get(f"/v1/{noun}", limit=200)).json["data"]}
        assert not mine & theirs, noun
