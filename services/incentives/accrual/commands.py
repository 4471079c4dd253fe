"""Writes of accrual: a sale or a return takes effect once, whatever the order and number of its arrivals."""

from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from services.incentives.accrual import parts, store, tables
from services.incentives.accrual.deciding import Everyone, decide
from services.incentives.accrual.schemas import RecalculationIn
from services.incentives.accrual.tables import recalculations, returns, sales
from services.incentives.directory import commands as directory
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import AlreadyExists, Fault, Invalid
from shared.events.catalog.attributions import AttributionSplit
from shared.events.catalog.deals import DealReturned, DealWon
from shared.events.catalog.licences import LicenceInvoiced, LicenceUnserved
from shared.events.catalog.orders import OrderCredited, OrderMatched, OrderReturned

MOST_RECALCULATED: Final = 500
# Reason of corrections to other sales when one arrives, or is decided, for the first time.
ARRIVED: Final = "late_event"
# Reason of corrections when the split of a deal changes.
SHARED: Final = "split_changed"
# Reason of corrections when a credit note takes back more or less than before.
CREDITED: Final = "credit_changed"
# What not every kind of sale says.
_UNTOLD: Final = dict.fromkeys(("licence_id", "customer_id", "sku", "licence_kind", "licence_term_no", "lead_id"))


class TooManySales(Invalid):
    """The range holds more sales than one recalculation takes; narrow it."""

    code, title = "too_many_sales", "Too many sales"


_P = tables.parts.c
_OF_PARTNER = Statement(
    select(_P.sale_id, _P.closed_on, _P.tier, _P.outcome)
    .where(
        _P.tenant_id == TENANT,
        _P.partner_id == bindparam("partner_id"),
        or_(_P.closed_on >= bindparam("since"), _P.outcome == "waiting"),
    )
    .order_by(_P.closed_on, _P.sale_id)
)
_WAITING = Statement(
    select(_P.sale_id)
    .distinct()
    .where(
        _P.tenant_id == TENANT,
        _P.outcome == "waiting",
        _P.currency == bindparam("currency"),
        _P.sale_id > bindparam("after"),
    )
    .order_by(_P.sale_id)
    .limit(bindparam("most"))
)
_IN_RANGE = Statement(
    select(_P.closed_on, _P.sale_id)
    .distinct()
    .where(
        _P.tenant_id == TENANT,
        _P.closed_on >= bindparam("start"),
        _P.closed_on < bindparam("end"),
        or_(
            bindparam("partner_id", type_=_P.partner_id.type).is_(None),
            _P.partner_id == bindparam("partner_id"),
        ),
    )
    .order_by(_P.closed_on, _P.sale_id)
    .limit(MOST_RECALCULATED + 1)
)


async def accrue(tx: Tx, won: DealWon) -> None:
    """Accrue every component that each partner's part of a won deal matches, once; a repetition changes nothing.

    `tx.now` is only when it was learned of: split, rates, tier and plan are those of `closed_on`.
    """
    known = {"source": "deals", "closed_on": won.closed_on, "won_at": won.won_at}
    if not await _take_in(tx, won.deal_id, **_of_deal(won), **known):
        return
    await decide(tx, won.deal_id, because=ARRIVED)
    # A component that was paid from what came of the deal later, and is paid at the win by the day of the win, pays once.
    for sale_id in await store.paid_twice(tx, won.deal_id):
        await decide(tx, sale_id, because=ARRIVED, anew=Everyone())


async def count(tx: Tx, matched: OrderMatched) -> None:
    """Accrue what was delivered or sold out on a deal, by the components that are paid from orders, once for each match.

    It happened at `tx.now`; split, rates, tier and plan are those of `happened_on`.
    """
    known = {"source": "orders", "closed_on": matched.happened_on, "won_at": tx.now, "sku": matched.sku}
    if await _take_in(tx, matched.match_id, **_of_deal(matched), **known):
        await decide(tx, matched.match_id, because=ARRIVED)


async def bill(tx: Tx, invoiced: LicenceInvoiced) -> None:
    """Accrue a recurring invoice of a licence, by the components that are paid from licences, once for each invoice.

    It happened at `tx.now`; rates, tier and plan are those of `happened_on`, and so is the split where there is a deal.
    """
    licence = {
        "licence_id": invoiced.licence_id,
        "licence_kind": invoiced.kind,
        "licence_term_no": invoiced.term_no,
        "sku": invoiced.sku,
    }
    known = {"source": "licences", "closed_on": invoiced.happened_on, "won_at": tx.now, **licence}
    if await _take_in(tx, invoiced.invoice_id, **_sold(invoiced), partner_id=invoiced.partner_id, **known):
        await decide(tx, invoiced.invoice_id, because=ARRIVED)


def _sold(sold: DealWon | OrderMatched | LicenceInvoiced) -> dict[str, Any]:
    """What was sold, on which deal, where, and for how much."""
    return {
        "deal_id": sold.deal_id,
        "product_family": sold.product_family,
        "country": sold.country,
        "amount": sold.net.amount,
        "currency": sold.net.currency,
    }


def _of_deal(sold: DealWon | OrderMatched) -> dict[str, Any]:
    return {
        **_sold(sold),
        # A sale from before the registration was transferred is that of the partner who had it then.
        "partner_id": sold.credited_partner_id or sold.partner_id,
        "customer_id": sold.customer_id,
        "lead_id": sold.lead_id,
    }


