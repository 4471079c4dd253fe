"""Deciding customers. The unique keys decide, in the database, so that two first registrations meet in one customer."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import ARRAY, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from services.deals.customers import queries
from services.deals.customers.rules import Holder, deciding_holder, nearest
from services.deals.customers.schemas import NewCustomerIn
from services.deals.customers.spellings import identity_of, learnt
from services.deals.customers.tables import customer_keys, customers, match_keys
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
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


async def take_in(tx: Tx, body: NewCustomerIn) -> tuple[Row, bool]:
    """Return the customer that the vendor names and whether it is new; of one known by its keys, what was missing is added."""
    vendor_only(tx.caller)
    company = body.company(body.name)
    made = body.id or tx.new_id("cus")
    row = await resolve(tx, company, made=made, named_account=body.named_account)
    return row, row["id"] == made


async def resolve(tx: Tx, company: Company, *, made: str | None = None, named_account: bool = False) -> Row:
    """Return the customer a company is, made now where it is new, and hold its lock.

    A new one has the id `made` where that is given. Raises CustomerNotIdentified for a company without any usable key,
    AlreadyExists when the id is taken.
    """
    keys = identity_keys(company)
    if not keys:
        raise CustomerNotIdentified(errors=[Fault("/customer", "not_identified", str(CustomerNotIdentified.__doc__))])
    async with tx.as_engine("the customer is decided by keys across all partners"):
        made = made or tx.new_id("cus")
        taken = await claim_keys(tx, keys, made)
        holder = deciding_holder(company, keys, await queries.holders_of(tx, taken) if taken else {})
        if holder is None:
            await hold(tx, made)
            row: Row = await told(tx, await create(tx, made, company, named_account=named_account))
        else:
            known = await _standing(tx, holder, company)
            await tx.run(_GIVE_KEYS, holder=made, new_holder=known["id"])
            row = await _enrich(tx, known, company, has_new_keys=len(taken) < len(keys))
        await remember(tx, row["id"], [company])
    return row


async def _standing(tx: Tx, holder: Holder, company: Company) -> Record:
    """Return the customer that holds a key, its lock and row held: the one it was merged into, or that was told from it."""
    customer_id = holder.customer_id
    while True:
        await hold(tx, customer_id)
        row = await tx.lock(customers, customer_id)
        if row["status"] == "merged":
            customer_id = row["merged_into"]
            continue
        apart = await queries.known_customers(tx, row["apart_from"]) if row["apart_from"] else {}
        rivals = [Holder(each.id, each.companies) for each in apart.values()]
        best = nearest(company, queries.holder_of(row), rivals)
        if best.customer_id == customer_id:
            return row
        customer_id = best.customer_id


async def remember(tx: Tx, customer_id: str, companies: Iterable[Company]) -> None:
    """Let a customer be found under what is known of these companies."""
    keys = sorted({key for company in companies for key in blocking_keys(company)})
    await tx.run(_ADD_MATCH_KEYS, keys=keys, customer=customer_id)


async def claim_keys(tx: Tx, keys: Sequence[IdentityKey], customer_id: str) -> list[IdentityKey]:
    """Insert the keys in sorted order, so that two transactions never wait for each other; return those taken already."""
    taken = [
        key
        for key in sorted(keys)
        if await tx.add(customer_keys, kind=key.kind, value=key.value, customer_id=customer_id) is None
    ]
    return [key for key in keys if key in taken]


async def create(tx: Tx, customer_id: str, company: Company, *, named_account: bool = False) -> Record:
    """Store a new customer as a registration names it."""
    return await tx.insert(
        customers,
        id=customer_id,
        name=company.name,
        **identity_of(company),
        known_as=[],
        named_account=named_account,
        status="active",
        merged_into=None,
        apart_from=[],
    )


async def _enrich(tx: Tx, row: Record, company: Company, *, has_new_keys: bool) -> Row:
    """Add what was not known of the customer; what is known is never overwritten by a registration, only kept beside it."""
    missing = {name: value for name, value in identity_of(company).items() if value is not None and row[name] is None}
    known_as = learnt(row, [company])
    if missing or has_new_keys or known_as != row["known_as"]:
        return await told(tx, await tx.update(customers, row, **missing, known_as=known_as))
    return row


async def told(tx: Tx, row: Row) -> Row:
    """Tell sister services what they may know of a customer, and return its row."""
    tx.emit(await queries.directory_of(tx, row), subject=row)
    return row
