"""What a caller must not set is refused by name wherever it is sent, and nothing changes."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.isolation.calls import attempts, body_schema, name_of, takes_json
from tests.isolation.contents import digest
from tests.isolation.examples import BODIES
from tests.isolation.matrix import REFUSED, lines
from tests.isolation.reach import FOUND_IN, noun_of
from tests.isolation.staff import Staffed
from tests.responses import Specified, operations
from tests.system import Client, Response

# What no body of any operation sets unless it has such a member: whose it is, what became of it, who may.
PRIVILEGED = tuple(
    "tenant_id tenant partner_id account_id owner owner_id created_by version object status stage allowed_actions"
    " editable_fields created_at updated_at submitted_at approved_at approved_by priority_no protected_until decided_by"
    " role roles scope scopes permission permissions side mode kind is_admin is_default is_vendor customised system"
    " password password_hash secret client_secret key_hash paid paid_at paid_amount balance ledger total amount_paid"
    " sub viewer own reason_code __proto__ constructor".split()
)
MATRIX = lines()
WRITES = [
    each for each in operations() if takes_json(each) and "x-permission" in each.operation and name_of(each) in BODIES
]
# Of the one batch of any requests, each is judged as it would be alone.
BATCHES = [each for each in WRITES if each.path.endswith("/batch") and each.path != "/v1/batch"]
SINGLE = [each for each in WRITES if each not in BATCHES]
BODILESS = [
    each
    for each in operations()
    if each.method != "get" and "requestBody" not in each.operation and "x-permission" in each.operation
]
# Nothing in the place is in a state in which these look at their body.
NEVER_IN_STATE = {
    "activate_partner",
    "reinstate_partner",
    "decline_lead",
    "submit_payout",
    "confirm_payout",
    "fail_payout",
    "approve_statement",
    "publish_statement",
    "decline_relationship",
    "withdraw_relationship",
    "decline_engagement",
    "leave_engagement",
    "reject_engagement",
    "end_engagement",
    "return_solution",
    "list_solution",
    "appeal_conflict_case",
    "reinstate_deal",
    "approve_protection_extension",
    "refuse_protection_extension",
    "award_tender",
    "order_quote",
}
# More than this many faults an answer does not name.
FAULTS = 40


def resolved(schema: dict[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """The schema itself, where it is a reference or may be null."""
    options: list[dict[str, Any]] = [schema, *schema.get("anyOf", ())]
    for option in options:
        if "$ref" in option:
            return resolved(components[option["$ref"].rsplit("/", 1)[-1]], components)
        if "properties" in option or "items" in option:
            return option
    return schema


def places(schema: dict[str, Any], value: Any, components: Mapping[str, Any], at: str = "") -> Iterator[Any]:
    """Yield each object in a body that has a fixed set of members: its pointer, and their names."""
    shape = resolved(schema, components)
    if isinstance(value, dict) and shape.get("additionalProperties") is False:
        yield at, set(shape["properties"])
        for name, inner in value.items():
            yield from places(shape["properties"][name], inner, components, f"{at}/{name}")
    elif isinstance(value, list) and isinstance(shape.get("items"), dict):
        for index, inner in enumerate(value):
            yield from places(shape["items"], inner, components, f"{at}/{index}")


def with_members(value: Any, at: str, members: Mapping[str, Any]) -> Any:
    """The body with more members in the object at this pointer."""
    if not at:
        return {**value, **members}
    step, _, rest = at[1:].partition("/")
    inner = f"/{rest}" if rest else ""
    if isinstance(value, list):
        place = int(step)
        return [*value[:place], with_members(value[place], inner, members), *value[place + 1 :]]
    return {**value, step: with_members(value[step], inner, members)}


def shown_members(operation: Specified) -> set[str]:
    """What the answer of an operation shows of the object."""
    found: set[str] = set()
    for status in ("200", "201", "202"):
        content = operation.operation["responses"].get(status, {}).get("content", {}).get("application/json", {})
        found |= set(resolved(content.get("schema", {}), operation.components).get("properties", {}))
    return found


def smuggled(operation: Specified) -> Iterator[tuple[str, Any, list[str]]]:
    """Yield bodies with members that are not the caller's to set: where they are, the body, and their names."""
    schema = body_schema(operation)
    example = BODIES[name_of(operation)]
    for at, known in places(schema, example, operation.components):
        names = sorted({*PRIVILEGED, *shown_members(operation)} - known)
        for start in range(0, len(names), FAULTS):
            some = names[start : start + FAULTS]
            yield at, with_members(example, at, dict.fromkeys(some, True)), some


