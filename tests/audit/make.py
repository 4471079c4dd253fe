"""Builders of the audit tests: a vendor and a partner who do things, and the log that is made of them."""

from dataclasses import dataclass
from typing import Any

from gateway.audit.commands import seal
from gateway.audit.keys import SealingKeys
from gateway.audit.sealer import Sealer
from gateway.keys.sealing import Vault
from shared import clock
from tests.databases import SECRET
from tests.deals.make import drafts
from tests.partners.make import changed, working_partner
from tests.system import Client, System, Tenant


def sealer_of(system: System) -> Sealer:
    """The sealer of the running gateway."""
    [found] = [each for each in system.apps["gateway"].state.background.workers if isinstance(each, Sealer)]
    return found


async def logged(system: System) -> None:
    """Bring everything that is committed into the logs, without signing a head that is not due."""
    await system.settle()
    await sealer_of(system).step()


async def sealed(tenant: Tenant) -> None:
    """Bring everything that is committed into the logs, and sign a head of the tenant's."""
    await logged(tenant.system)
    database = tenant.system.apps["gateway"].state.database
    async with database.as_worker(writes=True) as connection:
        keys = SealingKeys(database, Vault(SECRET))
        await seal(connection, tenant_id=tenant.id, keys=keys, now=clock.now(), at_once=True)


@dataclass
class Office:
    """A tenant in which something has happened in every service."""

    tenant: Tenant
    vendor: Client
    acme: Client
    rival: Client
    deal: dict[str, Any]


async def busy(tenant: Tenant) -> Office:
    """A vendor with a catalogue, two partners, a deal, leads, plans and keys."""
    vendor = tenant.vendor()
    acme = tenant.partner(await working_partner(vendor, name="Acme"))
    rival = tenant.partner(await working_partner(vendor, name="Rival"))
    await vendor.post("/v1/product-families", {"code": "cloud", "name": "Cloud"})
    await tenant.system.settle()
    deal = (await drafts(acme, {"name": "Globex", "domain": "globex.example", "country": "DE", "tax_id": None})).json
    await drafts(rival, {"name": "Initech", "domain": "initech.example", "country": "DE", "tax_id": None})
    await acme.act(f"/v1/deals/{deal['id']}", "submit")
    for name in ("umbrella", "tyrell", "weyland"):
        company = {"name": f"{name} Kft.", "domain": f"{name}.example", "country": "HU"}
        contact = {"given_name": "Ada", "family_name": "Wong", "email": f"ada@{name}.example", "phone": None}
        lead = {"company": company, "contact": contact, "source": "fair", "product_family": "cloud", "country": "HU"}
        assert (await vendor.post("/v1/leads", lead)).status == 201
        assert (await vendor.post("/v1/plans", {"name": name, "currency": "EUR"})).status == 201
        assert (await acme.post("/v1/api-keys", {"name": name, "scopes": ["deals:read"]})).status == 201
    await changed(vendor, f"/v1/partners/{acme.partner_id}", {"name": "Acme Ltd."})
    await sealed(tenant)
    return Office(tenant, vendor, acme, rival, deal)


async def every_record(caller: Client, **query: Any) -> list[dict[str, Any]]:
    """The whole audit trail that a caller may see, newest first."""
    found: list[dict[str, Any]] = []
    following: dict[str, str] = {}
    while True:
        page = await caller.get("/v1/audit-records", limit=100, **query, **following)
        assert page.status == 200, page.json
        found += page["data"]
        if not page["has_more"]:
            return found
        following = {"cursor": page["next_cursor"]}
