"""The requests that are sent, as bytes on the wire."""

import json
import random
import uuid
from collections.abc import Iterable
from typing import Any

from tests.bench.filling import FAMILY
from tests.bench.place import Tenant


def reading(path: str, token: str) -> str:
    """A GET as a client sends it."""
    return f"GET {path} HTTP/1.1\r\n{_headers(token)}\r\n"


def writing(path: str, token: str, document: Any = None, *, version: int | None = None) -> str:
    """A POST with an idempotency key of its own, at a version where one is given."""
    body = json.dumps(document) if document is not None else ""
    fields = _headers(token) + f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(body)}\r\n"
    fields += "Content-Type: application/json\r\n" if body else ""
    fields += f'If-Match: "{version}"\r\n' if version is not None else ""
    return f"POST {path} HTTP/1.1\r\n{fields}\r\n{body}"


def _headers(token: str) -> str:
    return (
        "Host: prm.example\r\nAccept: application/json\r\nAccept-Encoding: identity\r\n"
        f"User-Agent: bench/1.0\r\nAuthorization: Bearer {token}\r\n"
    )


def deal(tenant: Tenant, *, amount: int = 10_000_00) -> dict[str, Any]:
    """A deal with a customer that nobody has named before, of any partner but the first: each may have only so many open."""
    name = uuid.uuid4().hex[:12]
    return {
        "id": None,
        "partner_id": random.choice(tenant.partners[1:]),
        "title": f"Rollout for {name}",
        "customer": {"name": f"{name} q{name} Ltd", "domain": f"{name}.com", "country": "DE", "tax_id": None},
        "product_family": FAMILY,
        "amount": {"amount": amount, "currency": "EUR"},
        "expected_close_on": "2031-12-31",
        "metadata": {"campaign": "autumn"},
    }


def creations(tenant: Tenant, token: str, *, count: int, ids: Iterable[str] = (), amount: int = 10_000_00) -> list[str]:
    """Requests that draft so many deals, with these ids where they are given."""
    named: list[str | None] = list(ids) or [None] * count
    return [writing("/v1/deals", token, deal(tenant, amount=amount) | {"id": each}) for each in named]


def actions(verb: str, ids: Iterable[str], token: str, *, version: int, document: Any = None) -> list[str]:
    """Requests that do one action on each of these deals."""
    return [writing(f"/v1/deals/{each}/{verb}", token, document, version=version) for each in ids]
