"""Deciding customers. The unique keys decide, in the database, so that two first registrations meet in one customer."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.deals.customers import queries
from services.deals.customers.rules import deciding_holder
from services.deals.customers.schemas import CustomerPatch
from services.deals.customers.tables import customer_keys, customers, match_keys
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid
from shared.matching import Company, IdentityKey, blocking_keys, identity_keys

_HOLD: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2, 0))"
_GIVE_KEYS: Final = Statement(
    update(customer_keys)
    .where(customer_keys.c.tenant_id == TENANT, customer_keys.c.customer_id == bindparam("holder"))
    .values(customer_id=bindparam("new_holder"))
)


def _adding_match_keys() -> Statement:
    keys = func.unnest(bindparam("keys", type_=ARRAY(Text(collation="C"))))
    rows = select(TENANT.label("tenant_id"), keys.label("key"), bindparam("customer", type_=Text).label("customer_id"))
    names = ["tenant_id", "key", "customer_id"]
    return Statement(insert(match_keys).from_select(names, rows).on_conflict_do_nothing())


_ADD_MATCH_KEYS: Final = _adding_match_keys()


class CustomerNotIdentified(Invalid):
    """The customer cannot be told from others: give its tax number, its own domain, or a telling name with the country."""

    code, title = "customer_not_identified", "The customer is not identified"


async def hold(tx: Tx, customer_id: str) -> None:
    """Take the customer's lock until the transaction ends: registrations of one customer are decided one after another."""
    await tx.connection.execute(_HOLD, tx.tenant_id, customer_id)


async def resolve(tx: Tx, company: Company) -> Row:
    """Return the customer a company is, made now where it is new, and hold its lock.

    Raises CustomerNotIdentified for a company without any usable key.
    """
    keys = identity_keys(company)
    if not keys:
        raise CustomerNotIdentified(errors=[Fault("/customer", "not_identified", str(CustomerNotIdentified.__doc__))])
    async with tx.as_engine("the customer is decided by keys across all partners"):
        made = tx.new_id("cus")
        taken = await _claim(tx, keys, made)
        holder = deciding_holder(company, keys, await queries.holders_of(tx, taken) if taken else {})
        if holder is None:
            await hold(tx, made)
            row: Row = await _create(tx, made, company)
        else:
            await tx.run(_GIVE_KEYS, holder=made, new_holder=holder.customer_id)
            await hold(tx, holder.customer_id)
            row = await _enrich(tx, holder.customer_id, company, has_new_keys=len(taken) < len(keys))
        await tx.run(_ADD_MATCH_KEYS, keys=blocking_keys(company), customer=row["id"])
    return row


async def change(tx: Tx, body: CustomerPatch, *, customer_id: str, version: int | None, caller: Caller) -> Row:
    """Rename a customer or make it a named account."""
    vendor_only(caller)
    row = await tx.lock(customers, customer_id)
    require_version(row, version)
    changes = body.changes()
    cleared = [name for name, value in changes.items() if value is None]
    if cleared:
        raise Invalid(errors=[Fault(f"/{name}", "required", "This cannot be cleared.") for name in cleared])
    return await _told(tx, await tx.update(customers, row, **changes))


async def _claim(tx: Tx, keys: Sequence[IdentityKey], customer_id: str) -> list[IdentityKey]:
    """Insert the keys in sorted order, so that two transactions never wait for each other; return those taken already."""
    taken = [
        key
        for key in sorted(keys)
        if await tx.add(customer_keys, kind=key.kind, value=key.value, customer_id=customer_id) is None
    ]
    return [key for key in keys if key in taken]


async def _create(tx: Tx, customer_id: str, company: Company) -> Row:
    row = await tx.insert(
        customers,
        id=customer_id,
        name=company.name,
        country=company.country,
        domain=company.domain,
        tax_id=company.tax_id,
        named_account=False,
    )
    return await _told(tx, row)


async def _enrich(tx: Tx, customer_id: str, company: Company, *, has_new_keys: bool) -> Row:
    """Add what was not known of the customer; what is known is never overwritten by a registration."""
    row = await tx.lock(customers, customer_id)
    known: dict[str, Any] = {"country": company.country, "domain": company.domain, "tax_id": company.tax_id}
    missing = {name: value for name, value in known.items() if value is not None and row[name] is None}
    if missing or has_new_keys:
        return await _told(tx, await tx.update(customers, row, **missing))
    return row


async def _told(tx: Tx, row: Row) -> Row:
    tx.emit(await queries.directory_of(tx, row), subject=row)
    return row
