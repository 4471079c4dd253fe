"""A tenant with a vendor and two partners, in which every resource of the API exists; each text carries a canary.

It is the sandbox of a live tenant, whose people must see as little of it as anybody else's.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.values.ids import new_id
from tests.audit.make import logged
from tests.gateway import make as identity
from tests.gateway.make import noted
from tests.gateway.sandboxes import sandbox_of
from tests.imports.make import of_rows
from tests.isolation.direct import sold_directly
from tests.isolation.documents import documented
from tests.isolation.migrated import left_behind, pipelines
from tests.isolation.offers import prices, quotes
from tests.isolation.ordered import orders
from tests.isolation.policies import approval
from tests.isolation.selling import engaged, listed, shared, solved
from tests.operations.make import queued
from tests.partners.make import assigned, changed, staff, working_partner
from tests.system import Client, Response, System, Tenant

BANDS = [{"from": 0, "to": None, "rate": "0.10"}]


@dataclass
class Place:
    """What the tests need of it: its people, and the marks that its texts carry."""

    tenant: Tenant
    vendor: Client
    partner: Client
    rival: Client
    ours: str
    """In every text of the partner, and of what the vendor has written about it."""
    everybodys: str
    """In every text of the tenant that both partners may read, or that only the vendor may."""
    live: Tenant
    """The live tenant of which this is the sandbox."""

    async def makes(self, caller: Client, path: str, body: Any, **headers: str) -> Response:
        """Create something; it has to succeed."""
        answer = await caller.post(path, body, **headers)
        assert answer.status in (200, 201), f"{path}: {answer.body!r}"
        return answer

    async def does(self, caller: Client, path: str, verb: str, body: Any = None, **headers: str) -> Response:
        """Do something; it has to succeed."""
        answer = await caller.act(path, verb, body, **headers)
        assert answer.status in (200, 202), f"{path}/{verb}: {answer.body!r}"
        return answer


async def inhabited(system: System) -> Place:
    """A place in which everything has happened."""
    live = (await identity.vendor(system, mode="live")).tenant
    tenant = await sandbox_of(live)
    ours, everybodys = f"canary{uuid.uuid4().hex[:12]}", f"canary{uuid.uuid4().hex[:12]}"
    vendor = tenant.vendor()
    first = await working_partner(vendor, name=f"{ours} Resale", legal_name=f"{ours} Resale GmbH", country="DE")
    second = await working_partner(vendor, name="Rival", country="HU")
    seller, _, person = await identity.seller(tenant, partner_id=first)
    factor = {"name": ours, "password": identity.PASSWORD}
    assert (await seller.post("/v1/second-factors", factor)).status == 201
    await changed(vendor, f"/v1/people/{person}", {"given_name": ours, "family_name": ours, "job_title": ours})
    partner = Client(system, tenant.partner(first, sub=seller.account_id).token, tenant, first, seller.account_id)
    place = Place(tenant, vendor, partner, tenant.partner(second), ours, everybodys, live)
    await assigned(vendor, await staff(vendor), first, role="owner")
    third = await working_partner(vendor, name="Branch")
    beneath = {"parent_partner_id": first, "child_partner_id": third, "kind": "location_of", "visibility": "records"}
    await place.makes(vendor, "/v1/relationships", beneath)
    await system.settle()
    for chapter in (catalogue, access, moving, registrations, orders, quotes, money, leads, work, imports):
        await chapter(place)
        await system.settle()
    await logged(system)
    return place


async def catalogue(place: Place) -> None:
    """What the vendor decides once, for all partners."""
    vendor, name = place.vendor, f"{place.everybodys} named"
    for path, body in {
        "/v1/product-families": {"code": "cloud", "name": name},
        "/v1/products": {"sku": "CL-100", "product_family": "cloud", "name": name, "description": name},
        "/v1/bundles": {"sku": "CL-SET", "name": name, "components": [{"sku": "CL-100", "quantity": 2}]},
        "/v1/custom-fields": {
            "applies_to": "deal",
            "key": "region",
            "type": "text",
            "label": {"en": name},
            "visible_to_partner": True,
        },
        "/v1/calendars": {
            "code": "vienna",
            "name": name,
            "time_zone": "Europe/Vienna",
            "hours": [{"weekday": "monday", "from": "08:00", "to": "16:00"}],
            "holidays": [{"on": "2026-12-25", "name": name}],
        },
        "/v1/programs": {"code": "europe", "name": name, "description": name},
        "/v1/tiers": {"code": "gold", "name": name, "rank": 3},
        "/v1/screening-policies": {"name": name, "rules": [{"code": "eu", "when": "true", "reason": name}]},
        "/v1/approval-policies": {"name": name, "rules": [{"code": "any", "when": "true", "reason": name}]},
        "/v1/share-templates": {"code": "plain", "name": name, "fields": ["title", "amount"], "preview": ["title"]},
        "/v1/conflict-policies": {"name": name},
        "/v1/domain-links": {"from_domain": f"{place.everybodys}.com", "to_domain": "everybodys.io", "kind": "alias"},
        "/v1/routing-policies": {"name": name},
        "/v1/registration-policies": {"name": name},
        "/v1/territories": {"code": "dach", "name": name, "countries": ["DE", "AT", "CH"]},
        "/v1/exchange-rates": {"base": "EUR", "quote": "USD", "rate": "1.1", "effective_on": "2026-01-01"},
        "/v1/periods": {"name": name, "from": "2020-01-01", "to": "2020-02-01"},
        "/v1/roles": {"code": "reader", "name": name, "side": "vendor", "scopes": ["deals:read"]},
    }.items():
        await place.makes(vendor, path, body)
    await place.makes(
        vendor,
        "/v1/accounts",
        {"email": identity.address(), "given_name": name, "family_name": name, "roles": ["auditor"]},
    )
    await changed(vendor, f"/v1/partners/{place.partner.partner_id}", {"tier": "gold"})
    await prices(place)
    application = {
        "company": {"legal_name": f"{place.everybodys} GmbH", "country": "DE"},
        "contact": {"given_name": name, "family_name": name, "email": identity.address("applicant")},
    }
    await place.makes(place.tenant.anonymous(), "/v1/applications", application)
    await pipelines(place, name)
    plan = await place.makes(vendor, "/v1/plans", {"name": name, "currency": "EUR", "description": name})
    component = {"code": "base", "name": name, "mode": "marginal", "period": "quarter", "bands": BANDS}
    version = {"plan_id": plan["id"], "effective_from": "2020-01-01", "components": [component]}
    draft = await place.makes(vendor, "/v1/plan-versions", version)
    await place.does(vendor, f"/v1/plan-versions/{draft['id']}", "publish")
    assignment = {"plan_id": plan["id"], "level": "all", "effective_from": "2020-01-01"}
    await place.makes(vendor, "/v1/plan-assignments", assignment)


async def access(place: Place) -> None:
    """What the partner has made for its own programs, and its session."""
    partner, name = place.partner, f"{place.ours} key"
    for noun in ("api-keys", "oauth-clients"):
        await place.makes(partner, f"/v1/{noun}", {"name": name, "scopes": ["deals:read"]})
    endpoint = {"url": f"https://{place.ours}.example/hook", "description": name, "types": ["deal.*"]}
    hook = await place.makes(partner, "/v1/webhook-endpoints", endpoint)
    assert (await partner.post(f"/v1/webhook-endpoints/{hook['id']}/test")).status == 202
    sent = await partner.request("POST", "/v1/files", b"a plan", headers={"content-type": "text/plain"}, name=name)
    assert sent.status == 201
    for each in (place.vendor, partner):
        noted(each, "POST", "/v1/deals", status=422, body=b'{"code":"invalid","errors":[{"pointer":"/title"}]}')


def customer(name: str, domain: str) -> dict[str, Any]:
    """A customer as a seller enters it."""
    return {"name": name, "domain": domain, "country": "DE", "tax_id": None}


def deal(place: Place, about: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """The body of a registration."""
    amount = {"amount": 1_000_000, "currency": "EUR"}
    return {
        "title": f"{place.ours} project",
        "customer": about,
        "product_family": "cloud",
        "amount": amount,
        "metadata": {"note": place.ours},
        **fields,
    }


async def registrations(place: Place) -> None:
    """A deal that is won and in part given back, one that met another's customer, and one that is still a draft."""
    partner, rival = place.partner, place.rival
    await approval(place, f"{place.everybodys} named")
    await referred(place, "NOK")
    await place.does(place.vendor, f"/v1/deals/{await referred(place, 'ISK')}", "reject", {"reason": "Not this one."})
    contested = f"{uuid.uuid4().hex[:10]}.de"
    hers: dict[str, Any] = {"title": "Theirs", "metadata": {}}
    theirs = await place.makes(rival, "/v1/deals", deal(place, customer("Contested", contested), **hers))
    await place.does(rival, f"/v1/deals/{theirs['id']}", "submit")
    also = await place.makes(partner, "/v1/deals", deal(place, customer(f"{place.ours} Contested", contested)))
    await place.does(partner, f"/v1/deals/{also['id']}", "submit")
    about = customer(f"{place.ours} Werke", f"{place.ours}.de")
    await place.makes(partner, "/v1/conflict-checks", {"customer": about, "product_family": "cloud"})
    made = await place.makes(partner, "/v1/deals", deal(place, about))
    path = f"/v1/deals/{made['id']}"
    if (await place.does(partner, path, "submit"))["status"] == "in_review":
        await place.does(place.vendor, path, "approve")
    await place.does(partner, path, "stage", {"stage": "qualified"})
    more = {"expected_close_on": "2032-01-31", "reason": place.ours}
    await place.does(partner, path, "extend", more)
    day = place.tenant.now().date().isoformat()
    await place.does(partner, path, "win", {"amount": made["amount"], "closed_on": day})
    await place.tenant.system.settle()
    returned = {"amount": 1_000, "currency": "EUR"}
    given_back = {"deal_id": made["id"], "amount": returned, "returned_on": day, "reason": place.ours}
    await place.makes(place.vendor, "/v1/returns", given_back)
    await tendered(place)
    await place.makes(partner, "/v1/deals", deal(place, customer(f"{place.ours} Later", f"later-{place.ours}.de")))
    await engaged(place, made["id"], note=place.ours)
    await documented(place, await under_way(place), day)
    await shared(place, made["id"])
    await listed(place, place.everybodys)
    await solved(place, place.ours)
    await sold_directly(place)
    await left_behind(place)


