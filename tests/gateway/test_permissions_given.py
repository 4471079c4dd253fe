"""What scopes can name: something that an operation asks for."""

import pytest

from gateway.roles import rules
from gateway.roles.defaults import DEFAULT_ROLES, Role
from gateway.roles.permissions import grantable, named_by
from tests.gateway.make import vendor
from tests.system import System


@pytest.mark.parametrize("scope", ["nonsense:read", "deals:fly", "nonsense:*", "*:fly", "deals:fly:own"])
async def test_what_no_operation_asks_for_is_given_to_no_role_and_no_key(system: System, scope: str) -> None:
    boss = await (await vendor(system)).admin()
    scopes = ["deals:read", scope]

    for path, body in (
        ("/v1/roles", {"code": "odd", "name": "Odd", "side": "vendor", "scopes": scopes}),
        ("/v1/api-keys", {"name": "Odd", "scopes": scopes}),
        ("/v1/oauth-clients", {"name": "Odd", "scopes": scopes}),
    ):
        [fault] = (await boss.post(path, body)).json["errors"]
        assert (fault["pointer"], fault["code"]) == ("/scopes/1", "unknown_permission")


def test_a_permission_is_given_by_its_noun_or_its_verb_too_and_what_is_viewed_by_reading() -> None:
    assert named_by(["deals:approve", "plans:view"]) == {
        "deals:approve",
        "deals:*",
        "*:approve",
        "plans:view",
        "plans:read",
        "plans:*",
        "*:view",
        "*:read",
        "*:*",
    }


@pytest.mark.parametrize("role", DEFAULT_ROLES.values(), ids=DEFAULT_ROLES)
def test_every_scope_of_a_shipped_role_gives_something(role: Role) -> None:
    rules.checked(role.scopes, grantable=grantable(), pointer="/scopes")
