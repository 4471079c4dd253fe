"""Nobody gives a right they lack: no scope, no reach and no role, by whatever operation, and nothing is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.isolation.calls import attempts, body_schema, name_of
from tests.isolation.contents import digest
from tests.isolation.examples import BODIES
from tests.isolation.place import Place, inhabited
from tests.isolation.reach import noun_of
from tests.isolation.staff import hired
from tests.isolation.test_privileged import SINGLE
from tests.responses import Specified
from tests.system import Client, System

# What somebody has who keeps access, and sees next to nothing else.
KEEPS = "api-keys:* oauth-clients:* embed-tokens:* people:* partners:read roles:* accounts:* tenants:read"
REACH = {"vendor": "assigned", "partner": "own"}
BEYOND = (
    *("*:*", "*:read", "*:write:own", "deals:*", "deals:*:own", "deals:read", "deals:read:all", "deals:read:org"),
    *("deals:read:subtree", "deals:write:own", "ledger:read", "payouts:pay", "payouts:*", "leads:read:own"),
)


def members(operation: Specified) -> Mapping[str, Any]:
    """The members of the body that an operation takes."""
    shape = body_schema(operation)
    if "$ref" in shape:
        shape = operation.components[shape["$ref"].rsplit("/", 1)[-1]]
    found: Mapping[str, Any] = shape.get("properties", {})
    return found


GIVES_SCOPES = [each for each in SINGLE if "scopes" in members(each) and "session" not in each.path]
GIVES_ROLES = [each for each in SINGLE if "roles" in members(each)]


@dataclass(frozen=True)
class Keeper:
    """Somebody who keeps access, with a key, an app and people of its own to change."""

    side: str
    client: Client


@dataclass(frozen=True)
class Office:
    """A place with a keeper on each side."""

    place: Place
    keepers: Mapping[str, Keeper]


@pytest.fixture(scope="module")
async def office(system: System) -> Office:
    place = await inhabited(system)
    keepers = {}
    for side, reach in REACH.items():
        scopes = [*KEEPS.split(), f"deals:read:{reach}"]
        code = f"keeper-{side}"
        await place.makes(place.vendor, "/v1/roles", {"code": code, "name": "Keeper", "side": side, "scopes": scopes})
        client = await hired(place, code, side=side)
        for noun in ("api-keys", "oauth-clients"):
            await place.makes(client, f"/v1/{noun}", {"name": "Mine", "scopes": [f"deals:read:{reach}"]})
        keepers[side] = Keeper(side, client)
    return Office(place, keepers)


async def own(operation: Specified, keeper: Keeper) -> dict[str, str]:
    """The path of an operation on an object that the keeper may change."""
    if "{id}" not in operation.path:
        return {}
    found = await keeper.client.get(noun_of(operation.path), limit=1)
    return {"id": str(found["data"][0]["id"])} if found.status == 200 and found["data"] else {"id": "none"}


@pytest.mark.parametrize("side", REACH)
@pytest.mark.parametrize("operation", GIVES_SCOPES, ids=name_of)
async def test_no_scope_is_given_that_its_giver_lacks(office: Office, operation: Specified, side: str) -> None:
    keeper, before = office.keepers[side], await digest(office.place.tenant)
    values = await own(operation, keeper)
    for scope in BEYOND:
        body = {**BODIES[name_of(operation)], "scopes": [f"deals:read:{REACH[side]}", scope]}
        answer = await attempts(keeper.client, operation, values=values, body=body, version="*")

        assert answer.status in (403, 404, 422), f"{scope}: {answer.status} {answer.problem}"
        assert answer.status != 404 or values, scope
    assert await digest(office.place.tenant) == before


@pytest.mark.parametrize("side", REACH)
@pytest.mark.parametrize("operation", GIVES_ROLES, ids=name_of)
async def test_no_role_is_given_with_a_right_that_its_giver_lacks(
    office: Office, operation: Specified, side: str
) -> None:
    keeper, before = office.keepers[side], await digest(office.place.tenant)
    values = await own(operation, keeper)
    for role in ("tenant_admin", "program_admin", "auditor", "integration", "partner_admin", "sales", "viewer"):
        body = {**BODIES[name_of(operation)], "roles": [role]}
        answer = await attempts(keeper.client, operation, values=values, body=body, version="*")

        assert answer.status in (403, 404, 409, 422), f"{role}: {answer.status} {answer.problem}"
    assert await digest(office.place.tenant) == before


@pytest.mark.parametrize("side", REACH)
async def test_what_its_giver_has_is_given(office: Office, side: str) -> None:
    keeper = office.keepers[side]

    made = await keeper.client.post("/v1/api-keys", {"name": "Same", "scopes": [f"deals:read:{REACH[side]}"]})

    assert made.status == 201, made.json


def test_every_operation_that_gives_scopes_or_roles_is_tried() -> None:
    assert {name_of(each) for each in GIVES_SCOPES} >= {
        "create_api_key",
        "create_oauth_client",
        "create_role",
        "change_role",
    }
    assert {name_of(each) for each in GIVES_ROLES} >= {
        "create_person",
        "patch_person",
        "create_account",
        "change_account",
    }
