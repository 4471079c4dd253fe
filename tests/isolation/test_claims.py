"""What a request says about itself beside its token is worth nothing: headers and query parameters."""

from collections.abc import Mapping

import orjson
import pytest

from tests.isolation.calls import attempts, name_of
from tests.isolation.contents import digest
from tests.isolation.matrix import OPEN, REFUSED, by_name, lines
from tests.isolation.place import Place
from tests.isolation.staff import Staffed
from tests.responses import Specified
from tests.system import Client, Response

MATRIX = lines()
# Parameters that would say for whom, or with which rights, something is asked.
ASKED = (
    "tenant_id tenant viewer as on_behalf_of account_id scope role roles admin sudo mode debug partner reach".split()
)
# The landing view answers with what it has in two seconds, which is not the same twice.
READS = [
    each
    for each in by_name().values()
    if each.method == "get"
    and "{" not in each.path
    and each.path != "/v1/home"
    and MATRIX[name_of(each)].cells["partner_admin"] != OPEN
]


def claims(other: Place, rival: Place) -> Mapping[str, str]:
    """Headers by which somebody claims to be another, elsewhere, or to ask for something else.

    `PRM-Tenant` is none of them: beside a token of another tenant it is refused.
    """
    return {
        "host": f"{other.tenant.slug}.example",
        "forwarded": "for=127.0.0.1;host=internal;proto=https",
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-host": "internal",
        "x-forwarded-prefix": "/internal",
        "x-forwarded-user": other.vendor.account_id,
        "x-tenant-id": other.tenant.id,
        "x-account-id": other.vendor.account_id,
        "x-partner-id": str(rival.rival.partner_id),
        "x-scope": "*:*",
        "x-role": "tenant_admin",
        "x-original-url": "/v1/accounts",
        "x-rewrite-url": "/internal/events",
        "x-http-method-override": "DELETE",
        "x-http-method": "DELETE",
        "x-method-override": "DELETE",
        "x-prm-viewer": "*",
        "prm-viewer": "*",
    }


def told(answer: Response) -> tuple[int, object]:
    """What an answer says, but for the id of the request and the instant of the answer."""
    document = (
        orjson.loads(answer.body)
        if answer.headers.get("content-type", "").endswith(("/json", "problem+json"))
        else answer.body
    )
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if name not in ("request_id", "as_of")}
    return answer.status, document


@pytest.mark.parametrize("operation", READS, ids=name_of)
@pytest.mark.parametrize("role", ["partner_admin", "sales", "channel_manager"])
async def test_headers_that_claim_something_change_no_answer(
    house: Staffed, other: Place, role: str, operation: Specified
) -> None:
    caller = house.callers[role]

    plain = await attempts(caller, operation, version="*")
    claiming = await attempts(caller, operation, version="*", headers=claims(other, house.place))

    assert told(claiming) == told(plain)


@pytest.mark.parametrize("role", ["partner_admin", "tenant_admin"])
async def test_no_operation_takes_a_parameter_that_claims_something(house: Staffed, role: str) -> None:
    caller, before = house.callers[role], await digest(house.place.tenant)
    taken = {}
    for name, operation in by_name().items():
        known = {each["name"] for each in operation.operation.get("parameters", ())}
        if MATRIX[name].cells[role] in (REFUSED, OPEN):
            continue
        for parameter in set(ASKED) - known:
            answer = await asked(caller, operation, parameter)
            if (answer.status, answer.problem) != (400, "invalid_parameter"):
                taken[name] = (parameter, answer.status)

    assert taken == {}
    assert await digest(house.place.tenant) == before


async def asked(caller: Client, operation: Specified, parameter: str) -> Response:
    """The answer to an operation with one query parameter more."""
    names = {"{id}": "unknown", "{system}": "crm", "{type}": "object"}
    path = operation.path
    for name, value in names.items():
        path = path.replace(name, value)
    headers = {"idempotency-key": f"claims-{parameter}"} if operation.method != "get" else {}
    return await caller.request(operation.method.upper(), path, headers=headers, **{parameter: "*"})
