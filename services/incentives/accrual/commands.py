"""Writes of accrual: a sale or a return takes effect once, whatever the order and number of its arrivals."""

from datetime import date, datetime
from typing import Final

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
from shared.events.catalog.orders import OrderMatched, OrderReturned

MOST_RECALCULATED: Final = 500
# Reason of corrections to other sales when one arrives, or is decided, for the first time.
ARRIVED: Final = "late_event"
# Reason of corrections when the split of a deal changes.
SHARED: Final = "split_changed"


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
    if not await _take_in(tx, won, sale_id=won.deal_id, source="deals", sold_on=won.closed_on, at=won.won_at):
        return
    await decide(tx, won.deal_id, because=ARRIVED)
    # A component that was paid from deliveries when these came, and is paid at the win by the day of the win, pays once.
    for match_id in await store.paid_twice(tx, won.deal_id):
        await decide(tx, match_id, because=ARRIVED, anew=Everyone())


async def count(tx: Tx, matched: OrderMatched) -> None:
    """Accrue what was delivered or sold out on a deal, by the components that are paid from orders, once for each match.

    It happened at `tx.now`; split, rates, tier and plan are those of `happened_on`.
    """
    if not await _take_in(
        tx, matched, sale_id=matched.match_id, source="orders", sold_on=matched.happened_on, at=tx.now
    ):
        return
    await decide(tx, matched.match_id, because=ARRIVED)


async def _take_in(
    tx: Tx, sold: DealWon | OrderMatched, *, sale_id: str, source: str, sold_on: date, at: datetime
) -> bool:
    """Store a sale when its deal's turn comes; tells whether it was not there yet."""
    await parts.take_turn(tx, sold.deal_id)
    try:
        await tx.insert(
            sales,
            id=sale_id,
            source=source,
            deal_id=sold.deal_id,
            # A sale from before the registration was transferred is that of the partner who had it then.
            partner_id=sold.credited_partner_id or sold.partner_id,
            customer_id=sold.customer_id,
            product_family=sold.product_family,
            country=sold.country,
            amount=sold.net.amount,
            currency=sold.net.currency,
            closed_on=sold_on,
            won_at=at,
            lead_id=sold.lead_id,
        )
    except AlreadyExists:
        return False
    return True


async def take_back(tx: Tx, returned: DealReturned | OrderReturned, *, sale_id: str) -> None:
    """Take back what a return's share of the sale has earned, from each partner on its original terms, once.

    A return that arrives before its sale is kept, and taken account of when the sale arrives.
    """
    await parts.take_turn(tx, returned.deal_id)
    stored = await tx.add(
        returns,
        return_id=returned.return_id,
        sale_id=sale_id,
        partner_id=returned.partner_id,
        amount=returned.net.amount,
        currency=returned.net.currency,
        returned_on=returned.returned_on,
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
