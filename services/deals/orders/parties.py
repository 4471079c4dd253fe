"""Whom an order names: the partners it is billed and sold to, and the deal it is for. What is out of reach is unknown."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import bindparam, select

from services.deals.customers.likeness import likeness, named_by
from services.deals.customers.queries import known_customers
from services.deals.directory.queries import partner_of
from services.deals.metadata import PLUMBING
from services.deals.orders.rules import ALIKE, is_live
from services.deals.protection.queries import claim_of
from services.deals.protection.rules import STANDARD, Terms
from services.deals.registrations.rules import ends_at, sold_as
from services.deals.registrations.tables import deals
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, NotFound
from shared.matching import Company

_SEEN = PLUMBING.visible
_STANDS_ABOVE = Statement(
    select(_SEEN.c.partner_id).where(
        _SEEN.c.tenant_id == TENANT,
        _SEEN.c.viewer == bindparam("above"),
        _SEEN.c.partner_id == bindparam("below"),
    )
)


async def named_partner(tx: Tx, partner_id: str | None, *, buyer: str, member: str) -> str | None:
    """Return a partner that an order names beside its buyer; raises Invalid at that member for one out of reach.

    The vendor names any partner. A partner names those that stand above it or below it, and itself.
    """
    if partner_id is None or partner_id == buyer:
        return partner_id
    if is_vendor_side(tx.caller):
        try:
            await partner_of(tx, partner_id)
        except Invalid as unknown:
            raise _unknown(member) from unknown
        return partner_id
    for above, below in ((buyer, partner_id), (partner_id, buyer)):
        if await tx.first(_STANDS_ABOVE, above=f"{above}/subtree", below=below) is not None:
            return partner_id
    raise _unknown(member)


async def deal_ordered_for(tx: Tx, deal_id: str, *, partners: Collection[str | None], currency: str) -> Record:
    """Return the deal that an order is for; raises Invalid at /deal_id for one that is out of reach or of another partner."""
    try:
        deal = await tx.fetch(deals, deal_id)
    except NotFound as unknown:
        raise _unknown_deal() from unknown
    if deal["partner_id"] not in partners:
        raise _unknown_deal()
    own = deal["net_currency"] or deal["currency"]
    if own is not None and own != currency:
        raise Invalid(errors=[Fault("/currency", "currency_mismatch", "The deal is in another currency.")])
    return deal


async def is_ordered_in_time(tx: Tx, order: Row, deal: Row) -> bool:
    """Tell whether a deal is live for an order, as of when that was handed in; as the engine, whosever the deal is."""
    claim = await claim_of(tx, deal["id"])
    # A claim that waits for a decision has no terms yet.
    terms = STANDARD if claim is None or claim["terms"] is None else Terms.of(claim["terms"])
    return is_live(
        status=sold_as(deal),
        ordered_on=order["ordered_on"],
        at=order["submitted_at"] or tx.now,
        protected_until=ends_at(deal),
        tail=timedelta(days=terms.tail_days),
    )


async def is_for_customer_of(tx: Tx, order: Row, deal: Row) -> bool | None:
    """Tell whether the customer that an order names is its deal's, by its keys or by likeness; None where it names none.

    As the engine, whosever the deal is. Who orders what was quoted for a deal is its customer.
    """
    if order["quote_id"] is not None:
        return True
    if order["customer_name"] is None or deal["customer_id"] is None:
        return None
    company = Company(
        order["customer_name"],
        country=order["customer_country"],
        domain=order["customer_domain"],
        tax_id=order["customer_tax_id"],
    )
    known = await known_customers(tx, [deal["customer_id"]])
    like, _ = likeness(known.get(deal["customer_id"]), await named_by(tx, company))
    return like >= ALIKE


def _unknown(member: str) -> Invalid:
    return Invalid(errors=[Fault(f"/{member}", "unknown_partner", "There is no such partner.")])


def _unknown_deal() -> Invalid:
    return Invalid(errors=[Fault("/deal_id", "unknown_deal", "The partners of the order have no such deal.")])
