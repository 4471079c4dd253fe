"""What a new version finds in tenants that were founded under an older one, and what it clears away."""

from datetime import timedelta

from gateway.forgetting import Forgetting
from gateway.roles.defaults import DEFAULT_ROLES
from gateway.roles.upgrading import complete
from shared import clock
from shared.db.provision import url_as
from tests.databases import SECRET
from tests.gateway.make import vendor
from tests.partners.make import changed
from tests.system import Client, System


async def upgraded(system: System) -> int:
    """Do with the roles what `prm migrate` does."""
    return await complete(url_as(system.admin_url, "prm_gateway_owner", secret_key=SECRET))


async def roles(boss: Client) -> dict[str, dict[str, object]]:
    return {each["code"]: each for each in (await boss.get("/v1/roles", limit=200)).json["data"]}


async def test_a_role_that_nobody_edited_follows_the_product_and_an_edited_one_stays(system: System) -> None:
    boss = await (await vendor(system)).admin()
    before = await roles(boss)
    await changed(boss, f"/v1/roles/{before['viewer']['id']}", {"scopes": ["deals:read"]})

    await upgraded(system)

    after = await roles(boss)
    assert (after["viewer"]["scopes"], after["viewer"]["customised"]) == (["deals:read"], True)
    assert {code: each["scopes"] for code, each in after.items() if code != "viewer"} == {
        code: list(role.scopes) for code, role in DEFAULT_ROLES.items() if code != "viewer"
    }
    stored = await system.superuser.fetch(
        "SELECT code FROM gateway.roles WHERE tenant_id = $1 AND scopes IS NOT NULL", boss.tenant.id
    )
    # What is not stored cannot stay behind.
    assert [row["code"] for row in stored] == ["viewer"]


async def test_a_role_that_is_new_in_a_version_comes_to_every_tenant_once(system: System) -> None:
    boss, other = await (await vendor(system)).admin(), await (await vendor(system)).admin()
    for code in ("auditor", "compliance"):
        await system.superuser.execute(
            "DELETE FROM gateway.roles WHERE tenant_id = $1 AND code = $2", boss.tenant.id, code
        )
    untouched = await roles(other)
    # The tenant has made one with that code itself.
    await system.superuser.execute(
        "INSERT INTO gateway.roles (tenant_id, id, version, created_at, updated_at, code, name, side, scopes)"
        " VALUES ($1, 'role_own', 1, now(), now(), 'compliance', 'Ours', 'vendor', '[\"deals:read\"]')",
        boss.tenant.id,
    )

    await upgraded(system)
    again = await upgraded(system)

    after = await roles(boss)
    assert (after["auditor"]["scopes"], after["auditor"]["version"]) == (list(DEFAULT_ROLES["auditor"].scopes), 1)
    assert (after["compliance"]["name"], after["compliance"]["scopes"]) == ("Ours", ["deals:read"])
    assert (again, await roles(other)) == (0, untouched)


async def test_what_has_had_its_time_is_deleted_while_the_product_runs(system: System) -> None:
    gateway = system.apps["gateway"]
    [forgetting] = [each for each in gateway.state.background.workers if isinstance(each, Forgetting)]
    tenant, long_ago = system.tenant(), clock.now() - timedelta(days=2)
    await system.superuser.execute(
        "INSERT INTO gateway.secrets (tenant_id, digest, kind, owner_id, issued_at, expires_at)"
        " VALUES ($1, $1 || 'old', 'authorization_code', 'aut_1', $2, $2), ($1, $1 || 'new', 'authorization_code',"
        " 'aut_2', now(), now())",
        tenant.id,
        long_ago,
    )
    await system.superuser.execute(
        "INSERT INTO gateway.sign_in_attempts (subject, failures, last_at, next_at) VALUES ($1, 3, $2, $2)",
        tenant.id,
        long_ago,
    )
    await system.superuser.execute(
        "INSERT INTO gateway.revocations (revoked_id, until) VALUES ($1, $2), ($1 || 'newest', now() + interval '1 hour')",
        tenant.id,
        long_ago,
    )

    await forgetting.step()

    kept = await system.superuser.fetch("SELECT digest FROM gateway.secrets WHERE tenant_id = $1", tenant.id)
    assert [row["digest"] for row in kept] == [f"{tenant.id}new"]
    assert not await system.superuser.fetchval(
        "SELECT count(*) FROM gateway.sign_in_attempts WHERE subject = $1", tenant.id
    )
    assert not await system.superuser.fetchval(
        "SELECT count(*) FROM gateway.revocations WHERE revoked_id = $1", tenant.id
    )
