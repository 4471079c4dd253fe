"""Erasing how a customer's people are reached.

Rows are taken in the order in which registrations take them, deals before their customer's lock.
"""

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import ARRAY, Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import JSONB

from services.deals.customers.commands import hold, told
from services.deals.customers.queries import CUSTOMER_LIFECYCLE
from services.deals.customers.tables import customer_keys, customers, match_keys
from services.deals.erasure import rules
from services.deals.metadata import PLUMBING
from services.deals.registrations.queries import deals_of_customer
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.deals import CustomerContactsErased

_TEXTS: Final = ARRAY(Text(collation="C"))
_ROWS: Final = PLUMBING.imports.rows
_UNDER: Final = bindparam("customer", type_=Text(collation="C"))
# A key of a mailbox or a number that something said once and does not any more: none of these kinds is left.
_OF_PEOPLE: Final = (("m:", "m;"), ("p:", "p;"))
_DROP_FOUND_BY: Final = Statement(
    delete(match_keys).where(
        match_keys.c.tenant_id == TENANT,
        match_keys.c.customer_id == _UNDER,
        match_keys.c.key == any_(bindparam("dropped", type_=_TEXTS)),
    )
)
_DROP_KIND: Final = Statement(
    delete(match_keys).where(
        match_keys.c.tenant_id == TENANT,
        match_keys.c.key >= bindparam("least", type_=Text(collation="C")),
        match_keys.c.key < bindparam("beyond", type_=Text(collation="C")),
        match_keys.c.customer_id == _UNDER,
    )
)
_MERGED: Final = Statement(
    select(customers)
    .where(customers.c.tenant_id == TENANT, customers.c.merged_into == any_(bindparam("into", type_=_TEXTS)))
    .order_by(customers.c.id)
    .with_for_update(key_share=True)
)
_IMPORTED: Final = Statement(
    select(_ROWS.c.import_id, _ROWS.c.number, _ROWS.c.before).where(
        _ROWS.c.tenant_id == TENANT, _ROWS.c.object_id == any_(bindparam("object_ids", type_=_TEXTS))
    )
)
_BLANK: Final = Statement(
    update(_ROWS)
    .where(
        _ROWS.c.tenant_id == TENANT,
        _ROWS.c.import_id == bindparam("of_import"),
        _ROWS.c.number == bindparam("row_number"),
    )
    .values(source={}, body=None, before=bindparam("kept", type_=JSONB))
)
Cause = Literal["request", "retention"]


async def erase(tx: Tx, *, customer_id: str, version: int | None, caller: Caller) -> Row:
    """Erase how a customer's people are reached, of it, of what was merged into it and of all its deals."""
    vendor_only(caller)
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("a customer's people are erased from all that partners registered of it"):
        registered = await deals_of_customer(tx, customer_id)
        await hold(tx, customer_id)
        row = await tx.lock_for(customers, customer_id, action="erase", lifecycle=CUSTOMER_LIFECYCLE, version=version)
        merged = await _merged_into(tx, customer_id)
        for each in merged:
            await _erase_row(tx, each, [])
        return await _erased(tx, row, registered, cause="request")


async def erase_kept(tx: Tx, customer_id: str) -> None:
    """Erase how people are reached of one customer and its deals, as the time to keep it is over; for the machinery."""
    registered = await deals_of_customer(tx, customer_id)
    await hold(tx, customer_id)
    await _erased(tx, await tx.lock(customers, customer_id), registered, cause="retention")


async def erase_of_deals(tx: Tx, found: Sequence[Record]) -> int:
    """Erase how people are reached of deals, whose rows are held, and return of how many of them something was."""
    told_of = [deal for deal in found if rules.has_contacts(deal, prefix="customer_")]
    for deal in told_of:
        await tx.update(deals, deal, **rules.of_deal(deal))
    return len(told_of)


async def _erased(tx: Tx, row: Record, registered: Sequence[Record], *, cause: Cause) -> Row:
    changed = await _erase_row(tx, row, registered)
    number = await erase_of_deals(tx, registered)
    await _blank_imported(tx, [row["id"], *(deal["id"] for deal in registered)])
    tx.emit(CustomerContactsErased(customer_id=row["id"], deals=number, cause=cause), subject=changed)
    return await told(tx, changed)


async def _erase_row(tx: Tx, row: Record, registered: Sequence[Record]) -> Record:
    """Empty a customer's row and let go of the keys that nothing else of it has."""
    companies = [*rules.known_of(row), *(Facts.of(deal).customer for deal in registered)]
    deciding, found_by = rules.lost_keys(companies)
    for key in deciding:
        await tx.remove(customer_keys, kind=key.kind, value=key.value, customer_id=row["id"])
    await tx.run(_DROP_FOUND_BY, customer=row["id"], dropped=found_by)
    for least, beyond in _OF_PEOPLE:
        await tx.run(_DROP_KIND, customer=row["id"], least=least, beyond=beyond)
    return await tx.update(customers, row, **rules.of_customer(row), contacts_erased_at=tx.now)


async def _merged_into(tx: Tx, customer_id: str) -> list[Record]:
    """Return the customers that have become this one, those too that had become one of them before."""
    found, latest = list[Record](), [customer_id]
    while latest:
        rows = await tx.all(_MERGED, into=latest)
        found += rows
        latest = [row["id"] for row in rows]
    return found


async def _blank_imported(tx: Tx, object_ids: Sequence[str]) -> None:
    """Empty the rows of imports that brought these objects; what is left of them is what taking them back needs."""
    for row in await tx.all(_IMPORTED, object_ids=list(object_ids)):
        kept = rules.of_import_row(row["before"])
        await tx.run(_BLANK, of_import=row["import_id"], row_number=row["number"], kept=kept)
