"""A million registrations that protect now, each with its customer and the keys it is found by."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from itertools import chain
from typing import Any, Final

import asyncpg

from shared import clock
from shared.matching import blocking_keys, identity_keys
from shared.values.ids import new_id
from tests.bench.filling import FAMILY, Stamp, fill_deals
from tests.bench.registrations.names import companies

_CHUNK: Final = 20_000
_PARTNERS: Final = 1_000
_CUSTOMER: Final = (
    "tenant_id",
    "id",
    "version",
    "created_at",
    "updated_at",
    "name",
    "country",
    "domain",
    "named_account",
)
_KEYED: Final = (*_CUSTOMER, "status", "apart_from", "known_as")

Made = tuple[list[tuple[str, str | None, str | None]], list[tuple[int, str, str]], list[tuple[int, str]]]
"""Of a chunk: names, countries and domains; unique keys; blocking keys; the numbers count within the chunk."""


async def fill(owner: Any, *, tenant: str, account: str, count: int, processes: int) -> tuple[list[Stamp], list[str]]:
    """Store so many live registrations as the superuser; returns their stamps and the partners they are of."""
    now = clock.now()
    partners = [new_id("ptr", at=now) for _ in range(_PARTNERS)]
    await owner.execute(
        "SET search_path = deals, public; SET synchronous_commit = off; SET maintenance_work_mem = '1GB'"
    )
    await _references(owner, tenant, partners)
    stamps = await fill_deals(owner, tenant=tenant, account=account, partners=partners, count=count)
    await owner.execute("ALTER TABLE match_keys DROP CONSTRAINT match_keys_pkey")
    with ProcessPoolExecutor(processes) as pool:
        firsts = range(0, count, _CHUNK)
        for first, made in zip(firsts, pool.map(_made, firsts, [count] * len(firsts)), strict=True):
            await _store(owner, tenant, stamps[first : first + _CHUNK], made)
    await owner.execute("ALTER TABLE match_keys ADD PRIMARY KEY (tenant_id, key, customer_id)")
    await _claims(owner, tenant, stamps, partners)
    for table in ("customers", "customer_keys", "match_keys", "protection_claims", "partner_directory"):
        await owner.execute(f"VACUUM ANALYZE {table}")
    return stamps, partners


def _made(first: int, count: int) -> Made:
    names, unique, blocking = [], [], []
    for place, company in enumerate(companies(first, min(first + _CHUNK, count))):
        names.append((company.name, company.country, company.domain))
        unique += [(place, key.kind, key.value) for key in identity_keys(company)]
        blocking += [(place, key) for key in blocking_keys(company)]
    return names, unique, blocking


async def _store(owner: Any, tenant: str, stamps: Sequence[Stamp], made: Made) -> None:
    names, unique, blocking = made
    rows = (
        (tenant, stamp[3], 1, stamp[1], stamp[1], name, country, domain, False, "active", "[]", "[]")
        for stamp, (name, country, domain) in zip(stamps, names, strict=True)
    )
    await owner.copy_records_to_table("customers", records=rows, columns=_KEYED)
    # Two companies of one name in one country have no key of their own: one customer would have been made of them.
    held = list({(kind, value): (tenant, kind, value, stamps[place][3]) for place, kind, value in unique}.values())
    await owner.execute("CREATE TEMP TABLE held (LIKE customer_keys)")
    await owner.copy_records_to_table("held", records=held, columns=("tenant_id", "kind", "value", "customer_id"))
    await owner.execute("INSERT INTO customer_keys SELECT * FROM held ON CONFLICT DO NOTHING; DROP TABLE held")
    found = ((tenant, key, stamps[place][3]) for place, key in blocking)
    await owner.copy_records_to_table("match_keys", records=found, columns=("tenant_id", "key", "customer_id"))


async def _references(owner: Any, tenant: str, partners: Sequence[str]) -> None:
    names = ("tenant_id", "partner_id", "version", "name", "country", "status")
    rows = [(tenant, each, 1, "A partner", "DE", "active") for each in partners]
    await owner.copy_records_to_table("partner_directory", records=rows, columns=names)
    now = clock.now()
    columns = ("tenant_id", "id", "version", "created_at", "updated_at", "code", "name", "ordinal", "status")
    family = (tenant, new_id("pfam", at=now), 1, now, now, FAMILY, "Cloud", 1, "active")
    await owner.copy_records_to_table("product_families", records=[family], columns=columns)


async def _claims(owner: Any, tenant: str, stamps: Sequence[Stamp], partners: Sequence[str]) -> None:
    """Claims that protect from when their deal was made until a quarter from now."""
    until = clock.now() + timedelta(days=90)
    values: dict[str, Any] = {
        "tenant_id": tenant,
        "version": 1,
        "product_family": FAMILY,
        "family": [asyncpg.Range(1, 2)],
        "territory": [asyncpg.Range()],
        "asked_territories": "[]",
        "granted_until": until,
        "protected_until": until,
        "pauses": "[]",
        "extensions_used": 0,
        "exclusive": True,
        "status": "active",
    }
    own = ("id", "created_at", "updated_at", "deal_id", "partner_id", "customer_id", "period", "priority_no")

    def rows() -> Iterator[tuple[Any, ...]]:
        for number, at, deal, customer in stamps:
            claim = new_id("clm", at=at)
            partner = partners[number % len(partners)]
            period = asyncpg.Range(at, until)
            yield (*values.values(), claim, at, at, deal, partner, customer, period, int(at.timestamp() * 1_000_000))

    await owner.copy_records_to_table("protection_claims", records=rows(), columns=tuple(chain(values, own)))
