"""Every operation works for somebody whose it is: what strangers are refused is refused to them, and not broken."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from shared.web.peer import Answer
from tests.isolation.calls import attempts, name_of, takes_json
from tests.isolation.examples import BODIES
from tests.isolation.matrix import OPEN, by_name, lines
from tests.isolation.place import Place, inhabited
from tests.isolation.reach import FOUND_IN, noun_of
from tests.isolation.spares import spares
from tests.isolation.staff import hired
from tests.isolation.test_references import references
from tests.responses import Specified, operation_of
from tests.system import Client, System

# What takes more than an object in the right state, and the tests in which it works.
ELSEWHERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("match_pos_match", "split_pos_match"), "tests/deals/test_pos_batches.py: it takes deals that can be credited"
    ),
    **dict.fromkeys(
        ("fulfil_order", "return_order"), "tests/deals/test_fulfilments.py: what is moved are lines of that very order"
    ),
    "authorize_app": "tests/gateway/test_consent.py: a browser and an app have a part in it",
    "preview_authorization": "tests/gateway/test_consent.py",
    "confirm_second_factor": "tests/gateway/test_second_factors.py: it takes a code of this minute",
    "remove_second_factor": "tests/gateway/test_second_factors.py",
    "create_test_clock": "tests/gateway/test_clocks.py: a tenant has one",
    "enter_sandbox": "tests/gateway/test_sandbox.py: it takes a person of the live tenant",
    "appeal_deal": "tests/deals/test_approval_appeals.py: it takes a rejection of the last ten days",
    "route_deal": "tests/deals/test_approval_steps.py: it takes a conflict about a deal that is approved in steps",
    "create_approval_delegation": "tests/deals/test_approval_delegations.py: it takes a member of the staff who may approve",
    "delegate_approval_task": "tests/deals/test_approval_tasks.py: it takes two members of the staff who may approve",
    "assign_deal": "tests/deals/test_assignments.py: it takes somebody else of the partner who may write deals",
    "reassign_account_teams": "tests/partners/test_account_teams.py: it takes two members of the staff",
    **dict.fromkeys(
        ("merge_customer", "split_customer", "pin_customers_apart", "unpin_customers"),
        "tests/deals/test_customer_identity.py: it takes two customers that stand in the right relation",
    ),
    **dict.fromkeys(
        ("create_relationship", "accept_relationship", "decline_relationship", "withdraw_relationship"),
        "tests/partners/test_relationships.py: it takes two partners, one of whom offers",
    ),
    **dict.fromkeys(
        ("accept_engagement", "decline_engagement", "leave_engagement"),
        "tests/deals/test_engagements.py: it takes another partner than the deal's",
    ),
    **dict.fromkeys(
        ("approve_protection_extension", "refuse_protection_extension"),
        "tests/deals/test_protection_extensions.py: it takes a policy that leaves more time to a person",
    ),
    "reinstate_deal": "tests/deals/test_protection_extensions.py: it takes a deal whose protection has just ended",
    "amend_attribution": "tests/deals/test_attributions.py: it names the partners of the new split",
    "consent_solution": "tests/deals/test_solutions.py: it takes another partner than the one that leads it",
    "create_solution": "tests/deals/test_solutions.py: it names the partners that own it",
    "award_tender": "tests/deals/test_tenders.py: it takes a registration in a tender that has closed",
    "rollback_import": "tests/imports/test_work.py: it takes an import that has run",
    "run_import": "tests/imports/test_work.py: it takes an import that was validated not long ago",
    "patch_application": "tests/partners/test_applications.py: a company that applies again has a draft",
    "switch_session": "tests/gateway/test_sessions.py: it takes a person of two partners",
}
# After these an object takes no other step, so they come last.
LAST: Final = frozenset(
    "end withdraw reject return revoke retire close terminate deactivate publish sign-out-everywhere".split()
)
ROUNDS: Final = 3
# A company that was rejected applies again after this.
COOLING_OFF: Final = 31


@dataclass
class Watched(System):
    """The same system, which remembers the operations that have worked."""

    worked: set[str] = field(default_factory=set)

    async def send(self, method: str, path: str, *, query: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a request, and note what it was when it works."""
        answer = await System.send(self, method, path, query=query, headers=headers, body=body)
        operation = operation_of(method.lower(), path)
        if operation is not None and answer.status < 400:
            self.worked.add(name_of(operation))
        return answer


async def seen_by(caller: Client, path: str) -> list[dict[str, Any]]:
    """The newest objects of a list that the caller sees, none where it may not look."""
    answer = await caller.get(FOUND_IN.get(path, path), limit=200)
    rows: list[dict[str, Any]] = answer["data"] if answer.status == 200 else []
    return rows


async def body_of(place: Place, caller: Client, operation: Specified) -> Any:
    """The example, with objects that the caller sees for those it names."""
    if not takes_json(operation):
        return None
    body = dict(BODIES[name_of(operation)])
    for name, path in references(operation):
        if name in body:
            rows = [] if path == "/v1/partners" else await seen_by(caller, path)
            value = rows[0]["id"] if rows else place.partner.partner_id
            body[name] = [value] if isinstance(body[name], list) else value
    return body


async def candidates(caller: Client, operation: Specified) -> list[dict[str, str]]:
    """The objects with which the operation may work: those that offer it as an action, where any does."""
    if "{id}" not in operation.path or "/by-external-reference/" in operation.path:
        return [{"id": "first"}]
    rows, action = await seen_by(caller, noun_of(operation.path)), operation.path.rsplit("/", 1)[-1]
    offering = [each for each in rows if action in each.get("allowed_actions", ())]
    if operation.method == "patch":
        offering = [each for each in rows if each.get("editable_fields")]
    return [{"id": str(each["id"])} for each in (offering or rows)[:10]]


async def tries(place: Place, callers: list[Client], operation: Specified) -> None:
    """Try an operation until it works for somebody with something."""
    for caller in callers:
        body = await body_of(place, caller, operation)
        for values in await candidates(caller, operation):
            if (await attempts(caller, operation, values=values, body=body, version="*")).status < 400:
                return


def to_do(watched: Watched) -> Iterator[Specified]:
    """The operations that need a permission and have not worked yet."""
    for name, line in lines().items():
        if OPEN not in line.cells.values() and name not in watched.worked | ELSEWHERE.keys():
            yield by_name()[name]


def order(operation: Specified) -> tuple[bool, bool, bool]:
    """Make first, then take steps, then change what these have left as it was, and end it last."""
    return is_last(operation), "{id}" in operation.path, operation.method == "patch"


def is_last(operation: Specified) -> bool:
    """Tell whether an object takes no other step after this one."""
    return operation.method == "delete" or operation.path.rsplit("/", 1)[-1] in LAST


async def test_every_operation_works_for_its_owner(system: System) -> None:
    watched = Watched(**{each.name: getattr(system, each.name) for each in fields(System)})
    place = await inhabited(watched)
    sides = {"tenant_admin": "vendor", "partner_admin": "partner"}
    callers = [await hired(place, role, side=sides[role]) for role in ("tenant_admin", "partner_admin", "tenant_admin")]
    callers += [place.partner, place.vendor]
    await spares(place)
    for number in range(ROUNDS):
        for operation in sorted(to_do(watched), key=order):
            if number or not is_last(operation):
                await tries(place, callers, operation)
        await place.tenant.advance(days=COOLING_OFF)

    assert [name_of(each) for each in to_do(watched)] == []
    assert ELSEWHERE.keys() - by_name().keys() == set()
