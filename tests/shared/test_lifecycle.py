"""States and the moves between them."""

import pytest

from shared.errors import InvalidTransition
from shared.lifecycle import Lifecycle, move

STATES = Lifecycle(
    ("draft", "open", "closed"),
    move("open", "draft", "closed", permission="things:write"),
    move("close", "open", permission="things:close"),
    editable={"draft": ("title",)},
)


def test_a_move_is_possible_from_its_own_states_only():
    STATES.require("draft", "open")
    STATES.require("closed", "open")
    with pytest.raises(InvalidTransition) as refused:
        STATES.require("open", "open")

    assert refused.value.members == {"status_now": "open"}


def test_a_state_knows_what_can_be_done_in_it():
    assert [each.action for each in STATES.allowed("open")] == ["close"]
    assert STATES.editable_fields("draft") == ("title",)
    assert STATES.editable_fields("open") == ()


def test_a_move_from_a_state_that_does_not_exist_is_refused_when_it_is_declared():
    with pytest.raises(ValueError):
        Lifecycle(("draft",), move("open", "drafft", permission="things:write"))


async def test_a_caller_is_told_what_it_can_do_itself(service, tenant_id, acme):
    reader = service.person(tenant_id, partner="ptr_acme", scope="notes:read")
    note = await acme.note()

    assert note["allowed_actions"] == ["submit"]
    assert note["editable_fields"] == ["title", "contact"]
    seen = await reader.get(f"/v1/notes/{note['id']}")
    assert (seen["allowed_actions"], seen["editable_fields"]) == ([], [])
