"""State machines are what the operations do: what portals are told of them can be relied on."""

import pytest

from gateway.meta.queries import objects
from gateway.publish.specifications import committed

WITH_LIFECYCLE = [each for each in objects().values() if each["lifecycle"]]


@pytest.fixture(scope="module")
def paths():
    return {path: methods for each in committed().values() for path, methods in each["paths"].items()}


def schema_of(name):
    return next(
        each["components"]["schemas"][name] for each in committed().values() if name in each["components"]["schemas"]
    )


def named(described):
    return described["object"]


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=named)
def test_whoever_reads_an_object_with_states_is_told_what_can_be_done_with_it(described, paths):
    answer = paths[described["path"]]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    items = schema_of(answer["$ref"].rsplit("/", 1)[-1])["properties"]["data"]["items"]
    members = schema_of(items["$ref"].rsplit("/", 1)[-1])

    assert {"status", "allowed_actions", "editable_fields"} <= set(members["required"])


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=named)
def test_every_action_is_an_operation_with_the_same_permission(described, paths):
    for transition in described["lifecycle"]["transitions"]:
        path = f"{described['path']}/{{id}}"
        # What is deleted is deleted by HTTP's own word.
        if transition["action"] == "delete":
            operation = paths[path]["delete"]
        else:
            operation = paths[f"{path}/{transition['action']}"]["post"]

        assert operation["x-permission"] == transition["permission"], path


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=named)
def test_every_state_is_reached_and_has_a_way_out_or_is_the_end(described):
    lifecycle = described["lifecycle"]
    ways = [(source, to) for each in lifecycle["transitions"] for source in each["from"] for to in each["to"]]
    ways += [(each["from"], to) for each in lifecycle["by_itself"] for to in each["to"]]
    for each in lifecycle["states"]:
        reached = each["initial"] or any(to == each["state"] for _, to in ways)
        left = any(source == each["state"] != to for source, to in ways)

        assert reached, each["state"]
        assert left != each["terminal"], each["state"]


@pytest.mark.parametrize("described", WITH_LIFECYCLE, ids=named)
def test_what_is_said_to_be_editable_can_be_sent_in_a_patch(described):
    editable = {name for state in described["lifecycle"]["states"] for name in state["editable_fields"]}

    assert editable == {each["name"] for each in described["fields"] if each["editable"]}


def test_whatever_has_a_status_has_a_lifecycle(paths):
    without = {each["path"] for each in objects().values() if not each["lifecycle"]}
    lacking = {path for path in without if _members_of(paths[path]).get("status", {}).get("type") == "string"}

    assert lacking == set()


def _members_of(methods):
    answer = methods["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    items = schema_of(answer["$ref"].rsplit("/", 1)[-1])["properties"]["data"]["items"]
    return schema_of(items["$ref"].rsplit("/", 1)[-1])["properties"]
