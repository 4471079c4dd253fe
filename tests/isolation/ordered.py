"""What a place has ordered, sold out and licensed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.isolation.place import Place


async def orders(place: "Place") -> None:
    """Orders on their way, and one for the deal that was won, delivered, invoiced and given back."""
    partner, vendor, name = place.partner, place.vendor, place.everybodys
    rules = [{"code": "any", "when": "true", "reason": name}]
    await place.makes(vendor, "/v1/order-policies", {"name": name, "rules": rules})
    await place.makes(vendor, "/v1/retention-policies", {"contact_days": 365})
    await place.makes(vendor, "/v1/products", {"sku": "GX-100", "product_family": "cloud", "name": name})
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
    sold = {"source_line": place.ours, "sold_on": "2026-01-15", "sku": "GX-100", "quantity": 2, "unit_price": 5}
    customer = {"name": place.ours, "domain": f"sold-{place.ours}.de", "country": "DE", "tax_id": None}
    report = {"period": {"from": "2026-01-01", "to": "2026-02-01"}, "reference": place.ours, "currency": "EUR"}
    reported = [{**sold, "source_line": f"{place.ours}{number}", "customer": customer} for number in ("", "-2")]
    await place.makes(partner, "/v1/pos-batches", {**report, "lines": reported})
    await place.tenant.system.settle()
    (line, *_) = (await vendor.get("/v1/pos-matches", status="unmatched"))["data"]
    await place.does(vendor, f"/v1/pos-matches/{line['id']}", "reject")
    fields = ("sold_on", "sku", "quantity", "unit_price", "customer.name")
    mapping = {place.ours: "source_line", **{each: each for each in fields}}
    for name in ("daily", "weekly", "yearly"):
        await place.makes(partner, "/v1/pos-mappings", {"name": name, "mapping": mapping})
    await licences(place, customer={**customer, "domain": f"licensed-{place.ours}.de"})


async def licences(place: "Place", *, customer: dict[str, Any]) -> None:
    """A licence for each step that can be taken, one of them invoiced, and those that are free."""
    partner, vendor = place.partner, place.vendor
    for kind in ("nfr", "demo"):
        await place.makes(vendor, "/v1/licence-allowances", {"kind": kind, "quantity": 100})
    term = {"product_family": "cloud", "currency": "EUR", "starts_on": "2026-01-15", "term_months": 120}
    body = {"customer": customer, "sku": "GX-100", "quantity": 1, **term}
    await place.makes(partner, "/v1/licences", {**body, "kind": "nfr"})
    # The rival's, which can be given to the partner; nothing of the partner's meets it.
    others = {"name": "Another Customer", "domain": "another-customer.de"}
    theirs = {**body, "kind": "commercial", "unit_price": 500, "customer": others, "partner_id": place.rival.partner_id}
    await place.makes(vendor, "/v1/licences", theirs)
    for kind, price in (("trial", 0), ("commercial", 500), ("commercial", 500), ("commercial", 500)):
        own = {**body, "kind": kind, "unit_price": price, "partner_id": partner.partner_id}
        made = await place.makes(vendor, "/v1/licences", own)
    days = {"from": "2026-01-15", "to": "2026-02-15", "issued_on": "2026-01-15"}
    invoice = {"number": place.ours, "amount": {"amount": 500, "currency": "EUR"}, **days}
    await place.does(vendor, f"/v1/licences/{made['id']}", "invoice", invoice)
