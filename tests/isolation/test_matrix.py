"""Every shipped role can do what docs/permissions.md says and nothing else: asserted operation by operation, role by role."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from gateway.roles.defaults import DEFAULT_ROLES, EVERYBODY
from shared import clock
from shared.auth.scopes import parse
from shared.values.ids import new_id
from tests.isolation.calls import attempts, name_of, wants_version
from tests.isolation.contents import digest
from tests.isolation.matrix import FILE, OPEN, PROGRAM, REFUSED, by_name, expected, lines, written
from tests.isolation.permissions import intended, nouns, permissions, roles
from tests.isolation.reach import FIGURES, FOUND_IN, an_id, lists, noun_of
from tests.isolation.staff import Staffed
from tests.responses import Specified
from tests.system import Client, Response

# What a partner's people may send where the vendor's may send more.
FOR_PARTNERS: Mapping[str, Any] = {
    "patch_partner": {"website": "https://initech.example"},
    "change_lead": {"custom_fields": {}},
    "mint_embed_token": {"scopes": ["deals:read"], "origin": "https://initech.example"},
}
MATRIX = lines()
LISTED = {each.path: name_of(each) for each in by_name().values() if each.method == "get"}
OF_ONE_PERSON = {"/v1/sessions", "/v1/second-factors"}
# What is read of an object that has it only in a state.
READ_IN: Mapping[str, Mapping[str, str]] = {"get_quote_document": {"status": "issued"}}


def test_every_noun_has_a_line_in_the_tables_of_the_page() -> None:
    assert nouns() == {each.partition(":")[0] for each in permissions()}, "add the noun to docs/permissions.md"


def test_every_shipped_role_has_a_column_of_its_side() -> None:
    assert dict(roles()) == {code: role.side for code, role in DEFAULT_ROLES.items()}


@pytest.mark.parametrize("role", DEFAULT_ROLES.values(), ids=DEFAULT_ROLES)
def test_a_shipped_role_has_the_scopes_of_its_column(role: Any) -> None:
    scopes = parse(" ".join((*role.scopes, *EVERYBODY)), vendor=role.side == "vendor")
    given = {each: scopes.reach(*each.split(":")) for each in permissions()}

    assert {each: reach.name.lower() for each, reach in given.items() if reach is not None} == {
        permission: reach for (code, permission), reach in intended().items() if code == role.code
    }


@pytest.mark.parametrize("role", DEFAULT_ROLES.values(), ids=DEFAULT_ROLES)
def test_every_scope_of_a_shipped_role_opens_something(role: Any) -> None:
    opened = {line.permission for line in MATRIX.values() if line.cells[role.code] not in (REFUSED, OPEN)}
    granted = (parse(each, vendor=True) for each in role.scopes)

    assert all(any(scope.reach(*each.split(":")) for each in opened) for scope in granted)


def test_every_operation_has_a_line_as_the_tables_make_it() -> None:
    assert MATRIX.keys() == by_name().keys(), "run python -m tests.isolation.matrix, and say which side it is for"
    assert {name: dict(line.cells) for name, line in MATRIX.items()} == {
        name: expected(operation, only=MATRIX[name].only) for name, operation in by_name().items()
    }
    assert {line.only for line in MATRIX.values()} <= {"", "vendor", "partner", PROGRAM}
    assert FILE.read_text(encoding="utf-8") == written({name: line.only for name, line in MATRIX.items()})


def test_whoever_writes_what_is_paid_neither_approves_nor_pays_it() -> None:
    both = {
        role
        for role in roles()
        if (role, "plan-versions:write") in intended()
        and {(role, f"payouts:{verb}") for verb in ("approve", "pay")} & intended().keys()
    }

    assert both == {"tenant_admin"}


@dataclass(frozen=True)
class Target:
    """What is in the path of an operation, and whether the caller has seen that object in a list of its own."""

    values: dict[str, str]
    seen: bool = False


async def target(operation: Specified, house: Staffed, caller: Client) -> Target:
    """An object of the place: one that the caller sees, where it sees any."""
    if "{id}" not in operation.path:
        return Target({"token": "unknown"} if "{token}" in operation.path else {})
    if "/by-external-reference/" in operation.path:
        return Target({"id": new_id("ref", at=clock.now())})
    noun = noun_of(operation.path)
    found = await caller.get(FOUND_IN.get(noun, noun), limit=1, **READ_IN.get(name_of(operation), {}))
    if found.status == 200 and found["data"]:
        return Target({"id": str(found["data"][0]["id"])}, seen=noun not in FOUND_IN)
    return Target({"id": await an_id(noun, house.place)})


def told(operation: Specified, answer: Response) -> set[tuple[int, str | None]]:
    """The status and the problem of an answer, or those of each item of a noun's batch, which all need its permission."""
    if answer.status == 200 and operation.path.endswith("/batch") and operation.path != "/v1/batch":
        return {(each["status"], each["body"].get("code")) for each in answer["data"]}
    return {(answer.status, answer.problem)}


