"""Reading customers. All of it looks beyond one partner: callers are the vendor, or the engine on a partner's behalf."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.customers.rules import Holder, key_hash
from services.deals.customers.spellings import IDENTITY, companies_of, names_of
from services.deals.customers.tables import customer_keys, customers, match_keys
from shared.db.keyed import Keys
from shared.db.resource import Resource, Row, computed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.deals import CustomerDirectory
from shared.lifecycle import Lifecycle, move
from shared.matching import Company, IdentityKey, keys_of_domain, keys_of_tax_id

CUSTOMER_LIFECYCLE = Lifecycle(
    ("active", "merged"),
    move("merge", "active", permission="customers:approve", to="active", by="vendor"),
    move("split", "active", permission="customers:approve", to="active", by="vendor"),
    move("pin-apart", "active", permission="customers:approve", by="vendor"),
    move("unpin", "active", permission="customers:approve", by="vendor"),
    move("erase", "active", permission="customers:approve", by="vendor"),
    editable={"active": ("name", *IDENTITY, "named_account")},
    vendor_fields=("name", *IDENTITY, "named_account"),
    # Merging and splitting change the other of the two.
    by_itself={"active": ("merged",), "merged": ("active",)},
)


def _found_under(reading: Callable[[str], list[str]], what: str) -> Keys:
    said = f"Whoever is known under {what}, however it is written: up to 20, separated by commas."
    return Keys(match_keys.c.key, match_keys.c.customer_id, reading, said)


def _known_as(row: Row) -> list[dict[str, str | None]]:
    known = row["known_as"]
    return names_of(orjson.loads(known) if isinstance(known, str) else known)


CUSTOMERS = Resource(
    "customer",
    customers,
    (
        *("name", *IDENTITY),
        computed("known_as", _known_as, "known_as"),
        *("named_account", "status", "merged_into", "apart_from", "contacts_erased_at"),
    ),
    lifecycle=CUSTOMER_LIFECYCLE,
    expands={"merged_into": "customers"},
    title=("name",),
    subtitle="domain",
    permission="customers:read",
    sorts=("created_at", "name"),
    filters=("country", "domain", "tax_id", "named_account", "status"),
    keyed={
        "domain": _found_under(keys_of_domain, "one of these domains, or an address on it"),
        "tax_id": _found_under(keys_of_tax_id, "one of these numbers, in any country"),
    },
)

_TEXTS = ARRAY(Text(collation="C"))

_HOLDERS = Statement(
    select(customer_keys.c.kind, customer_keys.c.value, customers)
    .join(
        customers,
        (customers.c.tenant_id == customer_keys.c.tenant_id) & (customers.c.id == customer_keys.c.customer_id),
    )
    .where(
        customer_keys.c.tenant_id == TENANT,
        customer_keys.c.kind == any_(bindparam("kinds", type_=_TEXTS)),
        customer_keys.c.value == any_(bindparam("values", type_=_TEXTS)),
    )
)
_COMPANIES = Statement(
    select(customers).where(
        customers.c.tenant_id == TENANT, customers.c.id == any_(bindparam("customer_ids", type_=_TEXTS))
    )
)
_KEYS_OF = Statement(
    select(customer_keys.c.kind, customer_keys.c.value)
    .where(customer_keys.c.tenant_id == TENANT, customer_keys.c.customer_id == bindparam("customer"))
    .order_by(customer_keys.c.kind, customer_keys.c.value)
)


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer as a candidate of screening."""

    id: str
    companies: tuple[Company, ...]
    apart_from: frozenset[str]


async def holders_of(tx: Tx, keys: Sequence[IdentityKey]) -> dict[IdentityKey, Holder]:
    """Return the customers that hold these keys, by key."""
    rows = await tx.all(_HOLDERS, kinds=[key.kind for key in keys], values=[key.value for key in keys])
    held = {IdentityKey(row["kind"], row["value"]): holder_of(row) for row in rows}
    return {key: held[key] for key in keys if key in held}


async def known_customers(tx: Tx, customer_ids: Sequence[str]) -> dict[str, KnownCustomer]:
    """Return the customers with these ids."""
    rows = await tx.all(_COMPANIES, customer_ids=list(customer_ids))
    return {row["id"]: known(row) for row in rows}


def known(row: Row) -> KnownCustomer:
    """Return a customer's row as a candidate."""
    return KnownCustomer(row["id"], tuple(companies_of(row)), frozenset(row["apart_from"]))


def holder_of(row: Row) -> Holder:
    """Return a customer's row as one that holds keys."""
    return Holder(row["id"], tuple(companies_of(row)))


async def directory_of(tx: Tx, row: Row) -> CustomerDirectory:
    """Return what sister services may know of a customer."""
    keys = [IdentityKey(each["kind"], each["value"]) for each in await tx.all(_KEYS_OF, customer=row["id"])]
    hashes = [key_hash(tx.tenant_id, key) for key in keys]
    return CustomerDirectory(customer_id=row["id"], name=row["name"], country=row["country"], key_hashes=hashes)
