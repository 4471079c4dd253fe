"""More of what a place has, so that each step can be taken by somebody without another being in its way."""

import uuid
from datetime import timedelta
from typing import Any

from shared.values.ids import new_id
from tests.isolation.place import BANDS, Place, customer, deal, lead, referred
from tests.isolation.selling import branch, engaged, listed, shared, solved
from tests.system import Client


async def spares(place: Place) -> None:
    """Deals in doubt, deals approved, offered leads, applications to decide and money to approve."""
    for number in range(4):
        await _contested(place, number)
        await _offered(place, number)
        await _applied(place, number)
        await referred(place, "NOK")
    for number in range(2):
        await referred(place, "ISK")
        await _approved(place, number)
    for number in range(3):
        await _payable(place, number)
        await _ordered(place)
        await _sold_out(place)
    await _engagements(place)
    await _quotes(place)
    announced = {"sku": "SOON", "product_family": "cloud", "name": "Announced", "available_on": "2199-01-01"}
    await place.makes(place.vendor, "/v1/products", announced)
    await _solutions(place)
    plan = (await place.vendor.get("/v1/plans"))["data"][0]["id"]
    terms = {"code": "more", "mode": "marginal", "period": "quarter", "bands": BANDS}
    later = {"plan_id": plan, "effective_from": "2030-01-01", "components": [terms]}
    await place.makes(place.vendor, "/v1/plan-versions", later)
    await place.tenant.system.settle()


async def _quotes(place: Place) -> None:
    """Special prices and quotes in each state that a step starts from."""
    line = {"sku": "CL-100", "quantity": 1}
    for number in range(6):
        terms = {"percent": "0.1", "quantity_cap": 5, "expires_on": "2199-01-01"}
        await place.makes(place.partner, "/v1/special-prices", {"sku": "CL-100", "currency": "EUR", **terms})
        body = {"customer": {"name": f"Spare {number}"}, "currency": "EUR", "lines": [line], "valid_days": 365}
        made = await place.makes(place.partner, "/v1/quotes", body)
        if number:
            await place.does(place.partner, f"/v1/quotes/{made['id']}", "issue")
        if number > 3:
            await place.does(place.partner, f"/v1/quotes/{made['id']}", "accept")


async def _registered(place: Place, caller: Client, number: int, domain: str, **more: Any) -> str:
    about = customer(f"Spare {domain}", domain)
    made = await place.makes(caller, "/v1/deals", deal(place, about, title=f"{number}", **more))
    await place.does(caller, f"/v1/deals/{made['id']}", "submit")
    return str(made["id"])


async def _contested(place: Place, number: int) -> None:
    domain = f"{uuid.uuid4().hex[:10]}.de"
    for caller in (place.rival, place.partner):
        await _registered(place, caller, number, domain)


async def _engagements(place: Place) -> None:
    """Engagements that are drafts, wait for the vendor, wait for the branch, or were accepted by it."""
    careful = {"code": "careful", "name": "Careful", "fields": ["title"], "needs_approval": True}
    await place.makes(place.vendor, "/v1/share-templates", careful)
    won = await _approved(place, 9)
    for role in ("influence", "implement"):
        await engaged(place, won, template="careful", role=role)
    about = {"deal_id": won, "partner_id": await branch(place), "share_template": "plain"}
    await place.makes(place.partner, "/v1/engagements", {**about, "role": "co_sell"})
    other = place.tenant.partner(about["partner_id"])
    await place.does(other, f"/v1/engagements/{await engaged(place, won, role='fulfil')}", "accept")
    for name in ("slim", "slimmer"):
        await place.makes(place.vendor, "/v1/share-templates", {"code": name, "name": name, "fields": ["title"]})


async def _solutions(place: Place) -> None:
    """Solutions at each step, and a split that can be locked."""
    for step in ("submit", "submit", "submit", "validate", "validate", "list"):
        await listed(place, f"Spare {step}", until=step)
    agreed = f"/v1/solutions/{await solved(place, 'Spare')}"
    await place.does(place.tenant.partner(await branch(place)), agreed, "consent")
    await shared(place, await _approved(place, 10), locked=False)


