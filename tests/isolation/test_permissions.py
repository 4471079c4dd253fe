"""A token opens what its scopes say, and nothing without them."""

import pytest

from tests.isolation.calls import calls, name_of
from tests.isolation.examples import UNKNOWN
from tests.isolation.place import Place
from tests.responses import Specified, operations
from tests.system import Client

GUARDED = [each for each in operations() if not each.operation.get("x-public")]
NARROW = "deals:read"
# Whoever may read may view.
OPENED = (NARROW, "deals:view")


def values(operation: Specified) -> dict[str, str]:
    """Something for every place in a path."""
    return {"id": f"deal_{UNKNOWN}"} if "{id}" in operation.path else {}


@pytest.mark.parametrize(
    "operation", [each for each in GUARDED if each.operation["x-permission"] not in OPENED], ids=name_of
)
async def test_who_may_only_read_deals_can_do_nothing_else(place: Place, operation: Specified) -> None:
    for caller in (place.tenant.vendor(NARROW), place.tenant.partner(str(place.partner.partner_id), NARROW)):
        answer = await calls(caller, operation, values=values(operation))

        assert (answer.status, answer.problem) == (403, "forbidden")


@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
async def test_nobody_gets_in_without_a_token(place: Place, operation: Specified) -> None:
    nobody = Client(place.tenant.system, None, place.tenant)

    answer = await calls(nobody, operation, values=values(operation))

    assert (answer.status, answer.problem) == (401, "unauthenticated")


@pytest.mark.parametrize("operation", GUARDED, ids=name_of)
async def test_an_anonymous_token_opens_public_operations_only(place: Place, operation: Specified) -> None:
    answer = await calls(place.tenant.anonymous(), operation, values=values(operation))

    assert (answer.status, answer.problem) == (403, "forbidden")
