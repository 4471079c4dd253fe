"""Where the bench runs: an embedded PostgreSQL that keeps what it commits, tenants with many deals, and tokens for them."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final

import asyncpg

from deploy.local import system
from gateway.bootstrap import Staff
from gateway.bootstrap import found_tenant as found
from gateway.keys.keyring import Keyring
from gateway.keys.sealing import Vault
from gateway.metadata import PLUMBING
from shared import clock
from shared.auth.tokens import Signer
from shared.db.pool import Database
from shared.db.walls import roles_of
from shared.service import AUDIENCE
from shared.settings import Settings
from shared.values.ids import new_id
from tests.bench.filling import FAMILY, fill_deals

PARTNERS: Final = 400
DEPTHS: Final = (0.5, 0.99)
_TOKEN_SECONDS: Final = 6 * 3600
_VENDORS: Final = "deals:read deals:write deals:approve conflict-checks:read product-families:read customers:read"


@dataclass(slots=True)
class Tenant:
    """A vendor with partners and deals; `ids` are some of its deals, of every age."""

    id: str
    account: str
    partners: list[str]
    ids: list[str] = field(default_factory=list)
    partner_ids: list[str] = field(default_factory=list)
    """Ids of deals of the first partner."""
    places: dict[float, list[tuple[datetime, str]]] = field(default_factory=dict)
    """When deals were made, and their ids, which so large a part of the list comes before."""


@contextmanager
def data_folder() -> Iterator[Path]:
    """A data directory that other users can reach, removed at the end."""
    root = Path(tempfile.mkdtemp(prefix="prm-bench-"))
    root.chmod(0o755)
    (root / "prm").mkdir()
    try:
        yield root / "prm"
    finally:
        shutil.rmtree(root, ignore_errors=True)


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

    def token(
        self, tenant: Tenant, *, partner: str | None = None, account: str | None = None, scope: str = _VENDORS
    ) -> str:
        """An access token of the vendor's administrator or of another `account`, with the scopes that are needed, or of a seller."""
        assert self._signer is not None
        now = int(clock.now().timestamp())
        claims: dict[str, Any] = {
            "sub": account or tenant.account,
            "tenant": tenant.id,
            "mode": "live",
            "aud": AUDIENCE,
            "client_id": "prm",
            "iat": now,
            "exp": now + _TOKEN_SECONDS,
            "jti": uuid.uuid4().hex,
            "sid": new_id("ses", at=clock.now()),
            "scope": scope,
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
        stamps = await fill_deals(
            owner, tenant=tenant.id, account=tenant.account, partners=tenant.partners, count=count
        )
        random = Random(count)
        tenant.ids = [row_id for _, _, row_id, _ in random.sample(stamps, min(2000, count))]
        tenant.partner_ids = [row_id for _, _, row_id, _ in stamps[::PARTNERS][:500]]
        for depth in DEPTHS:
            # So many rows are newer; a hundred places around there, so that no two requests are alike.
            there = int((count - 1) * (1 - depth))
            around = [random.randrange(max(0, there - 500), min(count, there + 500)) for _ in range(100)]
            tenant.places[depth] = [(stamps[number][1], stamps[number][2]) for number in around]
        await owner.execute("ANALYZE deals.partner_directory")
        await owner.close()


async def _copy(owner: Any, table: str, names: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Bulk-load by way of a temporary table: COPY itself does not go through row-level security."""
    listed = ", ".join(f'"{name}"' for name in names)
    await owner.execute(f"SET search_path = deals, public; CREATE TEMP TABLE filling AS SELECT * FROM {table} LIMIT 0")
    await owner.copy_records_to_table("filling", records=rows, columns=names)
    await owner.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM filling; DROP TABLE filling")
