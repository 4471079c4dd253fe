"""Importing customers: the keys of each row decide whether it is a new one."""

from services.deals.customers import queries
from services.deals.customers.commands import take_in
from services.deals.customers.schemas import NewCustomerIn
from services.deals.customers.spellings import company_of
from services.deals.customers.tables import customer_keys, customers, match_keys
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.imports.objects import Importable
from shared.imports.problems import InUse
from shared.imports.usage import using
from shared.matching import identity_keys


async def _create(tx: Tx, body: NewCustomerIn) -> Row:
    return (await take_in(tx, body))[0]


async def _take_back(tx: Tx, row: Record) -> None:
    """Remove a customer with its keys; raises InUse where a deal, a claim or a case names it."""
    async with tx.as_engine("a customer is not removed while any partner's deal names it"):
        own = (customer_keys, match_keys)
        if await tx.first(using(customers, "customer_id", beside=own), named=row["id"]) is not None:
            raise InUse()
        for keys in own:
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
