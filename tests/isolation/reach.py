"""Who may see what each list shows. A new list is entered here, and `place.py` makes a row for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from tests.isolation.place import Place
from tests.responses import Specified, operations
from tests.system import Client, Response

# Rows of one partner: no other partner sees them.
PARTNERS: Final = frozenset(
    "/v1/api-keys /v1/conflict-checks /v1/deals /v1/earnings /v1/events /v1/files /v1/leads /v1/ledger/entries"
    " /v1/oauth-clients /v1/offers /v1/partners /v1/partners/{id}/tier-history /v1/payouts /v1/people"
    " /v1/protection-claims /v1/returns /v1/sessions /v1/statements /v1/statements/{id}/lines"
    " /v1/webhook-deliveries /v1/webhook-endpoints".split()
)
# Catalogues: the whole tenant reads them.
TENANTS: Final = frozenset(
    "/v1/exchange-rates /v1/product-families /v1/programs /v1/roles /v1/tenants /v1/territories /v1/tiers".split()
)
# The vendor's own: no partner sees them, not even the one they are about.
VENDORS: Final = frozenset(
    "/v1/accounts /v1/applications /v1/approval-policies /v1/conflict-cases /v1/customers /v1/ledger/accounts"
    " /v1/periods /v1/plan-assignments /v1/plan-versions /v1/plans /v1/recalculations /v1/routing-policies"
    " /v1/screening-policies /v1/test-clocks".split()
)
# Lists of figures: their rows are the same accounts for everybody, with the sums of one's own.
FIGURES: Final = frozenset({"/v1/ledger/accounts"})
# Values in paths that are secrets of their own, and open what they open to whoever has them.
SECRETS: Final = ("/v1/invitations/{token}/", "/v1/password-resets/{token}/")


def lists() -> Iterator[str]:
    """Every list that is in the specification."""
    for each in operations():
        if each.method == "get":
            shown = each.operation["responses"]["200"]["content"].get("application/json", {}).get("schema", {})
            component = each.components.get(shown.get("$ref", "").rsplit("/", 1)[-1], {})
            if {"data", "has_more"} <= component.get("properties", {}).keys():
                yield each.path


def about_one_object() -> list[Specified]:
    """Every operation on an object that its path names."""
    return [each for each in operations() if "{" in each.path and not each.path.startswith(SECRETS)]


def noun_of(path: str) -> str:
    """The list in which the object of a path is found."""
    return path.partition("/{")[0]


@dataclass(frozen=True)
class Reader:
    """Somebody who should not see the rows of a place."""

    name: str
    client: Client


def owner_of(path: str, place: Place) -> Client:
    """Somebody of the place who sees this list."""
    return place.vendor if path in VENDORS else place.partner


def strangers(path: str, place: Place, other: Place) -> list[Reader]:
    """All who must see nothing of this list's rows in the place."""
    found = [Reader("another vendor", other.vendor), Reader("another vendor's partner", other.partner)]
    if path in VENDORS:
        found += [Reader("the partner", place.partner), Reader("another partner", place.rival)]
    if path in PARTNERS:
        unassigned = place.tenant.vendor("*:*:assigned")
        found += [Reader("another partner", place.rival), Reader("staff with other partners", unassigned)]
    return found


async def rows(path: str, place: Place, caller: Client, **query: Any) -> list[dict[str, Any]]:
    """What a list of the place shows to somebody who may see it."""
    if "{id}" in path:
        query.pop("id", None)
        path = path.replace("{id}", await an_id(noun_of(path), place))
    answer = await caller.get(path, **{} if path in FIGURES else {"limit": 200}, **query)
    assert answer.status == 200, f"{path}: {answer.body!r}"
    return list(answer["data"])


async def an_id(noun: str, place: Place) -> str:
    """The id of an object of the partner's in the place, or of the vendor's where partners have none."""
    found = await rows(noun, place, owner_of(noun, place))
    assert found, f"tests/isolation/place.py makes nothing for {noun}"
    return str(found[0]["id"])


def refusal(answer: Response) -> tuple[Any, ...]:
    """What somebody learns from an answer: all but the id of the request."""
    document = orjson.loads(answer.body) if answer.body else {}
    return answer.status, document.get("code"), document.get("detail"), str(document.get("errors"))
