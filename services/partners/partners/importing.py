"""Importing partners: each row makes a partner in onboarding, as the vendor makes single ones."""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Text, bindparam, select

from services.partners.identity.commands import release
from services.partners.partners import queries
from services.partners.partners.commands import create_from, keep_identity, store, terminate
from services.partners.partners.schemas import PartnerIn
from services.partners.partners.syncing import put
from services.partners.partners.tables import partners
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.imports.objects import Importable
from shared.imports.problems import InUse
from shared.matching import Company, identity_keys


def _keys(body: PartnerIn) -> Iterable[str]:
    """Return the keys of the company, which no two partners share unless somebody says so."""
    if body.allow_duplicate:
        return ()
    company = Company(body.legal_name or body.name, country=body.country, domain=body.website, tax_id=body.tax_id)
    return (f"{key.kind}:{key.value}" for key in identity_keys(company))


async def _take_back(tx: Tx, row: Record) -> None:
    """End a partnership that was never taken up; its keys and references are free again. Raises InUse where it has people.

    The partner itself stays: the sister services know of it.
    """
    if await tx.first(_people_of(), of_partner=row["id"]) is not None:
        raise InUse()
    await store(tx, row, **dict.fromkeys(("external_system", "external_type", "external_id")), vendor_references=[])
    await terminate(tx, partner_id=row["id"], reason="The import that brought it in was taken back.")
    async with tx.as_engine("the keys of a company are given back"):
        await release(tx, identity_keys(queries.identity(row)), besides=(), holder_id=row["id"])


@lru_cache(maxsize=1)
def _people_of() -> Statement:
    people = partners.metadata.tables["people"]
    return Statement(
        select(people.c.id)
        .where(people.c.tenant_id == TENANT, people.c.partner_id == bindparam("of_partner", type_=Text(collation="C")))
        .limit(1)
    )


async def _restored(tx: Tx, now: Record, former: Record) -> None:
    """Take the former keys of the company back, and tell the sister services what the partner is again."""
    await keep_identity(tx, before=now, row=former)
    tx.emit(queries.directory(former), subject=former)


PARTNER = Importable(
    *("partner", "partners", PartnerIn, partners),
    create=create_from,
    put=put,
    take_back=_take_back,
    restored=_restored,
    keys=_keys,
    by="vendor",
)
