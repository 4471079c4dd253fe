"""What is on sale, and how a won deal is quoted, ordered, delivered and paid for."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from deploy.demo.director import story_time
from deploy.demo.stage import Actor
from deploy.demo.world import World, minor_units

_QUOTED: Final = 0.25
"""The part of the wins that this story follows to the invoice; of the others the customer's own system knows."""
_LICENSED: Final = timedelta(days=200)
"""Licences are of the last months only, so that none is to be renewed yet."""


async def offer(world: World) -> None:
    """Put the products on sale, with a price list for each currency."""
    admin = world.staff["program_admin"]
    begins = story_time().date().isoformat()
    for product in world.catalogue["products"]:
        said = {name: value for name, value in product.items() if name != "euro"}
        await admin.create("products", {**said, "available_on": begins})
    for code, currency in world.catalogue["currencies"].items():
        price_list = await admin.create(
            "price-lists",
            {"name": f"Aurelia {code}", "currency": code, "effective_from": begins, "floor_margin": "0.10"},
        )
        entries = [_entry(product, code, currency["euro"]) for product in world.catalogue["products"]]
        price_list = await admin.act("price-lists", price_list, "entries", {"entries": entries})
        await admin.act("price-lists", price_list, "publish")


def _entry(product: Mapping[str, Any], code: str, rate: str) -> dict[str, Any]:
    price, cheaper, cost = (minor_units(product["euro"] * part // 100, code, rate) for part in (100, 92, 60))
    return {
        "sku": product["sku"],
        "price": {"amount": price, "currency": code},
        "breaks": [{"from_quantity": 10, "price": {"amount": cheaper, "currency": code}}],
        "cost": {"amount": cost, "currency": code},
    }


async def quoted(world: World, seller: Actor, deal: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Offer the customer what it is about to buy; None for the deals that nobody quotes through the system."""
    dice, amount = Random(f"quote {deal['title']}"), deal["amount"]
    if amount is None or dice.random() >= _QUOTED:
        return None
    body = {
        "deal_id": deal["id"],
        "currency": amount["currency"],
        "lines": [_line(world, deal, dice)],
        "valid_days": 30,
    }
    answer = await seller.attempt("/v1/quotes", body)
    if answer.status >= 300:
        return None
    answer = await seller.attempt(f"/v1/quotes/{answer.json()['id']}/issue", seen=answer.json())
    return dict(answer.json()) if answer.status < 300 else None


def _line(world: World, deal: Mapping[str, Any], dice: Random) -> dict[str, Any]:
    """As many pieces as the deal's amount is worth."""
    product = dice.choice(
        [each for each in world.catalogue["products"] if each["product_family"] == deal["product_family"]]
    )
    amount, currency = deal["amount"]["amount"], deal["amount"]["currency"]
    price = minor_units(product["euro"], currency, world.catalogue["currencies"][currency]["euro"])
    return {"sku": product["sku"], "quantity": min(max(1, amount // price), 400)}


async def delivered(world: World, seller: Actor, quote: Mapping[str, Any]) -> AsyncIterator[datetime]:
    """Order what an accepted quote offers; the vendor accepts, delivers and invoices it over the next weeks."""
    vendor, dice = world.staff["program_admin"], Random(f"order {quote['number']}")
    answer = await seller.attempt(f"/v1/quotes/{quote['id']}/order", {"kind": "direct"}, seen=quote)
    if answer.status < 300:
        answer = await seller.attempt(f"/v1/orders/{answer.json()['id']}/submit", seen=answer.json())
    yield story_time() + timedelta(hours=dice.randint(3, 40))
    if answer.status >= 300:
        return
    order = await vendor.get(f"/v1/orders/{answer.json()['id']}")
    if "accept" not in order["allowed_actions"]:
        return
    order = await vendor.act("orders", order, "accept")
    yield story_time() + timedelta(days=dice.randint(6, 30))
    lines = (await vendor.get("/v1/order-lines", f"order_id={order['id']}"))["data"]
    pieces = [{"line_id": each["id"], "quantity": each["quantity"]} for each in lines]
    today = story_time().date().isoformat()
    order = await vendor.act("orders", order, "fulfil", {"fulfilled_on": today, "lines": pieces})
    yield story_time() + timedelta(days=dice.randint(1, 9))
    invoice = {
        "number": f"INV-{quote['number']}",
        "amount": order["amount"],
        "issued_on": story_time().date().isoformat(),
    }
    await vendor.attempt(f"/v1/orders/{order['id']}/invoice", invoice, seen=order)


async def licensed(world: World, deal: Mapping[str, Any], net: Mapping[str, Any]) -> None:
    """Record the licence of a subscription that was won lately."""
    if deal["product_family"] != "fleet-cloud" or story_time() < world.until - _LICENSED:
        return
    body = {
        "kind": "commercial",
        "partner_id": deal["partner_id"],
        "deal_id": deal["id"],
        "customer": {name: deal["customer"][name] for name in ("name", "country", "domain")},
        "sku": "FC-50",
        "product_family": deal["product_family"],
        "quantity": 1,
        "unit_price": net["amount"],
        "currency": net["currency"],
        "starts_on": story_time().date().isoformat(),
        "term_months": 12,
    }
    await world.staff["program_admin"].attempt("/v1/licences", body)