async def _approved(place: Place, number: int) -> str:
    made = await _registered(place, place.partner, number, f"{uuid.uuid4().hex[:10]}.de")
    if (await place.vendor.get(f"/v1/deals/{made}"))["status"] == "in_review":
        await place.does(place.vendor, f"/v1/deals/{made}", "approve")
    return made


async def _ordered(place: Place) -> None:
    """A draft of an order, one that a person has to look at, one to accept, and some that are under way."""
    line = {"sku": "GX-100", "quantity": 5, "unit_price": 1_000}
    body = {"kind": "direct", "currency": "EUR", "ordered_on": "2026-01-01", "lines": [line]}
    await place.makes(place.partner, "/v1/orders", body)
    held = {**body, "partner_id": place.partner.partner_id, "credit_hold": True}
    await _handed_in(place, place.vendor, held)
    for states in (("accept",), ("accept", "fulfil"), ("accept", "invoice"), ()):
        path = await _handed_in(place, place.partner, body)
        (own,) = (await place.vendor.get("/v1/order-lines", order_id=path.rsplit("/", 1)[-1]))["data"]
        delivery = {"fulfilled_on": "2026-01-20", "lines": [{"line_id": own["id"], "quantity": 2}]}
        invoice = {"number": path, "amount": {"amount": 2_000, "currency": "EUR"}, "issued_on": "2026-01-20"}
        for verb in states:
            await place.does(place.vendor, path, verb, {"fulfil": delivery, "invoice": invoice}.get(verb))


async def _sold_out(place: Place) -> None:
    """A report with a line that nobody has registered."""
    line = {"sold_on": "2026-01-15", "sku": "SPARE", "quantity": 2, "unit_price": 100}
    named = uuid.uuid4().hex[:10]
    line |= {"source_line": named, "customer": customer(named, f"{named}.de")}
    span = {"from": "2026-01-01", "to": "2026-02-01"}
    await place.makes(place.partner, "/v1/pos-batches", {"period": span, "currency": "EUR", "lines": [line]})


async def _handed_in(place: Place, caller: Client, body: dict[str, Any]) -> str:
    path = f"/v1/orders/{(await place.makes(caller, '/v1/orders', body))['id']}"
    await place.does(caller, path, "submit")
    return path


async def _offered(place: Place, number: int) -> None:
    made = await place.makes(place.vendor, "/v1/leads", lead(f"spare{number}{uuid.uuid4().hex[:8]}"))
    await place.does(place.vendor, f"/v1/leads/{made['id']}", "offer", {"partner_id": place.partner.partner_id})


async def _applied(place: Place, number: int) -> None:
    mail = f"{uuid.uuid4().hex[:8]}@spare.example"
    contact = {"given_name": "Spare", "family_name": str(number), "email": mail}
    company = {"legal_name": f"Spare {uuid.uuid4().hex[:8]} GmbH", "country": "DE"}
    await place.makes(place.tenant.anonymous(), "/v1/applications", {"company": company, "contact": contact})


async def _payable(place: Place, number: int) -> None:
    """A deal won, stated and published; one payout waits for approval, the others were submitted by a second person."""
    vendor, now = place.vendor, place.tenant.now()
    won = await _approved(place, number)
    sale = {"amount": {"amount": 500_000, "currency": "EUR"}, "closed_on": now.date().isoformat()}
    await place.does(place.partner, f"/v1/deals/{won}", "win", sale)
    await place.tenant.system.settle()
    span = {
        "from": (now - timedelta(days=40)).date().isoformat(),
        "to": (now + timedelta(days=1)).date().isoformat(),
    }
    statement = await place.makes(vendor, "/v1/statements", {"partner_id": place.partner.partner_id, "period": span})
    for verb in ("approve", "publish"):
        await place.does(vendor, f"/v1/statements/{statement['id']}", verb)
    payout = {"statement_ids": [statement["id"]]}
    made = await place.makes(vendor, "/v1/payouts", payout, idempotency_key=new_id("key", at=now))
    second = place.tenant.vendor()
    for verb in ("approve", "submit") if number else ():
        await place.does(second, f"/v1/payouts/{made['id']}", verb, idempotency_key=new_id("key", at=now))