async def tendered(place: Place) -> None:
    """Customers that are put out to tender, for which the partner has registered."""
    for number in range(3):
        about = customer(f"{place.ours} Bidding {number}", f"{uuid.uuid4().hex[:10]}.de")
        known = await place.makes(place.vendor, "/v1/customers", about)
        body = {"name": place.ours, "customer_id": known["id"], "product_family": "cloud"}
        body |= {"closes_at": "2199-01-01T00:00:00Z", "terms": {"conditions": place.ours}}
        await place.makes(place.vendor, "/v1/tenders", body)
        made = await place.makes(place.partner, "/v1/deals", deal(place, about))
        await place.does(place.partner, f"/v1/deals/{made['id']}", "submit")


async def under_way(place: Place) -> str:
    """A deal that has moved on, and of which something else is planned now."""
    partner, about = place.partner, customer(f"{place.ours} Bau", f"bau-{place.ours}.de")
    made = await place.makes(partner, "/v1/deals", deal(place, about))
    path = f"/v1/deals/{made['id']}"
    if (await place.does(partner, path, "submit"))["status"] == "in_review":
        await place.does(place.vendor, path, "approve")
    await place.does(partner, path, "stage", {"stage": "qualified", "reason": place.ours})
    await changed(partner, path, {"next_step": place.ours})
    return str(made["id"])