def body_for(operation: Specified, side: str) -> Any:
    """The body that this side may send, None for the example."""
    return FOR_PARTNERS.get(name_of(operation)) if side == "partner" else None


@pytest.mark.parametrize("role", DEFAULT_ROLES)
async def test_what_a_role_may_not_do_is_refused_and_changes_nothing(house: Staffed, role: str) -> None:
    caller, tenant = house.callers[role], house.place.tenant
    before = await digest(tenant)
    wrong = {}
    for name, operation in by_name().items():
        if MATRIX[name].cells[role] == REFUSED:
            meant = await target(operation, house, caller)
            answer = await attempts(caller, operation, values=meant.values, version="*")
            allowed = {(404, "not_found")} if (role, MATRIX[name].permission) in intended() else set()
            if not told(operation, answer) <= {(403, "forbidden"), *allowed}:
                wrong[name] = told(operation, answer)

    assert wrong == {}
    assert await digest(tenant) == before


@pytest.mark.parametrize("role", DEFAULT_ROLES)
async def test_what_a_role_may_do_is_not_refused(house: Staffed, role: str) -> None:
    caller, side = house.callers[role], roles()[role]
    wrong = {}
    for name, operation in by_name().items():
        if MATRIX[name].cells[role] in (REFUSED, OPEN):
            continue
        meant = await target(operation, house, caller)
        if "{id}" in operation.path and operation.method != "get" and not wants_version(operation):
            # Without a version it would happen.
            meant = Target({"id": new_id("none", at=clock.now())})
        answer = await attempts(caller, operation, values=meant.values, body=body_for(operation, side), version='"0"')
        if name == "create_import" and answer.problem == "forbidden":
            # It takes the right to make what is imported as well (tests/imports): of deals for some, of leads for others.
            continue
        if MATRIX[name].cells[role] == "own" and answer.problem == "not_yours":
            # What it sees here is a colleague's; what it may do with its own is told where that is made.
            continue
        misread = operation.method == "get" and not fits_a_read(operation, answer.status, seen=meant.seen)
        if misread or any(status in (401, 403, 405) or status >= 500 for status, _ in told(operation, answer)):
            wrong[name] = told(operation, answer)

    assert wrong == {}


def fits_a_read(operation: Specified, status: int, *, seen: bool) -> bool:
    """Tell whether whoever may read is answered so: with what is asked for, unless there is nothing in its reach."""
    return status == 200 or (status in (400, 404) and not seen and bool(operation.operation.get("parameters")))


@pytest.mark.parametrize("role", DEFAULT_ROLES)
async def test_a_role_sees_all_that_is_in_its_reach(house: Staffed, role: str) -> None:
    place, account_id = house.place, house.callers[role].account_id
    everybody = {
        "all": place.vendor,
        "assigned": place.tenant.vendor("*:*:assigned", sub=account_id),
        "org": place.partner,
        "subtree": place.tenant.partner(str(place.partner.partner_id), "*:*:subtree"),
    }
    reaches = {path: MATRIX[LISTED[path]].cells[role] for path in lists() if path not in OF_ONE_PERSON | FIGURES}
    short = {
        path: reach
        for path, reach in reaches.items()
        if "{" not in path
        and reach in everybody
        and await ids(house.callers[role], path) != await ids(everybody[reach], path)
    }

    assert short == {}


async def ids(caller: Client, path: str) -> set[str]:
    """The newest objects of a list, as the caller sees it."""
    answer = await caller.get(path, limit=200)
    assert answer.status == 200, f"{path}: {answer.body!r}"
    return {str(each["id"]) for each in answer["data"]}


@pytest.mark.parametrize(("side", "other"), [("vendor", "partner"), ("partner", "vendor")])
async def test_what_is_for_one_side_only_no_scope_opens_to_the_other(house: Staffed, side: str, other: str) -> None:
    caller, tenant = house.everything[other], house.place.tenant
    before = await digest(tenant)
    wrong = {}
    for name, operation in by_name().items():
        if MATRIX[name].only == side:
            meant = await target(operation, house, caller)
            answer = await attempts(caller, operation, values=meant.values, version="*")
            if not told(operation, answer) <= {(403, "forbidden"), (404, "not_found")}:
                wrong[name] = told(operation, answer)

    assert wrong == {}
    assert await digest(tenant) == before
