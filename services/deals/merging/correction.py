"""Putting right what is known of a customer: its keys follow, and registrations that meet others because of it get cases."""

from typing import Any, Final

from sqlalchemy import ARRAY, Text, any_, bindparam, delete

from services.deals.customers.commands import CustomerNotIdentified, claim_keys, hold, remember, told
from services.deals.customers.queries import CUSTOMER_LIFECYCLE, holders_of
from services.deals.customers.schemas import CustomerPatch
from services.deals.customers.spellings import IDENTITY, companies_of, company_of, corrected, learnt
from services.deals.customers.tables import customer_keys, customers, match_keys
from services.deals.registrations.contesting import screen_again
from services.deals.registrations.queries import deals_of_customer
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version
from shared.errors import Conflict, Fault
from shared.events.catalog.deals import CustomerCorrected
from shared.matching import Company, blocking_keys, identity_keys

_DROP_MATCH_KEYS: Final = Statement(
    delete(match_keys).where(
        match_keys.c.tenant_id == TENANT,
        match_keys.c.customer_id == bindparam("customer"),
        match_keys.c.key == any_(bindparam("dropped", type_=ARRAY(Text(collation="C")))),
    )
)


class KeysOfAnotherCustomer(Conflict):
    """Another customer is known by this; merge the two if they are one, or pin them apart."""

    code, title = "keys_of_another_customer", "Another customer is known by this"


async def change(tx: Tx, body: CustomerPatch, *, customer_id: str, version: int | None, caller: Caller) -> Row:
    """Change a customer: rename it, make it a named account, or put right what tells it from others.

    Raises CustomerNotIdentified where nothing would be left that does, and KeysOfAnotherCustomer.
    """
    vendor_only(caller)
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("a customer is put right with all that partners registered of it"):
        registered = await deals_of_customer(tx, customer_id) if body.model_fields_set & set(IDENTITY) else []
        await hold(tx, customer_id)
        row = await tx.lock(customers, customer_id)
        changes: dict[str, Any] = body.changes()
        CUSTOMER_LIFECYCLE.require_editable(row["status"], changes)
        require_version(row, version)
        put_right: list[str] = sorted(part for part in IDENTITY if part in changes and changes[part] != row[part])
        after = {**row, **changes, "known_as": corrected(row, {part: changes[part] for part in put_right})}
        # Its former name is one under which it is still registered.
        former = company_of({**after, "name": row["name"]})
        after["known_as"] = learnt(after, [former])
        if put_right:
            await _follow(tx, row, after)
        changed = await tx.update(customers, row, **changes, known_as=after["known_as"])
        if put_right:
            tx.emit(CustomerCorrected(customer_id=customer_id, fields=put_right), subject=changed)
            for deal in registered:
                await screen_again(tx, deal, company=company_of(changed), customer_id=changed["id"])
        return await told(tx, changed)


async def _follow(tx: Tx, row: Record, after: Row) -> None:
    """Let go of the keys that were wrong and take those that are right."""
    if not identity_keys(company_of(after)):
        raise CustomerNotIdentified(
            errors=[Fault("", "not_identified", "Nothing would be left that the customer is known by.")]
        )
    before, now = companies_of(row), companies_of(after)
    wrong = _identities(before) - _identities(now)
    for key in sorted(wrong):
        await tx.remove(customer_keys, kind=key.kind, value=key.value, customer_id=row["id"])
    taken = await claim_keys(tx, sorted(_identities(now) - _identities(before)), row["id"])
    holders = {holder.customer_id for holder in (await holders_of(tx, taken)).values()} if taken else set()
    # Customers that a person has told apart may share a key: the likeness of all that is known decides between them.
    if others := sorted(holders - {row["id"], *row["apart_from"]}):
        raise KeysOfAnotherCustomer(customer_id=others[0])
    dropped = _found_by(before) - _found_by(now)
    await tx.run(_DROP_MATCH_KEYS, customer=row["id"], dropped=sorted(dropped))
    await remember(tx, row["id"], now)


def _identities(companies: list[Company]) -> set[Any]:
    return {key for company in companies for key in identity_keys(company)}


def _found_by(companies: list[Company]) -> set[str]:
    return {key for company in companies for key in blocking_keys(company)}