async def moving(place: Place) -> None:
    """Deals that are to move to the rival."""
    for number in range(4):
        about = customer(f"{place.ours} Moving {number}", f"moving{number}-{place.ours}.de")
        made = await place.makes(place.partner, "/v1/deals", deal(place, about))
        path = f"/v1/deals/{made['id']}"
        if (await place.does(place.partner, path, "submit"))["status"] == "in_review":
            await place.does(place.vendor, path, "approve")
        asked = {"to_partner_id": place.rival.partner_id, "reason": place.everybodys, "title": "Theirs to take over"}
        await place.does(place.vendor, path, "transfer", asked)


async def referred(place: Place, currency: str) -> str:
    """A deal whose amount no limit is set for: administrators are asked about crowns, the desk about anything else."""
    about = customer(f"{place.ours} {currency}", f"{uuid.uuid4().hex[:10]}.de")
    made = await place.makes(place.partner, "/v1/deals", deal(place, about, amount={"amount": 1, "currency": currency}))
    await place.does(place.partner, f"/v1/deals/{made['id']}", "submit")
    return str(made["id"])


async def money(place: Place) -> None:
    """A published statement of what the partner has earned, its payout, and a recalculation."""
    vendor, today = place.vendor, place.tenant.now().date()
    span = {"from": (today - timedelta(days=40)).isoformat(), "to": (today + timedelta(days=1)).isoformat()}
    body = {"partner_id": place.partner.partner_id, "period": span}
    statement = await place.makes(vendor, "/v1/statements", body)
    for verb in ("approve", "publish"):
        await place.does(vendor, f"/v1/statements/{statement['id']}", verb)
    payout = {"statement_ids": [statement["id"]]}
    await place.makes(vendor, "/v1/payouts", payout, idempotency_key=new_id("key", at=place.tenant.now()))
    again = {"partner_id": place.partner.partner_id, **span}
    await place.makes(vendor, "/v1/recalculations", again, idempotency_key=new_id("key", at=place.tenant.now()))


