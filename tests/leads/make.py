"""Builders of the leads tests: partners and families as their owners would publish them, and leads."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.leads.directory.handlers import keep_family
from services.leads.handover.handlers import keep_partner
from services.leads.leads.commands import take_in
from services.leads.leads.schemas import LeadIn
from shared import clock
from shared.db.tx import transaction
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import PartnerDirectory
from shared.events.envelope import Envelope, Event
from shared.events.inbox import Handler, system_caller
from shared.values.ids import new_id
from shared.web.peer import Peer
from tests.system import Client, Response, Tenant

FAMILY = "pumps"
CONTACT = {"given_name": "Zsófia", "family_name": "Őry", "email": "zsofia@globex.hu", "phone": "+36 1 234 5678"}


def envelope(tenant: Tenant, event: Event, *, version: int, subject: str = "", at: datetime | None = None) -> Envelope:
    """The envelope an event of another service arrives in."""
    time = at or tenant.now()
    return Envelope(
        id=new_id("evt", at=time),
        type=event.type,
        source="tests",
        tenant_id=tenant.id,
        mode=tenant.mode,
        subject=subject,
        subject_version=version,
        time=time,
        actor_id="system",
        request_id=None,
        audience=(),
        public=event.public,
        data=event.model_dump(mode="json"),
    )


async def handle(tenant: Tenant, handler: Handler, event: Event, arrived: Envelope) -> None:
    """Let the leads service handle an event as its consumer would."""
    async with transaction(
        tenant.system.apps["leads"].state.database,
        caller=system_caller(tenant.id, mode=tenant.mode),
        viewer="*",
        now=arrived.time,
        action=f"on {arrived.type}",
        engine=True,
    ) as tx:
        await handler(tx, type(event).model_validate(arrived.data), arrived)


@dataclass
class Partner:
    """A partner as the leads service knows it, and a person of it."""

    tenant: Tenant
    id: str
    person: Client
    version: int = 0
    status: str = "active"
    capacity: int = 100_000
    accepts_leads: bool = True
    territories: Sequence[str] = ()
    families: Sequence[str] = ()
    terminates_on: date | None = None

    def state(self) -> PartnerDirectory:
        return PartnerDirectory(
            partner_id=self.id,
            name=f"Partner {self.id[-6:]}",
            country="HU",
            status=self.status,
            tier=None,
            tier_since=None,
            partner_types=["reseller"],
            territories=list(self.territories),
            product_families=list(self.families),
            lead_capacity=self.capacity,
            accepts_leads=self.accepts_leads,
            terminates_on=self.terminates_on,
        )

    async def becomes(self, **changes: Any) -> None:
        """Publish a new state of the partner."""
        for name, value in changes.items():
            setattr(self, name, value)
        self.version += 1
        await handle(self.tenant, keep_partner, self.state(), envelope(self.tenant, self.state(), version=self.version))


async def partner(tenant: Tenant, **state: Any) -> Partner:
    """A partner that the leads service knows."""
    made = new_id("ptr", at=clock.now())
    known = Partner(tenant, made, tenant.partner(made))
    await known.becomes(**state)
    return known


async def partners(tenant: Tenant, count: int, **state: Any) -> list[Partner]:
    """Several of them; every vendor here sells one product family."""
    await family(tenant)
    return [await partner(tenant, **state) for _ in range(count)]


async def family(tenant: Tenant, code: str = FAMILY, *, status: str = "active", version: int = 1) -> None:
    """A product family that the leads service knows."""
    state = ProductFamilyState(code=code, name=code.title(), ordinal=1, status=status)
    await handle(tenant, keep_family, state, envelope(tenant, state, version=version))


def body(**fields: Any) -> dict[str, Any]:
    """The body of a lead about a company nobody else asks about."""
    return {
        "company": {"name": f"Globex {random.randrange(10**9)} Kft.", "domain": "globex.hu", "country": "HU"},
        "contact": CONTACT,
        "source": "fair",
        "product_family": FAMILY,
        "country": "HU",
        **fields,
    }


async def lead(vendor: Client, **fields: Any) -> str:
    """A lead the vendor has taken in; returns its path."""
    made = await vendor.post("/v1/leads", body(**fields))
    assert made.status == 201, made.json
    return f"/v1/leads/{made['id']}"


async def leads(vendor: Client, count: int) -> list[str]:
    """Several leads, taken in in one transaction as an import does; returns their paths."""
    tenant = vendor.tenant
    async with transaction(
        tenant.system.apps["leads"].state.database,
        caller=system_caller(tenant.id, mode=tenant.mode),
        viewer="*",
        now=tenant.now(),
        action="import",
    ) as tx:
        return [f"/v1/leads/{(await take_in(tx, LeadIn.model_validate(body())))[0]['id']}" for _ in range(count)]


async def waits_for_a_lock(tenant: Tenant, work: "asyncio.Task[Response]", *, beside: int = 0) -> None:
    """Come back once the work is held up by what another transaction holds, `beside` others that are; raises when it ends instead."""
    while beside >= await tenant.system.superuser.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    ):
        assert not work.done(), "nothing held it up"


async def routed(vendor: Client, **fields: Any) -> tuple[str, Response]:
    """A lead that was routed; returns its path and the answer."""
    path = await lead(vendor, **fields)
    return path, await vendor.act(path, "route")


def holder(among: Sequence[Partner], answer: Response) -> Partner:
    """The partner a lead was offered to."""
    return next(each for each in among if each.id == answer["partner_id"])


def others(among: Sequence[Partner], one: Partner) -> list[Partner]:
    """All but one."""
    return [each for each in among if each is not one]


def unreachable() -> Peer:
    """The seam to a service that is down."""

    async def down(scope: Any, receive: Any, send: Any) -> None:
        raise ConnectionRefusedError

    async def token() -> str:
        return "internal"

    return Peer(down, token=token)
