"""Merging customers that are one, splitting what is two, and pinning two apart.

Rows are taken in the order in which registrations take them, deals before their cases and both before their customer's lock, so that
neither waits in a circle.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, update

from services.deals.customers.commands import create, hold, remember, told
from services.deals.customers.queries import CUSTOMER_LIFECYCLE
from services.deals.customers.spellings import IDENTITY, companies_of, company_of, forgotten, learnt
from services.deals.customers.tables import customer_keys, customers
from services.deals.direct_opportunities.commands import follow_merger, follow_split
from services.deals.licences import customers as of_licences
from services.deals.merging.moving import move, restore
from services.deals.merging.rules import CustomerGone, CustomersApart, going_along
from services.deals.protection.sharing import part
from services.deals.registrations.contesting import drop_who_left, settle
from services.deals.registrations.queries import deals_of_customer
from services.deals.registrations.rules import Facts, by_rank
from services.deals.screening.queries import hold_cases_at
from services.deals.tendering.commands import take_in_waiting
from services.deals.tendering.leaving import leave_tenders
from services.deals.tenders.following import hold_tenders, is_undecided, merge_tenders, split_tenders
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound
from shared.events.catalog.deals import CustomerMerged, CustomerSplit
from shared.matching import Company, IdentityKey

_GIVE_ALL: Final = Statement(
    update(customer_keys)
    .where(customer_keys.c.tenant_id == TENANT, customer_keys.c.customer_id == bindparam("holder"))
    .values(customer_id=bindparam("new_holder"))
)
_GIVE_ONE: Final = Statement(
    update(customer_keys)
    .where(
        customer_keys.c.tenant_id == TENANT,
        customer_keys.c.customer_id == bindparam("holder"),
        customer_keys.c.kind == bindparam("key_kind"),
        customer_keys.c.value == bindparam("key_value"),
    )
    .values(customer_id=bindparam("new_holder"))
)


async def merge(tx: Tx, *, customer_id: str, absorbed_id: str, version: int | None, caller: Caller) -> Row:
    """Make two customers one: the first keeps its id and gets the other's keys, deals and protections.

    Where both were protected for the same products, the earlier priority keeps the customer and the other's deal gets a
    conflict case. Raises CustomersApart for two that were told apart, CustomerGone for one merged already, TendersCollide.
    """
    vendor_only(caller)
    if customer_id == absorbed_id:
        raise Invalid(errors=[Fault("/customer_id", "same_customer", "A customer cannot be merged into itself.")])
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("customers are merged with all that partners registered of them"):
        tenders = await hold_tenders(tx, (customer_id, absorbed_id))
        # Those of the first are taken into a tender for what was the other.
        also = [customer_id] if any(map(is_undecided, tenders)) else []
        await _hold_all(tx, customer_id, absorbed_id, registered=await deals_of_customer(tx, absorbed_id, *also))
        survivor = await tx.lock_for(
            customers, customer_id, action="merge", lifecycle=CUSTOMER_LIFECYCLE, version=version
        )
        absorbed = await _other(tx, absorbed_id, pointer="/customer_id")
        if absorbed["status"] != "active":
            raise CustomerGone()
        if absorbed_id in survivor["apart_from"]:
            raise CustomersApart()
        await merge_tenders(tx, merged_id=absorbed_id, into=customer_id)
        moving = await deals_of_customer(tx, absorbed_id)
        await tx.run(_GIVE_ALL, holder=absorbed_id, new_holder=customer_id)
        brought = [*companies_of(absorbed), *_companies(moving)]
        await remember(tx, customer_id, brought)
        await move(tx, moving, to=survivor)
        await take_in_waiting(tx, customer_id)
        await follow_merger(tx, merged_id=absorbed_id, into=customer_id)
        await of_licences.follow_merger(tx, merged_id=absorbed_id, into=customer_id)
        known = {name: absorbed[name] for name in IDENTITY if survivor[name] is None}
        apart = sorted({*survivor["apart_from"], *absorbed["apart_from"]})
        await _rename_in_pins(tx, absorbed["apart_from"], old=absorbed_id, new=customer_id)
        gone = await tx.update(customers, absorbed, status="merged", merged_into=customer_id, apart_from=[])
        known_as = learnt({**survivor, **known}, brought)
        survivor = await tx.update(customers, survivor, apart_from=apart, known_as=known_as, **known)
        await settle(tx, customer_id)
        tx.emit(CustomerMerged(customer_id=customer_id, merged_id=absorbed_id), subject=survivor)
        await told(tx, gone)
        return await told(tx, survivor)


async def split(
    tx: Tx, *, customer_id: str, deal_ids: Sequence[str], into: str | None, version: int | None, caller: Caller
) -> Row:
    """Give registrations to another customer and pin the two apart; returns the other one.

    It takes along the keys that only those registrations have. Protections that gave way when two were merged hold again,
    cases in which nobody is left are closed, and what was in a tender that is the other customer's now claims its own again.
    """
    vendor_only(caller)
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("a customer is split with all that partners registered of it"):
        await hold_tenders(tx, (customer_id,))
        registered = await deals_of_customer(tx, customer_id)
        await _hold_all(tx, *filter(None, (customer_id, into)), registered=registered)
        source = await tx.lock_for(
            customers, customer_id, action="split", lifecycle=CUSTOMER_LIFECYCLE, version=version
        )
        registered_here = await deals_of_customer(tx, customer_id)
        here = {deal["id"]: deal for deal in registered_here}
        faults = [
            Fault(f"/deal_ids/{place}", "not_of_customer", "This is no registration of the customer.")
            for place, deal_id in enumerate(deal_ids)
            if deal_id not in here
        ]
        if faults:
            raise Invalid(errors=faults)
        leaving = [here[deal_id] for deal_id in dict.fromkeys(deal_ids)]
        other = await _revived(tx, into, of=source) if into else await _made(tx, leaving)
        staying = [deal for deal in registered_here if deal not in leaving]
        left = [*_companies(staying), *_own(source, staying)]
        keys = going_along([company_of(other), *_companies(leaving)], left)
        await _give(tx, keys, holder=customer_id, new_holder=other["id"])
        await remember(tx, other["id"], _companies(leaving))
        await move(tx, leaving, to=other)
        moved_ids = [deal["id"] for deal in leaving]
        await split_tenders(tx, source_id=customer_id, other_id=other["id"], leaving=moved_ids, here=here)
        await follow_split(tx, source_id=customer_id, other_id=other["id"])
        await part(tx, moved_ids, [deal["id"] for deal in staying])
        await restore(tx, [deal["id"] for deal in (*leaving, *staying)])
        source = await _known(tx, source, forgotten(source, leaving=_companies(leaving), staying=left))
        other = await _known(tx, other, learnt(other, _companies(leaving)))
        await _pinned(tx, source, other)
        for each in (source, other):
            await drop_who_left(tx, each["id"])
        await leave_tenders(tx, customer_id, other["id"])
        await of_licences.follow_split(tx, source_id=customer_id, other_id=other["id"], deal_ids=moved_ids)
        source, other = [await tx.lock(customers, each["id"]) for each in (source, other)]
        moved = CustomerSplit(customer_id=customer_id, split_id=other["id"], deal_ids=[deal["id"] for deal in leaving])
        tx.emit(moved, subject=source)
        await told(tx, source)
        return await told(tx, other)


async def pin_apart(tx: Tx, *, customer_id: str, other_id: str, version: int | None, caller: Caller) -> Row:
    """Record that two customers are two: neither is screened against the other any more, nor merged with it.

    Whoever met the other of them in an undecided case does so no more; one in which nobody is left is closed.
    """
    return await _repinned(tx, "pin-apart", customer_id, other_id, version=version, caller=caller)


async def unpin(tx: Tx, *, customer_id: str, other_id: str, version: int | None, caller: Caller) -> Row:
    """Take a pin away: the two are compared again."""
    return await _repinned(tx, "unpin", customer_id, other_id, version=version, caller=caller)


async def _repinned(
    tx: Tx, action: str, customer_id: str, other_id: str, *, version: int | None, caller: Caller
) -> Row:
    vendor_only(caller)
    if customer_id == other_id:
        raise Invalid(errors=[Fault("/customer_id", "same_customer", "Name another customer.")])
    await _hold_all(tx, customer_id, other_id)
    row = await tx.lock_for(customers, customer_id, action=action, lifecycle=CUSTOMER_LIFECYCLE, version=version)
    other = await _other(tx, other_id, pointer="/customer_id")
    if action == "unpin":
        return (await _set_pins(tx, row, other, apart=False))[0]
    if other["status"] != "active":
        raise CustomerGone()
    row, other = await _pinned(tx, row, other)
    for each in (row, other):
        await drop_who_left(tx, each["id"])
    return row


async def _pinned(tx: Tx, row: Record, other: Record) -> tuple[Record, Record]:
    return await _set_pins(tx, row, other, apart=True)


async def _set_pins(tx: Tx, row: Record, other: Record, *, apart: bool) -> tuple[Record, Record]:
    """Write the pin in both rows; a row that says it already stays as it is."""
    changed = []
    for one, two in ((row, other), (other, row)):
        listed = {*one["apart_from"]} | {two["id"]} if apart else {*one["apart_from"]} - {two["id"]}
        same = sorted(listed) == one["apart_from"]
        changed.append(one if same else await tx.update(customers, one, apart_from=sorted(listed)))
    return changed[0], changed[1]


async def _hold_all(tx: Tx, *customer_ids: str, registered: Iterable[Record] = ()) -> None:
    await hold_cases_at(tx, customer_ids, deal_ids=[deal["id"] for deal in registered])
    for customer_id in sorted(customer_ids):
        await hold(tx, customer_id)


async def _other(tx: Tx, customer_id: str, *, pointer: str) -> Record:
    try:
        return await tx.lock(customers, customer_id)
    except NotFound:
        raise Invalid(errors=[Fault(pointer, "unknown_customer", "There is no such customer.")]) from None


async def _revived(tx: Tx, customer_id: str, *, of: Record) -> Record:
    row = await _other(tx, customer_id, pointer="/into")
    survivor: str | None = row["merged_into"]
    while survivor not in (None, of["id"]):
        # Whoever it was merged into may have been merged since.
        survivor = (await tx.fetch(customers, survivor))["merged_into"]
    if survivor is None:
        raise Invalid(errors=[Fault("/into", "not_merged_here", "This customer was not merged into the one to split.")])
    return await tx.update(customers, row, status="active", merged_into=None)


async def _made(tx: Tx, leaving: Sequence[Record]) -> Record:
    return await create(tx, tx.new_id("cus"), Facts.of(min(leaving, key=by_rank)).customer)


def _companies(registered_deals: Iterable[Record]) -> list[Company]:
    return [Facts.of(deal).customer for deal in registered_deals]


def _own(source: Record, staying: Sequence[Record]) -> list[Company]:
    """What the customer's own row says of it; nothing where no registration is left to vouch for it."""
    return [company_of(source)] if staying else []


async def _known(tx: Tx, row: Record, known_as: list[dict[str, str]]) -> Record:
    return row if known_as == row["known_as"] else await tx.update(customers, row, known_as=known_as)


async def _give(tx: Tx, keys: Iterable[IdentityKey], *, holder: str, new_holder: str) -> None:
    for key in keys:
        await tx.run(_GIVE_ONE, holder=holder, new_holder=new_holder, key_kind=key.kind, key_value=key.value)


async def _rename_in_pins(tx: Tx, pinned: Iterable[str], *, old: str, new: str) -> None:
    for customer_id in sorted(pinned):
        row = await tx.lock(customers, customer_id)
        listed = sorted({new if each == old else each for each in row["apart_from"]})
        await tx.update(customers, row, apart_from=listed)
