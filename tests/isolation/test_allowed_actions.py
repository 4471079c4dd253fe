"""`allowed_actions` and `editable_fields` are true: what they name is not refused, and what they leave out is.

Every action is tried at a version that is too old, so that nothing happens: a caller who may, on an object that lets it,
gets as far as 412; anybody else is stopped before (403, 404, 409). What a row itself rules out is tried at any version.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from gateway.meta.queries import objects
from gateway.roles.defaults import DEFAULT_ROLES
from tests.isolation.calls import name_of, takes_json
from tests.isolation.examples import BODIES
from tests.isolation.place import Place
from tests.isolation.waiting import Waiting
from tests.responses import Specified, operations
from tests.system import Client

FOUND = {(each.method, each.path): each for each in operations()}
WITH_LIFECYCLE = [each for each in objects().values() if each["lifecycle"]]


def callers(place: Place) -> Iterator[Client]:
    """Everybody who can come: all rights on each side, and every role as shipped."""
    partner = str(place.partner.partner_id)
    yield from (place.vendor, place.partner)
    for role in DEFAULT_ROLES.values():
        scope = " ".join(role.scopes)
        yield place.tenant.vendor(scope) if role.side == "vendor" else place.tenant.partner(partner, scope)


def body_of(operation: Specified) -> Any:
    """A body the operation takes."""
    return BODIES[name_of(operation)] if takes_json(operation) else None


def headers(*, if_match: str) -> dict[str, str]:
    """A version, and the key that an operation may ask for."""
    return {"if-match": if_match, "idempotency-key": uuid.uuid4().hex}


async def rows(caller: Client, described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the caller sees of an object; nothing where it may not look."""
    answer = await caller.get(described["path"], limit="200")
    found: list[dict[str, Any]] = answer["data"] if answer.status == 200 else []
    # One of each kind is enough.
    kinds = {(each["status"], tuple(each["allowed_actions"]), each.get("is_default")): each for each in found}
    return list(kinds.values())


def versioned(described: Mapping[str, Any]) -> dict[str, Specified]:
    """The actions of an object that ask for a version, by name."""
    known = {
        each["action"]: FOUND.get(("post", f"{described['path']}/{{id}}/{each['action']}"))
        for each in described["lifecycle"]["transitions"]
    }
    return {name: each for name, each in known.items() if each and "412" in each.operation["responses"]}


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=lambda each: each["object"])
async def test_an_action_is_allowed_exactly_when_it_would_not_be_refused(
    place: Place, described: Mapping[str, Any]
) -> None:
    for caller in callers(place):
        await tries_all(caller, described)


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=lambda each: each["object"])
async def test_what_time_and_others_decide_is_told_as_truly(waiting: Waiting, described: Mapping[str, Any]) -> None:
    for caller in (waiting.vendor, *waiting.partners):
        await tries_all(caller, described)


async def tries_all(caller: Client, described: Mapping[str, Any]) -> None:
    """Try every action of an object on one of each kind that the caller sees."""
    for row in await rows(caller, described):
        for action, operation in versioned(described).items():
            path, body = f"{described['path']}/{row['id']}/{action}", body_of(operation)
            answer = await caller.request("POST", path, body, headers=headers(if_match='"0"'))

            may = action in row["allowed_actions"]
            if not may and answer.status == 412:
                # The row itself rules it out, which is looked at last.
                answer = await caller.request("POST", path, body, headers=headers(if_match="*"))
            assert (answer.status == 412) == may, f"{row['status']} {path}: {answer.status} {answer.problem}"
            assert may or answer.status in (403, 404, 409), f"{row['status']} {path}: {answer.status}"


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=lambda each: each["object"])
async def test_an_action_of_one_side_is_refused_to_the_other_in_every_state(
    place: Place, described: Mapping[str, Any]
) -> None:
    sides = {each["action"]: each["side"] for each in described["lifecycle"]["transitions"]}
    for side, caller in (("vendor", place.vendor), ("partner", place.partner)):
        for row in await rows(caller, described):
            for action, operation in versioned(described).items():
                path = f"{described['path']}/{row['id']}/{action}"
                answer = await caller.request("POST", path, body_of(operation), headers=headers(if_match='"0"'))

                # A key is on a side and is no person, which is another refusal.
                refused = answer.status == 403 and answer.problem != "person_required"
                assert refused == (sides[action] not in (None, side)), f"{path}: {answer.status}"


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=lambda each: each["object"])
async def test_a_field_is_editable_exactly_when_a_change_would_not_be_refused(
    place: Place, described: Mapping[str, Any]
) -> None:
    operation = FOUND.get(("patch", f"{described['path']}/{{id}}"))
    for caller in callers(place) if operation else ():
        for row in await rows(caller, described):
            assert operation is not None
            for field, value in body_of(operation).items():
                path = f"{described['path']}/{row['id']}"
                answer = await caller.request("PATCH", path, {field: value}, headers=headers(if_match='"0"'))

                may = field in row["editable_fields"]
                assert (answer.status == 412) == may, f"{row['status']} {path} {field}: {answer.status} {answer.json}"


async def test_who_prepared_a_payout_is_not_offered_its_approval_and_a_second_person_is(place: Place) -> None:
    prepared = (await place.vendor.get("/v1/payouts", status="pending_approval"))["data"][0]

    seen = await place.tenant.vendor().get(f"/v1/payouts/{prepared['id']}")

    assert "approve" not in prepared["allowed_actions"]
    assert "approve" in seen["allowed_actions"]


async def test_the_default_program_is_not_offered_to_be_closed(place: Place) -> None:
    programs = (await place.vendor.get("/v1/programs", status="active"))["data"]

    assert any(each["is_default"] for each in programs)
    assert all(("close" in each["allowed_actions"]) != each["is_default"] for each in programs)


async def test_the_account_of_a_partners_person_is_not_offered_to_be_changed(place: Place) -> None:
    (account, *_) = (await place.vendor.get("/v1/accounts", kind="partner"))["data"]

    assert (account["allowed_actions"], account["editable_fields"]) == ([], [])
