"""Builders of these tests: a vendor with a partner that registers deals, and custom fields as the vendor defines them."""

from typing import Any

from tests.deals.make import World, drafts, world
from tests.system import Client, Response, Tenant

CRM = {"system": "crm", "type": "opportunity", "id": "0061"}


async def sellers(tenant: Tenant) -> tuple[World, Client]:
    """A vendor's place, and a seller of a partner in it."""
    place = await world(tenant)
    return place, await place.partner()


async def defines(vendor: Client, key: str, type_: str = "text", *, settle: bool = True, **more: Any) -> Response:
    """The vendor defines a custom field, of deals where nothing else is said."""
    body = {"applies_to": "deal", "key": key, "type": type_, "label": {"en": key.title()}, **more}
    made = await vendor.post("/v1/custom-fields", body)
    assert made.status == 201, made.json
    if settle:
        await vendor.system.settle()
    return made


async def found(caller: Client, path: str = "/v1/deals", **query: Any) -> list[str]:
    """The ids of what a list shows with these filters, in its order."""
    answer = await caller.get(path, **query)
    assert answer.status == 200, answer.json
    return [each["id"] for each in answer["data"]]


async def deal(seller: Client, **fields: Any) -> Response:
    """A seller's draft."""
    made = await drafts(seller, **fields)
    assert made.status == 201, made.json
    return made


def faults(answer: Response) -> set[tuple[str, str]]:
    """Where something is wrong, and what."""
    return {(each["pointer"], each["code"]) for each in answer["errors"]}