def callers(house: Staffed, operation: Specified) -> Iterator[Client]:
    """The administrators who may do it."""
    for role in ("tenant_admin", "partner_admin"):
        if MATRIX[name_of(operation)].cells[role] != REFUSED:
            yield house.callers[role]


async def targets(operation: Specified, caller: Client) -> list[dict[str, str]]:
    """Objects that the caller sees, one in each state; a single empty one where the path names none."""
    if "{id}" not in operation.path or "/by-external-reference/" in operation.path:
        return [{"id": "smuggled"} if "{id}" in operation.path else {}]
    noun = noun_of(operation.path)
    found = await caller.get(FOUND_IN.get(noun, noun), limit=200)
    rows = {each.get("status"): each for each in found["data"]} if found.status == 200 else {}
    return [{"id": str(each["id"])} for each in rows.values()]


async def answers(house: Staffed, operation: Specified, body: Any) -> list[Response]:
    """What a body is told on objects in every state there is."""
    return [
        await attempts(caller, operation, values=values, body=body, version="*")
        for caller in callers(house, operation)
        for values in await targets(operation, caller)
    ]


@pytest.mark.parametrize("operation", SINGLE, ids=name_of)
async def test_a_member_that_is_not_the_callers_to_set_is_refused_by_name(house: Staffed, operation: Specified) -> None:
    before = await digest(house.place.tenant)
    for at, body, names in smuggled(operation):
        told = await answers(house, operation, body)
        judged = [each for each in told if each.status == 422]

        assert all(400 <= each.status < 500 for each in told)
        assert judged or name_of(operation) in NEVER_IN_STATE, [each.problem for each in told]
        for each in judged:
            assert unknown(each.json) >= {f"{at}/{name}" for name in names}
    assert await digest(house.place.tenant) == before


@pytest.mark.parametrize("operation", BATCHES, ids=name_of)
async def test_in_a_batch_it_is_refused_by_name_item_by_item(house: Staffed, operation: Specified) -> None:
    single = next(each for each in SINGLE if f"{each.path}/batch" == operation.path)
    (caller, *_), before = list(callers(house, operation)), await digest(house.place.tenant)
    found = list(smuggled(single))

    told = await attempts(caller, operation, body={"items": [body for _, body, _ in found]}, version="*")
    beside = await attempts(caller, operation, body={**BODIES[name_of(operation)], "partner_id": "x"}, version="*")

    assert [each["status"] for each in told["data"]] == [422] * len(found)
    for each, (at, _, names) in zip(told["data"], found, strict=True):
        assert unknown(each["body"]) >= {f"{at}/{name}" for name in names}
    assert (beside.status, unknown(beside.json)) == (422, {"/partner_id"})
    assert await digest(house.place.tenant) == before


async def test_what_takes_no_body_refuses_one_and_does_nothing(house: Staffed) -> None:
    before, judged = await digest(house.place.tenant), set[str]()
    for operation in BODILESS:
        for each in await answers(house, operation, {"reason_for_it": "because"}):
            assert 400 <= each.status < 500, name_of(operation)
            if each.status == 422 and unknown(each.json) == {"/reason_for_it"}:
                judged.add(name_of(operation))

    assert len(judged) > len(BODILESS) / 2
    assert await digest(house.place.tenant) == before


def unknown(problem: Mapping[str, Any]) -> set[str]:
    """The members that a refusal calls unknown."""
    return {fault["pointer"] for fault in problem["errors"] if fault["code"] == "unknown_field"}
