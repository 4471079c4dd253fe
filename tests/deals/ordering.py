"""Builders for the tests of orders: orders in a state, deliveries, and what came of them."""

from datetime import date
from typing import Any

from tests.deals.make import World
from tests.system import Client, Response

LINES = [
    {"sku": "GX-100", "quantity": 10, "unit_price": 2_500},
    {"sku": "GX-200", "quantity": 4, "unit_price": 10_000},
]


async def drafts_order(buyer: Client, **fields: Any) -> Response:
    """A buyer drafts an order; 65,000 cents where nothing else is said."""
    body = {"kind": "direct", "currency": "EUR", "lines": LINES, **fields}
    return await buyer.post("/v1/orders", body)


async def submits_order(buyer: Client, **fields: Any) -> Response:
    """A buyer drafts an order and hands it in."""
    drafted = await drafts_order(buyer, **fields)
    assert drafted.status == 201, drafted.json
    return await buyer.act(f"/v1/orders/{drafted['id']}", "submit")


async def accepted_order(place: World, buyer: Client, **fields: Any) -> Response:
    """An order that the vendor has accepted."""
    submitted = await submits_order(buyer, **fields)
    assert submitted["status"] == "validated", submitted.json
    return await place.vendor.act(f"/v1/orders/{submitted['id']}", "accept")


async def lines_of(place: World, order: Response) -> list[dict[str, Any]]:
    """The lines of an order in their order."""
    found = (await place.vendor.get("/v1/order-lines", order_id=order["id"]))["data"]
    return sorted(found, key=lambda each: int(each["position"]))


def moved(lines: list[dict[str, Any]], *quantities: int) -> list[dict[str, Any]]:
    """So many of each line, in their order; none of those where it is zero."""
    return [
        {"line_id": line["id"], "quantity": quantity}
        for line, quantity in zip(lines, quantities, strict=False)
        if quantity
    ]


async def fulfils(place: World, order: Response, *quantities: int, on: date | None = None, **fields: Any) -> Response:
    """The vendor delivers so many of each line."""
    body = {
        "fulfilled_on": (on or place.today()).isoformat(),
        "lines": moved(await lines_of(place, order), *quantities),
        **fields,
    }
    return await place.vendor.act(f"/v1/orders/{order['id']}", "fulfil", body)


async def returns(place: World, order: Response, *quantities: int, on: date | None = None, **fields: Any) -> Response:
    """The buyer gives back so many of each line, and the vendor records it."""
    body = {
        "returned_on": (on or place.today()).isoformat(),
        "lines": moved(await lines_of(place, order), *quantities),
        **fields,
    }
    return await place.vendor.act(f"/v1/orders/{order['id']}", "return", body)


async def invoices(
    place: World, order: Response, amount: int, *, verb: str = "invoice", number: str = "INV-1", **fields: Any
) -> Response:
    """The vendor invoices an amount of an order, or credits it."""
    body = {
        "number": number,
        "amount": {"amount": amount, "currency": "EUR"},
        "issued_on": place.today().isoformat(),
        **fields,
    }
    return await place.vendor.act(f"/v1/orders/{order['id']}", verb, body)
