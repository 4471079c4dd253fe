"""What things cost in the place of the isolation tests, and what has been offered there."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def prices(place: "Place") -> None:
    """A price list for the partner's country alone, and a draft of one."""
    body = {"name": f"{place.ours} prices", "currency": "EUR", "countries": ["DE"], "effective_from": "2020-01-01"}
    entry = {"sku": "CL-100", "price": {"amount": 1_000, "currency": "EUR"}, "cost": {"amount": 600, "currency": "EUR"}}
    for each in (body, {**body, "name": f"{place.everybodys} draft", "currency": "USD"}):
        made = await place.makes(place.vendor, "/v1/price-lists", each)
        priced = {name: amount | {"currency": each["currency"]} for name, amount in entry.items() if name != "sku"}
        path = f"/v1/price-lists/{made['id']}"
        await place.does(place.vendor, path, "entries", {"entries": [{"sku": "CL-100", **priced}]})
        if each is body:
            await place.does(place.vendor, path, "publish")
    span = {"effective_from": "2020-01-01", "effective_to": "2199-01-01"}
    offer = {"code": "spring", "name": f"{place.everybodys} spring", "percent": "0.1", **span}
    promotion = await place.makes(place.vendor, "/v1/price-promotions", offer)
    await place.does(place.vendor, f"/v1/price-promotions/{promotion['id']}", "publish")


async def quotes(place: "Place") -> None:
    """A special price that the partner has been granted, one that it waits for, and a quote that it has issued."""
    partner, vendor = place.partner, place.vendor
    terms = {"percent": "0.2", "quantity_cap": 10, "expires_on": "2199-01-01", "reason": place.ours}
    wanted = {"sku": "CL-100", "currency": "EUR", "customer_name": place.ours, **terms}
    special = await place.makes(partner, "/v1/special-prices", wanted)
    await place.does(vendor, f"/v1/special-prices/{special['id']}", "approve", {"reason": place.ours})
    await place.makes(partner, "/v1/special-prices", wanted)
    line = {"sku": "CL-100", "quantity": 2, "special_price_id": special["id"], "note": place.ours}
    body = {"customer": {"name": place.ours}, "currency": "EUR", "terms": place.ours, "lines": [line]}
    made = await place.makes(partner, "/v1/quotes", body)
    await place.does(partner, f"/v1/quotes/{made['id']}", "issue")
