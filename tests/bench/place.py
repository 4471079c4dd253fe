"""Where the bench runs: an embedded PostgreSQL that keeps what it commits, tenants with many deals, and tokens for them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

import asyncpg
import orjson

from deploy.local import system
from gateway.bootstrap import Staff
from gateway.bootstrap import found_tenant as found
from gateway.keys.keyring import Keyring
from gateway.keys.sealing import Vault
from gateway.metadata import PLUMBING
from services.deals.registrations.tables import deals
from shared import clock
from shared.auth.tokens import Signer
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.service import AUDIENCE
from shared.settings import Settings
from shared.values.ids import new_id

FAMILY: Final = "cloud"
PARTNERS: Final = 400
_TOKEN_SECONDS: Final = 6 * 3600
_WORDS: Final = (
    "Nova Vertex Harbor Quanta Lumen Atlas Cobalt Meridian Zephyr Orchid Falcon Granite Summit Delta".split()
)
_STATUSES: Final = (["draft"] * 15) + (["in_review"] * 10) + (["approved"] * 45) + (["won"] * 20) + (["lost"] * 10)
_TRACE: Final = orjson.dumps(
    [
        {"rule": rule, "result": "true", "outcome": None, "reasons": [], "expression": expression, "inputs": inputs}
        | {"error": None}
        for rule, expression, inputs in (
            ("no_conflict", 'conflict.class == "none"', {"conflict.class": "none"}),
            ("complete_enough", "deal.completeness >= 80", {"deal.completeness": 100}),
        )
    ]
).decode()
_COUNTRIES: Final = ("DE", "FR", "US", "GB", "NL", "PL", "ES", "IT")


@dataclass(slots=True)
class Tenant:
    """A vendor with partners and deals; `ids` are some of its deals, of every age."""

    id: str
    account: str
    partners: list[str]
    ids: list[str] = field(default_factory=list)
    partner_ids: list[str] = field(default_factory=list)
    """Ids of deals of the first partner."""


class Place:
    """A provisioned database and what is in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._signer: Signer | None = None

    async def prepare(self) -> None:
        """Bring the schema up to date and take the installation's signing key."""
        await system.prepare(self.settings)
        database = await self._gateway()
        keyring = Keyring(database, vault=Vault(self.settings.secret()), issuer=self.settings.base_url)
        await keyring.load()
        self._signer = keyring.signer
        await database.close()

    async def _gateway(self) -> Database:
        url = self.settings.database_url_of("gateway", role=roles_of("gateway")["app"])
        database = Database(url, service="gateway", tables=PLUMBING)
        await database.open()
        return database

    async def tenant(self, *, slug: str, rows: int) -> Tenant:
        """Found a vendor with so many deals."""
        database = await self._gateway()
        root = Staff(f"root@{slug}.example", f"an unguessable phrase {uuid.uuid4()}", "Root", "Admin")
        founded = await found(database, slug=slug, name=slug.title(), mode="live", staff=[root])
        await database.close()
        now = clock.now()
        partners = [new_id("ptr", at=now) for _ in range(PARTNERS)]
        tenant = Tenant(founded.tenant_id, founded.account_ids[0], partners)
        await self._fill(tenant, rows)
        return tenant

    def token(self, tenant: Tenant, *, partner: str | None = None) -> str:
        """An access token of the vendor's administrator, or of a seller of a partner, with the scopes of its role."""
        assert self._signer is not None
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "sub": tenant.account,
            "tenant": tenant.id,
            "mode": "live",
            "aud": AUDIENCE,
            "client_id": "prm",
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "jti": uuid.uuid4().hex,
            "sid": new_id("ses", at=clock.now()),
            "scope": "deals:read deals:write deals:approve conflict-checks:read product-families:read customers:read",
            "kind": "partner" if partner else "vendor",
        }
        if partner:
            claims |= {"partner": partner, "sub": new_id("acc", at=clock.now()), "scope": "deals:read deals:write"}
        return self._signer.sign(claims)

    async def _fill(self, tenant: Tenant, count: int) -> None:
        owner = await asyncpg.connect(self.settings.database_url_of("deals", role=roles_of("deals")["owner"]))
        now = clock.now()
        directory = [(tenant.id, each, 1, "A partner", "DE", "active", None) for each in tenant.partners]
        names = ("tenant_id", "partner_id", "version", "name", "country", "status", "tier")
        await _copy(owner, "partner_directory", names, directory)
        family = (tenant.id, new_id("fam", at=now), 1, now, now, FAMILY, "Cloud", 1, "active")
        columns = ("tenant_id", "id", "version", "created_at", "updated_at", "code", "name", "ordinal", "status")
        await _copy(owner, "product_families", columns, [family])
        random = Random(count)
        made = list(_deals(tenant, count, random))
        await _copy(owner, "deals", tuple(column.name for column in deals.columns), made)
        tenant.ids = [row[1] for row in random.sample(made, min(2000, count))]
        tenant.partner_ids = [row[1] for row in made if row[5] == tenant.partners[0]][:500]
        await owner.execute("VACUUM ANALYZE deals.deals")
        await owner.execute("ANALYZE deals.partner_directory")
        await owner.close()


async def _copy(owner: Any, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Bulk-load by way of a temporary table: COPY itself does not go through row-level security."""
    listed = ", ".join(f'"{name}"' for name in names)
    await owner.execute(f"SET search_path = deals, public; CREATE TEMP TABLE filling AS SELECT * FROM {table} LIMIT 0")
    await owner.copy_records_to_table("filling", records=rows, columns=names)
    await owner.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM filling; DROP TABLE filling")


def _deals(tenant: Tenant, count: int, random: Random) -> Iterator[tuple[Any, ...]]:
    """Deals of two years, the newest last, as they look after registration and outcome."""
    names = [column.name for column in deals.columns]
    end, step = clock.now() - timedelta(hours=1), timedelta(days=730) / count
    for number in range(count):
        at = end - step * (count - number)
        status = random.choice(_STATUSES)
        decided = status not in ("draft", "in_review")
        customer = f"{random.choice(_WORDS)} {random.choice(_WORDS)} {number:x} GmbH"
        row = {
            "tenant_id": tenant.id,
            "id": new_id("deal", at=at),
            "version": 3 if decided else 1,
            "created_at": at,
            "updated_at": at,
            "partner_id": tenant.partners[number % len(tenant.partners)],
            "title": f"{random.choice(_WORDS)} rollout for {customer}",
            "status": status,
            "stage": random.choice(("prospect", "qualified", "committed")),
            "customer_name": customer,
            "customer_domain": f"{number:x}-{random.choice(_WORDS).lower()}.example",
            "customer_country": random.choice(_COUNTRIES),
            "customer_id": new_id("cus", at=at) if decided else None,
            "product_family": FAMILY,
            "amount": random.randrange(10_000_00, 900_000_00),
            "currency": "EUR",
            "expected_close_on": (at + timedelta(days=90)).date(),
            "metadata": '{"campaign": "autumn"}',
            "created_by": tenant.account,
            "priority_no": int(at.timestamp() * 1000) if decided else None,
            "priority_at": at if decided else None,
            "submitted_at": at if decided else None,
            "decided_at": at if decided else None,
            "decided_by": tenant.account if decided else None,
            "conflict_class": "none" if decided else None,
            "decision_trace": _TRACE if decided else "[]",
            "policy_version": 1 if decided else None,
            "protected_from": at if decided else None,
            "protected_until": at + timedelta(days=90) if decided else None,
        }
        yield tuple(row.get(name) for name in names)
