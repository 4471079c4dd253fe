"""The id of another's object in a body is answered as the id of nothing."""

from collections.abc import Iterator
from typing import Any, Final

import orjson
import pytest

from shared import clock
from shared.values.ids import new_id
from tests.isolation.calls import calls, name_of, takes_json
from tests.isolation.examples import BODIES, UNKNOWN
from tests.isolation.place import Place
from tests.isolation.reach import Reader, an_id, noun_of, refusal, rows
from tests.responses import Specified, operations
from tests.system import Client, Response


def references(operation: Specified) -> Iterator[tuple[str, str]]:
    """Yield each member of the body that names another object, and the list of its noun."""
    schema = operation.operation["requestBody"]["content"]["application/json"]["schema"]
    shape = operation.components[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    for name, member in shape.get("properties", {}).items():
        if "x-resource" in member:
            yield name, f"/v1/{member['x-resource']}"


REFERENCES = [
    (operation, name, path)
    for operation in operations()
    if takes_json(operation) and "x-permission" in operation.operation
    for name, path in references(operation)
]

FOUND: Final = {each.path: each for each in operations() if each.method == "post"}


def naming(operation: Specified, name: str, value: str) -> dict[str, Any]:
    """The example of an operation with this reference in it."""
    body = dict(BODIES[name_of(operation)])
    body[name] = [value] if isinstance(body.get(name), list) else value
    return body


async def own_id(noun: str, home: Place, caller: Client) -> str:
    """The newest object of a noun that the caller sees at home, or any of it."""
    seen = await caller.get(noun)
    return str(seen["data"][0]["id"]) if seen.status == 200 and seen["data"] else await an_id(noun, home)


def item(result: dict[str, Any]) -> Response:
    """What a batch tells of one item, as the answer that it is."""
    return Response(result["status"], result["headers"], orjson.dumps(result["body"]))


def facts(answer: Response, name: str) -> dict[str, Any]:
    """What an answer tells, but for the reference itself and what is new each time."""
    new_each_time = "id client_id created_at updated_at key hint client_secret request_id".split()
    return {member: value for member, value in answer.json.items() if member not in (*new_each_time, name)}


@pytest.mark.parametrize(
    ("operation", "name", "path"), REFERENCES, ids=[f"{name_of(each)} {name}" for each, name, _ in REFERENCES]
)
async def test_a_reference_to_anothers_object_is_one_to_nothing(
    place: Place, other: Place, walls: None, operation: Specified, name: str, path: str
) -> None:
    theirs = await an_id(path, place)
    callers = [Reader("another vendor", other.vendor), Reader("another vendor's partner", other.partner)]
    if path != "/v1/partners":
        callers.append(Reader("another partner", place.rival))

    for caller in callers:
        home = place if caller.client is place.rival else other
        values = {"id": await own_id(noun_of(operation.path), home, caller.client)} if "{" in operation.path else {}
        told = await calls(caller.client, operation, values=values, body=naming(operation, name, theirs))
        unknown = new_id(theirs.rpartition("_")[0], at=clock.now())
        expected = await calls(caller.client, operation, values=values, body=naming(operation, name, unknown))
        assert told.status < 500
        assert place.ours not in told.body.decode()
        assert (refusal(told), facts(told, name)) == (refusal(expected), facts(expected, name)), caller.name


BATCHES = [
    (each, FOUND[batch], name, path) for each, name, path in REFERENCES if (batch := f"{each.path}/batch") in FOUND
]


@pytest.mark.parametrize(
    ("single", "batch", "name", "path"), BATCHES, ids=[f"{name_of(batch)} {name}" for _, batch, name, _ in BATCHES]
)
async def test_in_a_batch_a_reference_to_anothers_object_is_answered_as_in_the_single_creation(
    place: Place, other: Place, walls: None, single: Specified, batch: Specified, name: str, path: str
) -> None:
    theirs = await an_id(path, place)
    unknown = new_id(theirs.rpartition("_")[0], at=clock.now())
    callers = [other.vendor, other.partner] if path == "/v1/partners" else [other.vendor, place.rival]

    for caller in callers:
        bodies = [naming(single, name, theirs), naming(single, name, unknown)]
        alone = [await calls(caller, single, body=body) for body in bodies]
        answer = await calls(caller, batch, body={"items": bodies})
        assert place.ours not in answer.body.decode()
        told = [item(each) for each in answer["data"]] if answer.status == 200 else [answer, answer]
        # An item has those of the headers that are its own.
        assert [refusal(each)[:2] for each in told] == [refusal(each)[:2] for each in alone]
        assert facts(told[0], name) == facts(told[1], name)


@pytest.mark.parametrize("name", sorted({name for _, name, _ in REFERENCES}))
def test_every_example_spells_out_a_reference_that_is_required(name: str) -> None:
    for operation, reference, _ in REFERENCES:
        if reference == name and name in BODIES[name_of(operation)]:
            # All but the last letter: two references of one body are not the same.
            assert UNKNOWN[:-1] in str(BODIES[name_of(operation)][name])


@pytest.mark.parametrize(
    "operation",
    [
        each
        for each in operations()
        if each.method == "post" and "{" not in each.path and takes_json(each) and "x-permission" in each.operation
    ],
    ids=name_of,
)
async def test_an_id_that_another_has_taken_says_nothing_about_it(
    place: Place, other: Place, operation: Specified
) -> None:
    schema = operation.operation["requestBody"]["content"]["application/json"]["schema"]
    shape = operation.components.get(schema.get("$ref", "").rsplit("/", 1)[-1], {})
    if "id" not in shape.get("properties", {}):
        return
    taken = await an_id(operation.path, place)

    elsewhere = await calls(other.vendor, operation, body={**BODIES[name_of(operation)], "id": taken})
    within = await calls(place.rival, operation, body={**BODIES[name_of(operation)], "id": taken})

    # Ids belong to a tenant: another one may use the same. Inside, a taken id is refused, and nothing else is told.
    assert elsewhere.problem != "already_exists", elsewhere.json
    assert elsewhere.status < 500 and 400 <= within.status < 500
    assert not any(mark in answer.body.decode() for mark in (place.ours,) for answer in (elsewhere, within))
    assert await rows(operation.path, place, place.vendor) != []
