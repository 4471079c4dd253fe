"""Partners who want one customer in the same moment."""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Any

import orjson

from shared import clock
from tests.bench.filling import FAMILY
from tests.system import Client, Tenant


async def rush_for_one(tenant: Tenant, partners: Sequence[str]) -> dict[str, int]:
    """Let every partner submit a registration of one customer in the same moment, and count what became of them."""
    sellers = [tenant.partner(each) for each in partners]
    # Another one each time, since a kept database has those of the runs before.
    again = uuid.uuid4().hex[:8]
    customer = {"name": f"Everybody Wants {again} AG", "country": "CH", "domain": f"wanted-{again}.ch"}
    body = orjson.dumps(
        {"title": "Rush", "customer": customer, "product_family": FAMILY, "expected_close_on": "2031-01-01"}
        | {"amount": {"amount": 1_000_000, "currency": "EUR"}}
    )
    paths = []
    for seller in sellers:
        drafted = await _send(seller, "/v1/deals", body)
        paths.append(f"/v1/deals/{orjson.loads(drafted.body)['id']}/submit")
    began = clock.monotonic()
    answers = await asyncio.gather(
        *(_send(seller, path, b"", if_match="*") for seller, path in zip(sellers, paths, strict=True))
    )
    took = clock.monotonic() - began
    statuses = [orjson.loads(each.body).get("status") for each in answers if each.status == 200]
    return {
        "registrations": len(answers),
        "approved": statuses.count("approved"),
        "in review with a case": statuses.count("in_review"),
        "refused (4xx)": sum(400 <= each.status < 500 for each in answers),
        "server errors (5xx)": sum(each.status >= 500 for each in answers),
        "seconds": round(took),
    }


async def _send(seller: Client, path: str, body: bytes, **more: str) -> Any:
    headers = {
        "authorization": f"Bearer {seller.token}",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    if body:
        headers["content-type"] = "application/json"
    return await seller.system.send("POST", path, query="", headers=headers, body=body)
