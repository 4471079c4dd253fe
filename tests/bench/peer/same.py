"""Whether both answer the same: ids, their order, and every value that both have."""

import asyncio
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from shared import clock
from shared.values.ids import new_id
from tests.bench.peer.directus import FIELDS, Directus
from tests.bench.place import Tenant
from tests.bench.requests import deal
from tests.bench.servers import Server

_GROUPS = {
    "customer": {
        "name": "customer_name",
        "domain": "customer_domain",
        "country": "customer_country",
        "tax_id": "customer_tax_id",
    },
    "amount": {"amount": "amount", "currency": "currency"},
    "net": {"amount": "net_amount", "currency": "net_currency"},
    "returned": {"amount": "returned_amount", "currency": "net_currency"},
    "external_reference": {"system": "external_system", "type": "external_type", "id": "external_id"},
}


class Different(Exception):
    """The two do not answer the same; the message says where."""


@dataclass(frozen=True, slots=True)
class Sameness:
    """How much was compared and found equal."""

    listed: int
    read: int
    created: int
    values: int


def created(tenant: Tenant) -> dict[str, Any]:
    """What Directus is sent to create a deal: what PRM is sent, and what PRM knows or makes by itself, in columns."""
    flat = columns_of(deal(tenant))
    return flat | {"id": new_id("deal", at=clock.now()), "tenant_id": tenant.id, "created_by": tenant.account}


def columns_of(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A deal of PRM's answers or requests by column instead of in groups."""
    flat: dict[str, Any] = {}
    for name, value in shown.items():
        if name not in _GROUPS:
            flat[name] = value
            continue
        for member, column in _GROUPS[name].items():
            flat[column] = value[member] if value is not None else flat.get(column)
    return {name: value for name, value in flat.items() if name in FIELDS}


async def compare(product: Server, token: str, peer: Directus, tenant: Tenant, *, reads: int) -> Sameness:
    """List, read so many deals and create one on both sides; raises Different at the first difference."""
    async with _client(product, token) as ours, _client(peer.server, peer.token) as theirs:
        mine, other = await asyncio.gather(
            _get(ours, "/v1/deals?limit=25", "data"), _get(theirs, peer.list_path(tenant), "data")
        )
        if [each["id"] for each in mine] != [each["id"] for each in other]:
            raise Different(f"the list: {[each['id'] for each in mine]} and {[each['id'] for each in other]}")
        values = sum(_equal(*pair) for pair in zip(mine, other, strict=True))
        for each in tenant.ids[:reads]:
            values += _equal(await _get(ours, f"/v1/deals/{each}"), await _get(theirs, f"/items/deals/{each}", "data"))
        await _creates(ours, theirs, tenant)
    return Sameness(len(mine), len(tenant.ids[:reads]), 1, values)


async def _creates(ours: httpx.AsyncClient, theirs: httpx.AsyncClient, tenant: Tenant) -> None:
    sent, sent_there = deal(tenant), created(tenant)
    made = await ours.post("/v1/deals", json=sent, headers={"Idempotency-Key": str(uuid.uuid4())})
    made_there = await theirs.post("/items/deals", json=sent_there)
    if made.status_code != 201 or made_there.status_code != 200:
        raise Different(
            f"creating: {made.status_code} {made.text[:300]}; {made_there.status_code} {made_there.text[:300]}"
        )
    mine = columns_of(await _get(ours, f"/v1/deals/{made.json()['id']}"))
    _holds(mine, columns_of({name: value for name, value in sent.items() if name != "id"}))
    _holds(await _get(theirs, f"/items/deals/{sent_there['id']}", "data"), sent_there)


def _holds(row: Mapping[str, Any], sent: Mapping[str, Any]) -> None:
    for name, value in sent.items():
        if _value(name, row[name]) != _value(name, value):
            raise Different(f"{name}: {value!r} was sent, {row[name]!r} is kept")


def _equal(mine: Mapping[str, Any], other: Mapping[str, Any]) -> int:
    """How many values two answers about one deal share, all of them equal."""
    flat = columns_of(mine)
    if missing := set(FIELDS) - {"tenant_id"} - flat.keys():
        raise Different(f"PRM does not show {sorted(missing)}")
    for name, value in flat.items():
        if _value(name, value) != _value(name, other[name]):
            raise Different(f"{mine['id']}, {name}: {value!r} and {other[name]!r}")
    return len(flat)


def _value(name: str, value: Any) -> Any:
    """The value as both mean it: Directus writes 64-bit integers as texts, and instants to the millisecond."""
    if value is None:
        return None
    match FIELDS[name]:
        case "bigInteger":
            return int(value)
        case "timestamp":
            instant = datetime.fromisoformat(value)
            return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
        case _:
            return value


def _client(server: Server, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", headers=headers, timeout=60)


async def _get(client: httpx.AsyncClient, path: str, *members: str) -> Any:
    answer = await client.get(path)
    if answer.status_code != 200:
        raise Different(f"{path}: {answer.status_code} {answer.text[:300]}")
    document = json.loads(answer.content)
    for member in members:
        document = document[member]
    return document
