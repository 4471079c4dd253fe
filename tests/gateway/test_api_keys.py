"""API keys of scripts and back ends, and the tokens that the edge gets for callers without one."""

import asyncio
from datetime import timedelta

import pytest

from shared.auth.tokens import InvalidToken
from tests.gateway.make import api_key, identity, vendor, with_key
from tests.system import Client, System, Tenant


async def test_an_api_key_is_exchanged_for_a_token_with_its_scopes(system: System) -> None:
    office = await vendor(system)

    made = await api_key(await office.admin(), "partners:read", "api-keys:read")
    script = await with_key(office, made["key"])

    assert made["key"].startswith("prm_test_") and made["key"].endswith(made["hint"])
    assert (await script.get("/v1/partners")).status == 200
    assert (await script.get("/v1/people")).problem == "forbidden"
    (listed,) = (await script.get("/v1/api-keys")).json["data"]
    assert "key" not in listed


async def test_a_live_tenants_key_says_so(system: System) -> None:
    office = await vendor(system, mode="live")

    assert (await api_key(await office.admin(), "deals:read"))["key"].startswith("prm_live_")


async def test_two_keys_live_during_a_rotation_and_never_three(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    first = await api_key(boss, "api-keys:read")
    path = f"/v1/api-keys/{first['id']}"

    second = await boss.act(path, "rotate", {"overlap_hours": 1})
    third = await boss.act(path, "rotate")

    assert (third.status, third.problem) == (409, "two_keys_live")
    for each in (first, second):
        assert (await (await with_key(office, each["key"])).get("/v1/api-keys")).status == 200
    await _pass(system, office.tenant, hours=2)
    with pytest.raises(InvalidToken):
        await with_key(office, first["key"])
    assert (await (await with_key(office, second["key"])).get("/v1/api-keys")).status == 200
    assert (await boss.act(path, "rotate", {"overlap_hours": 0})).status == 200


async def test_of_many_rotations_at_once_one_succeeds(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    made = await api_key(boss, "api-keys:read")
    path = f"/v1/api-keys/{made['id']}/rotate"

    answers = await asyncio.gather(*(boss.post(path, if_match=made.headers["etag"]) for _ in range(10)))

    assert sorted(each.status for each in answers) == [200] + [412] * 9


async def test_a_revoked_or_expired_or_unknown_key_is_refused(system: System) -> None:
    office = await vendor(system)
    boss = await office.admin()
    revoked, expiring = await api_key(boss, "api-keys:read"), await api_key(boss, "deals:read", expires_in_days=1)
    script = await with_key(office, revoked["key"])

    assert (await boss.act(f"/v1/api-keys/{revoked['id']}", "revoke")).status == 200
    await _pass(system, office.tenant, hours=25)

    assert (await script.get("/v1/api-keys")).problem == "invalid_token"
    for key in (revoked["key"], expiring["key"], "prm_test_" + "A" * 43, ""):
        with pytest.raises(InvalidToken):
            await with_key(office, key)


async def test_public_operations_get_a_short_token_of_nobody_in_the_tenant(system: System) -> None:
    office = await vendor(system)

    token = await identity(system).anonymous_token(tenant=office.tenant.slug, host=None, scope="applications:create")
    visitor = Client(system, token, office.tenant)

    caller = await system.apps["gateway"].runtime.verifier.verify(token)
    assert (caller.kind, caller.tenant_id, caller.scope) == ("anonymous", office.tenant.id, "applications:create")
    assert (await visitor.get("/v1/partners")).problem == "forbidden"
    for tenant, host in (("no-such-vendor", None), (None, "unknown.example"), (None, None), ("", "")):
        with pytest.raises(Exception, match="no tenant"):
            await identity(system).anonymous_token(tenant=tenant, host=host, scope="applications:create")


async def _pass(system: System, tenant: Tenant, *, hours: int) -> None:
    """Let wall time pass for the secrets of a tenant: what was to expire in these hours has expired."""
    await system.superuser.execute(
        "UPDATE gateway.secrets SET expires_at = expires_at - $2::interval WHERE tenant_id = $1",
        tenant.id,
        timedelta(hours=hours),
    )