def lead(name: str) -> dict[str, Any]:
    """The body of a lead."""
    contact = {"given_name": name, "family_name": name, "email": f"{name}@globex.example", "phone": "+36 1 234 5678"}
    company = {"name": f"{name} Kft.", "domain": f"{name}.hu", "country": "HU"}
    return {"company": company, "contact": contact, "source": name, "product_family": "cloud", "country": "HU"}


async def leads(place: Place) -> None:
    """A lead that the partner has accepted, and one that nobody has been offered."""
    made = await place.makes(place.vendor, "/v1/leads", lead(place.ours))
    path = f"/v1/leads/{made['id']}"
    await place.does(place.vendor, path, "offer", {"partner_id": place.partner.partner_id})
    await place.does(place.partner, path, "accept")
    await place.makes(place.vendor, "/v1/leads", lead(f"{place.everybodys}open"))


async def work(place: Place) -> None:
    """Long work in several services, of both sides."""
    for service in ("gateway", "leads", "deals"):
        await queued(place.partner, service=service)
    await queued(place.vendor, service="incentives")


async def imports(place: Place) -> None:
    """Imports of both sides in two services, each with a row that is invalid."""
    for caller, object_, name in ((place.partner, "deal", place.ours), (place.vendor, "lead", place.everybodys)):
        mapping = {f"{name} title": "title"} if object_ == "deal" else {f"{name} source": "source"}
        made = await of_rows(caller, object_, [dict.fromkeys(mapping, name)], mapping=mapping)
        await made.act("validate")
