"""Batches as an app sends them."""

from typing import Any

from shared import clock
from shared.values.ids import new_id
from tests.deals.make import GLOBEX
from tests.system import Client, Response


def request(method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """A request as it stands in a batch."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"method": method, "path": path, "headers": named, **({"body": body} if body is not None else {})}


async def send(caller: Client, *requests: Any, key: str | None = None, stop_on_error: bool = False) -> Response:
    headers = {"idempotency-key": key} if key else {}
    body = {"requests": list(requests), "stop_on_error": stop_on_error}
    return await caller.post("/v1/batch", body, **headers)


def statuses(answer: Response) -> list[int]:
    assert answer.status == 200, answer.json
    return [each["status"] for each in answer["data"]]


def deal(**fields: Any) -> dict[str, Any]:
    """The body of a draft, whose id the client has made."""
    amount = {"amount": 1_000_000, "currency": "EUR"}
    body = {"title": "Migration", "customer": GLOBEX, "product_family": "cloud", "amount": amount}
    return {"id": new_id("deal", at=clock.now()), **body, **fields}
