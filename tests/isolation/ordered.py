"""What a place has ordered, and sold out."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def orders(place: "Place") -> None:
    """Orders on their way, and one for the deal that was won, delivered, invoiced and given back."""
    partner, vendor, name = place.partner, place.vendor, place.everybodys
    rules = [{"code": "any", "when": "true", "reason": name}]
    await place.makes(vendor, "/v1/order-policies", {"name": name, "rules": rules})
    small = {"kind": "direct", "currency": "EUR", "lines": [{"sku": "GX-100", "quantity": 1, "unit_price": 500}]}
    held = {**small, "partner_id": partner.partner_id, "credit_hold": True}
    for caller, body, verbs in ((vendor, held, ()), (partner, small, ()), (partner, small, ("accept",))):
        path = f"/v1/orders/{(await place.makes(caller, '/v1/orders', body))['id']}"
        await place.does(caller, path, "submit")
        for verb in verbs:
            await place.does(vendor, path, verb)
    won = (await partner.get("/v1/deals", status="won"))["data"][0]["id"]
    day = place.tenant.now().date().isoformat()
    # An SKU is a code, which events may name.
    line = {"sku": "GX-100", "quantity": 2, "unit_price": 500, "description": place.ours}
    body = {"kind": "direct", "currency": "EUR", "deal_id": won, "number": place.ours, "due_on": day, "lines": [line]}
    path = f"/v1/orders/{(await place.makes(partner, '/v1/orders', body))['id']}"
    await place.does(partner, path, "submit")
    await place.does(vendor, path, "accept", {"reason": place.ours})
    lines = (await partner.get("/v1/order-lines"))["data"]
    moved = {"lines": [{"line_id": lines[0]["id"], "quantity": 2}], "source_reference": place.ours}
    await place.does(vendor, path, "fulfil", {"fulfilled_on": day, **moved})
    invoice = {"number": place.ours, "amount": {"amount": 1_000, "currency": "EUR"}, "issued_on": day}
    await place.does(vendor, path, "invoice", invoice)
    await place.does(vendor, path, "return", {"returned_on": day, "reason": place.ours, **moved})
    sold = {"source_line": place.ours, "sold_on": "2026-01-15", "sku": "GX-100", "quantity": 1, "unit_price": 5}
    customer = {"name": place.ours, "domain": f"sold-{place.ours}.de", "country": "DE", "tax_id": None}
    report = {"period": {"from": "2026-01-01", "to": "2026-02-01"}, "reference": place.ours, "currency": "EUR"}
    await place.makes(partner, "/v1/pos-batches", {**report, "lines": [{**sold, "customer": customer}]})
