"""Builders for the tests of deals: partners as the directory tells of them, families, and deals in a state."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from services.deals.subscriptions import SUBSCRIPTIONS
from shared.db.tx import transaction
from shared.events.catalog.partners import PartnerDirectory, TierState
from shared.events.envelope import Envelope
from shared.events.inbox import system_caller
from shared.values.ids import new_id
from tests.system import Client, Response, Tenant

GLOBEX = {"name": "Globex Corporation", "domain": "globex.com", "country": "US", "tax_id": None}
BEYOND_LIMIT = {"amount": 90_000_000_00, "currency": "EUR"}


@dataclass
class World:
    """A tenant with a vendor and a product family, to which partners are added."""

    tenant: Tenant
    vendor: Client
    versions: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Any:
        return self.tenant.system.apps["deals"].state.database

    async def partner(self, *, status: str = "active", tier: str | None = None) -> Client:
        """A seller of a partner that the directory knows."""
        partner_id = new_id("ptr", at=self.tenant.now())
        await self.tells_of(partner_id, status=status, tier=tier)
        return self.tenant.partner(partner_id)

    async def tells_of(
        self,
        partner_id: str | None,
        *,
        status: str,
        tier: str | None = None,
        territories: Sequence[str] = (),
        at: datetime | None = None,
        version: int | None = None,
    ) -> None:
        """The partners service tells of a partner's state."""
        assert partner_id is not None
        version = version or self.versions.get(partner_id, 0) + 1
        self.versions[partner_id] = max(version, self.versions.get(partner_id, 0))
        event = PartnerDirectory(
            partner_id=partner_id,
            name="A partner",
            country="DE",
            status=status,
            tier=tier,
            tier_since=None,
            partner_types=["reseller"],
            territories=list(territories),
            product_families=[],
            lead_capacity=5,
            accepts_leads=True,
        )
        for each in SUBSCRIPTIONS:
            if each.event is PartnerDirectory:
                await self.delivers(
                    each.handler, event, subject=partner_id, version=version, at=at or self.tenant.now()
                )

    async def tells_of_tier(self, code: str) -> None:
        """The partners service tells of a tier."""
        event = TierState(
            code=code,
            program="resellers",
            name=code.title(),
            rank=1,
            status="active",
            protection_days=None,
            deal_limit=None,
            deal_limit_currency=None,
        )
        (told,) = [each for each in SUBSCRIPTIONS if each.event is TierState]
        at = self.tenant.now()
        await self.delivers(told.handler, event, subject=new_id("tier", at=at), version=1, at=at)

    async def delivers(self, handler: Any, event: Any, *, subject: str, version: int, at: datetime) -> None:
        """An event of a sister service reaches its handler."""
        caller = system_caller(self.tenant.id, mode="test")
        envelope = self.envelope(event, subject=subject, version=version, at=at)
        async with transaction(
            self.database, caller=caller, viewer="*", now=at, action=f"on {event.type}", engine=True
        ) as tx:
            await handler(tx, event, envelope)

    def envelope(self, event: Any, *, subject: str, version: int, at: datetime) -> Envelope:
        return Envelope(
            id=new_id("evt", at=at),
            type=event.type,
            source="leads",
            tenant_id=self.tenant.id,
            mode="test",
            subject=subject,
            subject_version=version,
            time=at,
            actor_id="acc_system",
            request_id=None,
            audience=(),
            public=True,
            data=event.model_dump(mode="json"),
        )

    def today(self) -> date:
        return self.tenant.now().date()


async def world(tenant: Tenant, *families: str) -> World:
    """A tenant whose catalogue has the product families named, `cloud` when none is."""
    vendor = tenant.vendor()
    for code in families or ("cloud",):
        made = await vendor.post("/v1/product-families", {"code": code, "name": code.title()})
        assert made.status == 201, made.json
    return World(tenant, vendor)


async def terms(place: World, **agreed: Any) -> Response:
    """The vendor's policy: whoever meets nobody is approved, and protected on these terms."""
    rules = [{"code": "no_conflict", "when": 'conflict.class == "none"'}]
    draft = await place.vendor.post(
        "/v1/approval-policies", {"name": "Ours", "rules": rules, "protection_terms": agreed}
    )
    assert draft.status == 201, draft.json
    return await place.vendor.act(f"/v1/approval-policies/{draft['id']}", "publish")


async def drafts(seller: Client, customer: dict[str, Any] | None = None, **fields: Any) -> Response:
    """A seller drafts a deal."""
    body = {
        "title": "Migration",
        "customer": customer or GLOBEX,
        "product_family": "cloud",
        "amount": {"amount": 1_000_000, "currency": "EUR"},
        "expected_close_on": "2031-12-31",
        **fields,
    }
    return await seller.post("/v1/deals", body)


async def submits(seller: Client, customer: dict[str, Any] | None = None, **fields: Any) -> Response:
    """A seller drafts a deal and submits it."""
    drafted = await drafts(seller, customer, **fields)
    assert drafted.status == 201, drafted.json
    return await seller.act(f"/v1/deals/{drafted['id']}", "submit")


async def changes(caller: Client, path: str, body: dict[str, Any]) -> Response:
    """Somebody changes an object as it is now."""
    seen = await caller.get(path)
    return await caller.patch(path, body, if_match=seen.headers["etag"])


async def wins(seller: Client, deal: Response, *, amount: int, on: date, currency: str = "EUR") -> Response:
    """A seller reports that a deal was won."""
    body = {"amount": {"amount": amount, "currency": currency}, "closed_on": on.isoformat()}
    return await seller.act(f"/v1/deals/{deal['id']}", "win", body)


async def events_of(place: World, type_: str) -> list[dict[str, Any]]:
    """The events of a type that this tenant's deals service has published, oldest first."""
    rows = await place.tenant.system.superuser.fetch(
        "SELECT data, audience FROM deals.events WHERE tenant_id = $1 AND type = $2 ORDER BY id", place.tenant.id, type_
    )
    return [orjson.loads(row["data"]) for row in rows]


async def publishes(vendor: Client, **policy: Any) -> Response:
    """The vendor brings a registration policy into force."""
    made = await vendor.post("/v1/registration-policies", {"name": "Ours", **policy})
    assert made.status == 201, made.json
    return await vendor.act(f"/v1/registration-policies/{made['id']}", "publish")


async def meets(client: Client, deal: Response, **content: Any) -> Response:
    """Somebody gives evidence of a meeting on that day."""
    body = {"type": "meeting", "happened_on": client.tenant.now().date().isoformat(), "text": "We met.", **content}
    return await client.post(f"/v1/deals/{deal['id']}/evidence", body)
