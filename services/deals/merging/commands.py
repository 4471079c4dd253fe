"""Merging customers that are one, splitting what is two, and pinning two apart.

Rows are taken in the order in which registrations take them, deals before their customer's lock, so that neither waits in a circle.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import asyncpg
from sqlalchemy import ARRAY, Text, and_, any_, bindparam, select, update

from services.deals.customers.commands import create, hold, remember, told
from services.deals.customers.queries import CUSTOMER_LIFECYCLE
from services.deals.customers.spellings import IDENTITY, companies_of, company_of, forgotten, learnt
from services.deals.customers.tables import customer_keys, customers
from services.deals.direct_opportunities.commands import follow_merger
from services.deals.merging.rules import CustomerGone, CustomersApart, going_along
from services.deals.protection.tables import protection_claims
from services.deals.registrations.queries import deals_of_customer
from services.deals.registrations.register import entry_of
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.commands import open_case
from services.deals.screening.rules import Asked, compare, verdict_over
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound
from shared.events.catalog.deals import CustomerMerged, CustomerSplit
from shared.matching import Company, IdentityKey

_TEXTS: Final = ARRAY(Text(collation="C"))
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
_CLAIMS: Final = Statement(
    select(protection_claims)
    .where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.deal_id == any_(bindparam("deal_ids", type_=_TEXTS)),
    )
    .order_by(protection_claims.c.priority_no, protection_claims.c.id)
)
_IN_THE_WAY: Final = Statement(
    select(protection_claims)
    .where(
        protection_claims.c.tenant_id == TENANT,
        protection_claims.c.customer_id == bindparam("customer"),
        protection_claims.c.id != bindparam("claim_id"),
        and_(protection_claims.c.status == "active", protection_claims.c.exclusive),
        protection_claims.c.family.op("&&")(bindparam("family", type_=protection_claims.c.family.type)),
        protection_claims.c.territory.op("&&")(bindparam("territory", type_=protection_claims.c.territory.type)),
        protection_claims.c.period.op("&&")(bindparam("period", type_=protection_claims.c.period.type)),
    )
    .order_by(protection_claims.c.priority_no, protection_claims.c.id)
)


async def merge(tx: Tx, *, customer_id: str, absorbed_id: str, version: int | None, caller: Caller) -> Row:
    """Make two customers one: the first keeps its id and gets the other's keys, deals and protections.

    Where both were protected for the same products, the earlier priority keeps the customer and the other's deal gets a
    conflict case. Raises CustomersApart for two that were told apart, CustomerGone for one merged already.
    """
    vendor_only(caller)
    if customer_id == absorbed_id:
        raise Invalid(errors=[Fault("/customer_id", "same_customer", "A customer cannot be merged into itself.")])
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("customers are merged with all that partners registered of them"):
        await deals_of_customer(tx, absorbed_id)
        await _hold_all(tx, customer_id, absorbed_id)
        survivor = await tx.lock_for(
            customers, customer_id, action="merge", lifecycle=CUSTOMER_LIFECYCLE, version=version
        )
        absorbed = await _other(tx, absorbed_id, pointer="/customer_id")
        if absorbed["status"] != "active":
            raise CustomerGone()
        if absorbed_id in survivor["apart_from"]:
            raise CustomersApart()
        moving = await deals_of_customer(tx, absorbed_id)
        await tx.run(_GIVE_ALL, holder=absorbed_id, new_holder=customer_id)
        brought = [*companies_of(absorbed), *_companies(moving)]
        await remember(tx, customer_id, brought)
        await _move(tx, moving, to=survivor)
        await follow_merger(tx, merged_id=absorbed_id, into=customer_id)
        known = {name: absorbed[name] for name in IDENTITY if survivor[name] is None}
        apart = sorted({*survivor["apart_from"], *absorbed["apart_from"]})
        await _rename_in_pins(tx, absorbed["apart_from"], old=absorbed_id, new=customer_id)
        gone = await tx.update(customers, absorbed, status="merged", merged_into=customer_id, apart_from=[])
        known_as = learnt({**survivor, **known}, brought)
        survivor = await tx.update(customers, survivor, apart_from=apart, known_as=known_as, **known)
        tx.emit(CustomerMerged(customer_id=customer_id, merged_id=absorbed_id), subject=survivor)
        await told(tx, gone)
        return await told(tx, survivor)


async def split(
    tx: Tx, *, customer_id: str, deal_ids: Sequence[str], into: str | None, version: int | None, caller: Caller
) -> Row:
    """Give registrations to another customer and pin the two apart; returns the other one.

    It takes along the keys that only those registrations have. Protections that gave way when two were merged hold again.
    """
    vendor_only(caller)
    await tx.fetch(customers, customer_id)
    async with tx.as_engine("a customer is split with all that partners registered of it"):
        await deals_of_customer(tx, customer_id)
        await _hold_all(tx, *filter(None, (customer_id, into)))
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
        await _move(tx, leaving, to=other)
        await restore(tx, [deal["id"] for deal in (*leaving, *staying)])
        source = await _known(tx, source, forgotten(source, leaving=_companies(leaving), staying=left))
        other = await _known(tx, other, learnt(other, _companies(leaving)))
        source, other = await _pinned(tx, source, other)
        moved = CustomerSplit(customer_id=customer_id, split_id=other["id"], deal_ids=[deal["id"] for deal in leaving])
        tx.emit(moved, subject=source)
        await told(tx, source)
        return await told(tx, other)


async def pin_apart(tx: Tx, *, customer_id: str, other_id: str, version: int | None, caller: Caller) -> Row:
    """Record that two customers are two: neither is screened against the other any more, nor merged with it."""
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
    return (await _pinned(tx, row, other))[0]


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


async def _hold_all(tx: Tx, *customer_ids: str) -> None:
    for customer_id in sorted(customer_ids):
        await hold(tx, customer_id)


async def _other(tx: Tx, customer_id: str, *, pointer: str) -> Record:
    try:
        return await tx.lock(customers, customer_id)
    except NotFound:
        raise Invalid(errors=[Fault(pointer, "unknown_customer", "There is no such customer.")]) from None


async def _revived(tx: Tx, customer_id: str, *, of: Record) -> Record:
    row = await _other(tx, customer_id, pointer="/into")
    if row["merged_into"] != of["id"]:
        raise Invalid(errors=[Fault("/into", "not_merged_here", "This customer was not merged into the one to split.")])
    return await tx.update(customers, row, status="active", merged_into=None)


async def _made(tx: Tx, leaving: Sequence[Record]) -> Record:
    first = min(leaving, key=lambda deal: (deal["priority_no"], deal["id"]))
    return await create(tx, tx.new_id("cus"), Facts.of(first).customer)


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


async def _move(tx: Tx, moving: Sequence[Record], *, to: Record) -> None:
    """Take deals and their protections to another customer, the earliest priority first."""
    claims = await tx.all(_CLAIMS, deal_ids=[deal["id"] for deal in moving])
    by_id = {deal["id"]: await tx.update(deals, deal, customer_id=to["id"]) for deal in moving}
    for claim in claims:
        await _move_claim(tx, claim, by_id[claim["deal_id"]], to=to)


async def _move_claim(tx: Tx, claim: Record, deal: Record, *, to: Record) -> None:
    rivals = await _in_the_way(tx, claim, customer_id=to["id"])
    for rival in rivals:
        if rival["priority_no"] > claim["priority_no"]:
            await tx.update(protection_claims, rival, exclusive=False)
    stronger = [rival for rival in rivals if rival["priority_no"] <= claim["priority_no"]]
    kept = {} if not stronger else {"exclusive": False}
    moved = await tx.update(protection_claims, claim, customer_id=to["id"], **kept)
    for rival in rivals:
        loser, winner = (moved, rival) if rival in stronger else (rival, moved)
        await _contest(tx, loser, winner, customer=to)


async def _in_the_way(tx: Tx, claim: Record, *, customer_id: str) -> list[Record]:
    """Return the exclusive protections of a customer that a claim would meet there."""
    if claim["status"] != "active" or not claim["exclusive"]:
        return []
    return await tx.all(
        _IN_THE_WAY,
        customer=customer_id,
        claim_id=claim["id"],
        **{name: claim[name] for name in ("family", "territory", "period")},
    )


async def _contest(tx: Tx, loser: Record, winner: Record, *, customer: Record) -> None:
    """Open a case about a protection that gave way to an earlier one."""
    deal = await tx.fetch(deals, loser["deal_id"])
    asked = Asked(Facts.of(deal).customer, loser["product_family"], customer["id"])
    rival = entry_of(winner, await tx.fetch(deals, winner["deal_id"]), customer=customer)
    await open_case(
        tx, verdict_over([compare(asked, rival)]), deal=deal, customer=asked.company, customer_id=customer["id"]
    )


async def restore(tx: Tx, deal_ids: Sequence[str]) -> None:
    """Make protections exclusive again that nothing stands in the way of any more, the earliest priority first."""
    for claim in await tx.all(_CLAIMS, deal_ids=list(deal_ids)):
        if claim["status"] == "active" and not claim["exclusive"]:
            try:
                async with tx.savepoint():
                    await tx.update(protection_claims, claim, exclusive=True)
            except asyncpg.ExclusionViolationError:
                continue
