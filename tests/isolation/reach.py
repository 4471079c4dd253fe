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
    "/v1/licences /v1/licences/{id}/invoices /v1/pos-batches /v1/pos-lines /v1/pos-mappings /v1/order-lines /v1/order-matches /v1/orders /v1/orders/{id}/fulfilments /v1/orders/{id}/invoices /v1/orders/{id}/returns "
    "/v1/account-teams /v1/api-keys /v1/audit-records /v1/conflict-checks /v1/deals /v1/earnings /v1/events /v1/files"
    " /v1/deal-notes /v1/deals/{id}/evidence /v1/deals/{id}/notes /v1/evidence /v1/registration-quality /v1/tenders"
    " /v1/deal-activities /v1/deals/{id}/activities /v1/transfer-consents"
    " /v1/attributions /v1/conflict-cases /v1/engagements /v1/imports /v1/imports/{id}/row-errors /v1/leads"
    " /v1/deals/{id}/plan-history /v1/deals/{id}/stage-history"
    " /v1/ledger/entries /v1/oauth-clients /v1/offers /v1/operations /v1/partners /v1/partners/{id}/tier-history /v1/payouts /v1/people"
    " /v1/price-lists /v1/price-lists/{id}/entries /v1/protection-claims /v1/protection-extensions"
    " /v1/quotes /v1/relationships /v1/request-logs /v1/returns /v1/second-factors /v1/sessions"
    " /v1/solutions /v1/special-prices /v1/statements"
    " /v1/statements/{id}/lines /v1/webhook-deliveries /v1/webhook-endpoints".split()
)
# Catalogues: the whole tenant reads them.
TENANTS: Final = frozenset(
    "/v1/licence-allowances /v1/bundles /v1/calendars /v1/custom-fields /v1/exchange-rates /v1/pipelines /v1/price-promotions"
    " /v1/product-families /v1/products /v1/programs /v1/roles /v1/share-templates /v1/solution-listings"
    " /v1/tenants /v1/territories /v1/tiers".split()
)
# The vendor's own: no partner sees them, not even the one they are about.
VENDORS: Final = frozenset(
    "/v1/order-policies /v1/pos-matches "
    "/v1/accounts /v1/applications /v1/approval-delegations /v1/approval-policies /v1/approval-tasks /v1/conflict-policies /v1/customers /v1/deal-tasks /v1/deal-transfers /v1/direct-opportunities /v1/domain-links /v1/ledger/accounts"
    " /v1/periods /v1/pipeline-migrations /v1/pipeline-migrations/{id}/failures /v1/plan-assignments /v1/plan-versions /v1/plans /v1/recalculations /v1/registration-policies /v1/routing-policies"
    " /v1/retention-policies /v1/screening-policies /v1/test-clocks".split()
)
# Objects that no list of their own shows, and the list that has their ids.
FOUND_IN: Final = {
    "/v1/receipts": "/v1/audit-records",
    **{
        f"/v1/{noun}/by-external-reference": f"/v1/{noun}"
        for noun in ("deals", "direct-opportunities", "leads", "partners")
    },
}
# Lists of figures: their rows are the same accounts for everybody, with the sums of one's own.
FIGURES: Final = frozenset({"/v1/ledger/accounts"})
# What brings rows of several lists together, in the reach of who asks: no list of rows of its own.
SEARCHES: Final = frozenset({"/v1/search"})
# Values in paths that are secrets of their own, and open what they open to whoever has them.
SECRETS: Final = ("/v1/invitations/{token}/", "/v1/password-resets/{token}/")


def lists() -> Iterator[str]:
    """Every list that is in the specification."""
    for each in operations():
        if each.method == "get":
            shown = (
                each.operation["responses"]
                .get("200", {})
                .get("content", {})
                .get("application/json", {})
                .get("schema", {})
            )
            component = each.components.get(shown.get("$ref", "").rsplit("/", 1)[-1], {})
            if {"data", "has_more"} <= component.get("properties", {}).keys() and each.path not in SEARCHES:
                yield each.path


def about_one_object() -> list[Specified]:
    """Every operation on an object that its path names."""
    return [
        each
        for each in operations()
        # A reference is the caller's own: whoever names another's makes an object of its own (tests/extensions).
        if "{" in each.path and not each.path.startswith(SECRETS) and "/by-external-reference/" not in each.path
    ]


def noun_of(path: str) -> str:
    """The list in which the object of a path is found."""
    return path.partition("/{")[0]


@dataclass(frozen=True)
class Reader:
    """Somebody who should not see the rows of a place."""

    name: str
    client: Client
    knows: frozenset[str] = frozenset()
    """Ids that it is told elsewhere."""


def owner_of(path: str, place: Place) -> Client:
    """Somebody of the place who sees this list."""
    return place.vendor if FOUND_IN.get(path, path) in VENDORS else place.partner


def strangers(path: str, place: Place, other: Place) -> list[Reader]:
    """All who must see nothing of this list's rows in the place."""
    path = FOUND_IN.get(path, path)
    found = [
        Reader("another vendor", other.vendor),
        Reader("another vendor's partner", other.partner),
        Reader("the vendor in the live tenant", place.live.vendor(), knows=frozenset({place.tenant.id})),
        Reader("a partner of the same id in the live tenant", place.live.partner(str(place.partner.partner_id))),
    ]
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
    found = await rows(FOUND_IN.get(noun, noun), place, owner_of(noun, place))
    assert found, f"tests/isolation/place.py makes nothing for {noun}"
    return str(found[0]["id"])


# What differs between two answers to the same request.
_NEW_EACH_TIME: Final = frozenset({"request-id", "date", "ratelimit"})


def refusal(answer: Response) -> tuple[Any, ...]:
    """What somebody learns from an answer: its status, and of a refusal every member and header but the request's id."""
    if answer.status < 400:
        return (answer.status,)
    document = {name: value for name, value in orjson.loads(answer.body).items() if name != "request_id"}
    headers = {name: value for name, value in answer.headers.items() if name not in _NEW_EACH_TIME}
    return answer.status, str(document), headers