async def _take_in(tx: Tx, sale_id: str, **known: Any) -> bool:
    """Store a sale when the turn of its deal or licence comes; tells whether it was not there yet."""
    await parts.take_turn(tx, known["deal_id"] or known["licence_id"])
    try:
        await tx.insert(sales, **{**_UNTOLD, "id": sale_id, **known})
    except AlreadyExists:
        return False
    return True


async def take_back(tx: Tx, returned: DealReturned | OrderReturned, *, sale_id: str) -> None:
    """Take back what a return's share of the sale has earned, from each partner on its original terms, once.

    A return that arrives before its sale is kept, and taken account of when the sale arrives.
    """
    await parts.take_turn(tx, returned.deal_id)
    await _give_back(tx, returned, sale_id=sale_id, return_id=returned.return_id, returned_on=returned.returned_on)


async def take_back_credited(tx: Tx, credited: OrderCredited, *, version: int) -> None:
    """Take back what a credit note's part of a match has earned, as a return of it would; what is told last of it stands."""
    await parts.take_turn(tx, credited.deal_id)
    is_newer = await tx.project(
        returns,
        return_id=credited.invoice_id,
        sale_id=credited.match_id,
        kind="credit",
        version=version,
        partner_id=credited.partner_id,
        amount=credited.net.amount,
        currency=credited.net.currency,
        returned_on=credited.credited_on,
        recorded_at=credited.credited_at,
    )
    if is_newer and await parts.is_known(tx, credited.match_id):
        await decide(tx, credited.match_id, because=CREDITED)


async def take_back_unserved(tx: Tx, unserved: LicenceUnserved) -> None:
    """Take back what an invoice has earned for days that are not served, as a return of that part of it would, once."""
    await parts.take_turn(tx, unserved.deal_id or unserved.licence_id)
    # There is at most one for an invoice, which is therefore its id.
    invoice_id = unserved.invoice_id
    await _give_back(tx, unserved, sale_id=invoice_id, return_id=invoice_id, returned_on=unserved.happened_on)


async def _give_back(
    tx: Tx, given: DealReturned | OrderReturned | LicenceUnserved, *, sale_id: str, return_id: str, returned_on: date
) -> None:
    stored = await tx.add(
        returns,
        return_id=return_id,
        sale_id=sale_id,
        kind="return",
        version=1,
        partner_id=given.partner_id,
        amount=given.net.amount,
        currency=given.net.currency,
        returned_on=returned_on,
        recorded_at=tx.now,
    )
    if stored is not None and await parts.is_known(tx, sale_id):
        await decide(tx, sale_id, because=ARRIVED)


async def share(tx: Tx, split: AttributionSplit) -> None:
    """Share what is earned on a deal as its locked split says, whenever it comes; the latest version of a split stands.

    What was posted by another split is corrected by lines of their own, on the terms it was posted on.
    """
    await parts.take_turn(tx, split.deal_id)
    if await parts.keep_split(tx, deal_id=split.deal_id, version=split.split_version, shares=split.after):
        for sale_id in await parts.sales_of_deal(tx, split.deal_id):
            await decide(tx, sale_id, because=SHARED)


async def reconsider_partner(tx: Tx, *, partner_id: str, since: date) -> None:
    """Decide anew the sales of a partner that waited for it, or whose tier on their day is known differently now."""
    for part in await tx.all(_OF_PARTNER, partner_id=partner_id, since=since):
        tier = await directory.tier_on(tx, partner_id=partner_id, day=part["closed_on"])
        if part["outcome"] == "waiting" or tier != part["tier"]:
            await decide(tx, part["sale_id"], because="tier_changed", anew=(partner_id,))


async def accrue_waiting(tx: Tx, *, currency: str, after: str, most: int) -> str | None:
    """Decide anew the next sales that wait for a rate from this currency; returns where to go on, None at the end."""
    waiting = await tx.all(_WAITING, currency=currency, after=after, most=most)
    for part in waiting:
        await decide(tx, part["sale_id"], because=ARRIVED)
    return waiting[-1]["sale_id"] if len(waiting) == most else None


async def recalculate(tx: Tx, body: RecalculationIn, *, caller: Caller) -> Record:
    """Decide anew the sales of a range by the plans now in force; only differences are posted, as lines of their own.

    Raises TooManySales above 500 sales. Exchange rates stay those frozen on the lines.
    """
    vendor_only(caller)
    whole_tenant_only(tx.viewer)
    if body.to <= body.from_:
        raise Invalid(errors=[Fault("/to", "empty_period", "The end lies after the beginning.")])
    lines, sums = 0, dict[str, int]()
    async with tx.as_engine("a recalculation works out the sales of every partner"):
        found = await tx.all(_IN_RANGE, start=body.from_, end=body.to, partner_id=body.partner_id)
        if len(found) > MOST_RECALCULATED:
            raise TooManySales()
        anew = Everyone() if body.partner_id is None else (body.partner_id,)
        for sale in found:
            posted = await decide(tx, sale["sale_id"], because="recalculation", anew=anew)
            lines += posted.lines
            for currency, amount in posted.sums.items():
                sums[currency] = sums.get(currency, 0) + amount
    return await tx.insert(
        recalculations,
        id=body.id or tx.new_id("rcl"),
        partner_id=body.partner_id,
        period_from=body.from_,
        period_to=body.to,
        sales=len(found),
        lines=lines,
        differences=[{"amount": amount, "currency": currency} for currency, amount in sorted(sums.items())],
        requested_by=caller.account_id,
    )
