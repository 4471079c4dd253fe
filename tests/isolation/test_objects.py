"""An object that is not one's own answers exactly as one that does not exist."""

import jsonschema_rs
import pytest

from shared import clock
from shared.values.ids import new_id
from tests.isolation.calls import body_schema, calls, name_of, takes_json
from tests.isolation.examples import BODIES
from tests.isolation.place import Place
from tests.isolation.reach import about_one_object, an_id, noun_of, owner_of, refusal, strangers
from tests.responses import Specified, operations

OBJECTS = about_one_object()


@pytest.mark.parametrize(
    "operation", [each for each in operations() if takes_json(each) and "x-permission" in each.operation], ids=name_of
)
def test_there_is_a_valid_body_for_every_operation_that_takes_one(operation: Specified) -> None:
    assert name_of(operation) in BODIES, "add an example to tests/isolation/examples.py"
    jsonschema_rs.validate(body_schema(operation), BODIES[name_of(operation)])


@pytest.mark.parametrize("noun", sorted({noun_of(each.path) for each in OBJECTS}))
async def test_whoever_may_see_an_object_finds_it_by_its_id(place: Place, noun: str) -> None:
    found = await owner_of(noun, place).get(f"{noun}/{await an_id(noun, place)}")

    assert found.status == 200, found.json


@pytest.mark.parametrize("operation", OBJECTS, ids=name_of)
async def test_the_id_of_anothers_object_is_that_of_no_object(
    place: Place, other: Place, walls: None, operation: Specified
) -> None:
    noun = noun_of(operation.path)
    theirs = await an_id(noun, place)
    unknown = new_id(theirs.partition("_")[0], at=clock.now())

    for reader in strangers(noun, place, other):
        told = await calls(reader.client, operation, values={"id": theirs})
        if told.status == 304 or told.status < 300:
            raise AssertionError(f"{reader.name} reaches it: {told.body!r}")
        expected = await calls(reader.client, operation, values={"id": unknown})
        assert refusal(told) == refusal(expected), reader.name
        assert told.status < 500
        assert place.ours not in told.body.decode()
