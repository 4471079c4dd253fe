"""Which customer a licence is of, so that registrations meet it, also after customers were merged or split."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from services.deals.customers.commands import CustomerNotIdentified, resolve
from services.deals.installed_base.tables import licences
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company

RECOGNISED: Final = "licence_customer"
_OF_CUSTOMER = Statement(
    select(licences)
    .where(licences.c.tenant_id == TENANT, licences.c.customer_id == bindparam("customer"))
    .order_by(licences.c.id)
    .with_for_update()
)


async def customer_of(tx: Tx, company: Company, *, deal_id: str | None) -> str | None:
    """Return the customer that papers name, made now where it is new, else that of the deal; None where neither tells it."""
    try:
        return str((await resolve(tx, company))["id"])
    except CustomerNotIdentified:
        return None if deal_id is None else (await tx.fetch(deals, deal_id))["customer_id"]


async def recognise(tx: Tx, licence_id: str, _: Mapping[str, Any]) -> None:
    """Find out which customer a licence is of that was recorded before this was asked; as the engine, from a timer."""
    row = await tx.lock(licences, licence_id)
    if row["customer_id"] is None:
        found = await customer_of(tx, company_of(row), deal_id=row["deal_id"])
        if found is not None:
            await tx.update(licences, row, customer_id=found)


async def follow_merger(tx: Tx, *, merged_id: str, into: str) -> None:
    """Give the licences of a customer that was merged to the one that is left."""
    for row in await _of_customer(tx, merged_id):
        await tx.update(licences, row, customer_id=into)


async def follow_split(tx: Tx, *, source_id: str, other_id: str, deal_ids: Collection[str]) -> None:
    """Let the licences of a customer that was split go with the deals they were sold by, else to whom their papers name."""
    for row in await _of_customer(tx, source_id):
        if {row["deal_id"], row["renewal_deal_id"]} & set(deal_ids):
            await tx.update(licences, row, customer_id=other_id)
        elif row["deal_id"] is None:
            named = await customer_of(tx, company_of(row), deal_id=None)
            if named not in (None, source_id):
                await tx.update(licences, row, customer_id=named)


def company_of(row: Row) -> Company:
    """Return the customer of a licence as papers say who it is."""
    return Company(
        row["customer_name"],
        domain=row["customer_domain"],
        country=row["customer_country"],
        tax_id=row["customer_tax_id"],
    )


async def _of_customer(tx: Tx, customer_id: str) -> list[Record]:
    return await tx.all(_OF_CUSTOMER, customer=customer_id)
