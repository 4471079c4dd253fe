"""Builders for the tests of sell-out reports."""

from datetime import timedelta
from typing import Any

from tests.deals.make import GLOBEX, World
from tests.system import Client, Response

SOMEBODY = {"name": "Umbrella Logistics", "domain": "umbrella.example", "country": "US", "tax_id": None}


def sold(place: World, number: int = 1, **fields: Any) -> dict[str, Any]:
    """A line of a report: three pieces to Globex today, where nothing else is said."""
    return {
        "source_line": f"L-{number}",
        "sold_on": place.today().isoformat(),
        "sku": "GX-100",
        "product_family": "cloud",
        "quantity": 3,
        "unit_price": 2_500,
        "customer": GLOBEX,
        **fields,
    }


def report(place: World, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A report of the last and the next month."""
    return {"period": span(place), "currency": "EUR", "lines": list(lines), **fields}


async def reports(place: World, reporter: Client, *lines: dict[str, Any]) -> Response:
    """A partner reports these lines, and they are matched."""
    made = await reporter.post("/v1/pos-batches", report(place, *lines))
    assert made.status == 201, made.json
    assert made["status"] == "received"
    await place.tenant.system.settle()
    return await place.vendor.get(f"/v1/pos-batches/{made['id']}")


def span(place: World, *, days: int = 30) -> dict[str, str]:
    """The days around today."""
    start, end = place.today() - timedelta(days=days), place.today() + timedelta(days=days)
    return {"from": start.isoformat(), "to": end.isoformat()}
