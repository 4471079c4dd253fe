"""Importing customers: the keys of each row decide whether it is a new one."""

from functools import lru_cache

from sqlalchemy import Integer, Text, bindparam, exists, literal_column, or_, select

from services.deals.customers import queries
from services.deals.customers.commands import take_in
from services.deals.customers.schemas import NewCustomerIn
from services.deals.customers.spellings import company_of
from services.deals.customers.tables import customer_keys, customers, match_keys
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.imports.objects import Importable
from shared.imports.problems import InUse
from shared.matching import identity_keys

_CUSTOMER = bindparam("customer", type_=Text(collation="C"))


@lru_cache(maxsize=1)
def _using() -> Statement:
    """Find the customer if anything but its own keys names it."""
    beside = (customer_keys, match_keys)
    others = [each for each in customers.metadata.sorted_tables if "customer_id" in each.c and each not in beside]
    one = literal_column("1", Integer)
    named = [exists(one).where(each.c.tenant_id == TENANT, each.c.customer_id == _CUSTOMER) for each in others]
    return Statement(
        select(customers.c.id).where(customers.c.tenant_id == TENANT, customers.c.id == _CUSTOMER, or_(*named))
    )


async def _create(tx: Tx, body: NewCustomerIn) -> Row:
    return (await take_in(tx, body))[0]


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a customer with its keys; raises InUse where a deal, a claim or a case names it."""
    async with tx.as_engine("a customer is not removed while any partner's deal names it"):
        if await tx.first(_using(), customer=row["id"]) is not None:
            raise InUse()
        for keys in (customer_keys, match_keys):
            await tx.remove(keys, customer_id=row["id"])
        await tx.delete(customers, row)


async def _restored(tx: Tx, now: Record, former: Record) -> None:
    """Give back the keys that the import has brought, and tell the sister services what the customer is again."""
    kept = identity_keys(company_of(former))
    for key in identity_keys(company_of(now)):
        if key not in kept:
            await tx.remove(customer_keys, kind=key.kind, value=key.value, customer_id=now["id"])
    tx.emit(await queries.directory_of(tx, former), subject=former)


CUSTOMER = Importable(
    *("customer", "customers", NewCustomerIn, customers),
    create=_create,
    take_back=_take_back,
    restored=_restored,
    by="vendor",
)
