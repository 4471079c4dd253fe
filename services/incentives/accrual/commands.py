"""Writes of accrual: a sale or a return takes effect once, whatever the order and number of its arrivals."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, or_, select

from services.incentives.accrual import posting, store
from services.incentives.accrual.posting import Posted
from services.incentives.accrual.resolution import resolve
from services.incentives.accrual.schemas import RecalculationIn
from services.incentives.accrual.tables import recalculations, returns, sales
from services.incentives.directory import commands as directory
from services.incentives.exchange.rules import Rate
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import AlreadyExists, Fault, Invalid, NotFound
from shared.events.catalog.deals import DealReturned, DealWon

MOST_RECALCULATED: Final = 500
# Reason of corrections to other sales when one arrives, or is decided, for the first time.
ARRIVED: Final = "late_event"


class TooManySales(Invalid):
    """The range holds more sales than one recalculation takes; narrow it."""

    code, title = "too_many_sales", "Too many sales"


_OF_PARTNER = Statement(
    select(sales)
    .where(
        sales.c.tenant_id == TENANT,
        sales.c.partner_id == bindparam("partner_id"),
        or_(sales.c.closed_on >= bindparam("since"), sales.c.outcome == "waiting"),
    )
    .order_by(sales.c.closed_on, sales.c.id)
)
_WAITING = Statement(
    select(sales)
    .where(
        sales.c.tenant_id == TENANT,
        sales.c.outcome == "waiting",
        sales.c.currency == bindparam("currency"),
        sales.c.id > bindparam("after"),
    )
    .order_by(sales.c.id)
    .limit(bindparam("most"))
)
_IN_RANGE = Statement(
    select(sales)
    .where(
        sales.c.tenant_id == TENANT,
        sales.c.closed_on >= bindparam("start"),
        sales.c.closed_on < bindparam("end"),
        or_(
            bindparam("partner_id", type_=sales.c.partner_id.type).is_(None),
            sales.c.partner_id == bindparam("partner_id"),
        ),
    )
    .order_by(sales.c.partner_id, sales.c.closed_on, sales.c.id)
    .limit(MOST_RECALCULATED + 1)
)


async def accrue(tx: Tx, won: DealWon) -> None:
    """Accrue every component a won deal matches, once; a repetition changes nothing.

    `tx.now` is only when it was learned of: rates, tier and plan are those of `closed_on`.
    """
    # A sale from before the registration was transferred is that of the partner who had it then.
    partner_id = won.credited_partner_id or won.partner_id
    await directory.partner(tx, partner_id)
    try:
        sale = await tx.insert(
            sales,
            id=won.deal_id,
            partner_id=partner_id,
            customer_id=won.customer_id,
            product_family=won.product_family,
            country=won.country,
            amount=won.net.amount,
            currency=won.net.currency,
            closed_on=won.closed_on,
            won_at=won.won_at,
            lead_id=won.lead_id,
            outcome="waiting",
            tier=None,
            rules=[],
            reasons=[],
        )
    except AlreadyExists:
        return
    await consider(tx, sale, because=ARRIVED)


async def take_back(tx: Tx, returned: DealReturned) -> None:
    """Take back what a return's share of the sale has earned, on its original terms, once.

    A return that arrives before its sale is kept, and taken account of when the sale arrives.
    """
    partner = await directory.partner(tx, returned.partner_id)
    stored = await tx.add(
        returns,
        return_id=returned.return_id,
        deal_id=returned.deal_id,
        partner_id=returned.partner_id,
        amount=returned.net.amount,
        currency=returned.net.currency,
        returned_on=returned.returned_on,
        recorded_at=tx.now,
    )
    if stored is None:
        return
    try:
        sale = await tx.lock(sales, returned.deal_id)
    except NotFound:
        return
    await posting.apply(
        tx, sale, matches=None, held=_is_held(partner), tier=sale["tier"], country=None, because=ARRIVED
    )


async def consider(tx: Tx, sale: Record, *, because: str) -> Posted:
    """Decide what a sale earns by the plans, tier and rates as they are known now, and post the difference.

    A sale that has to wait keeps what was posted for it before.
    """
    partner = await directory.partner(tx, sale["partner_id"])
    sale = await tx.lock(sales, sale["id"])
    resolution = await resolve(tx, sale, partner, frozen=await _frozen(tx, sale["id"]))
    sale = await tx.update(
        sales,
        sale,
        outcome=resolution.outcome,
        tier=resolution.tier,
        rules=[each.model_dump() for each in resolution.rules],
        reasons=[asdict(each) for each in resolution.reasons],
    )
    if resolution.outcome == "waiting":
        return Posted(0, {})
    return await posting.apply(
        tx,
        sale,
        matches=resolution.matches,
        held=_is_held(partner),
        tier=resolution.tier,
        country=None if partner is None else partner["country"],
        because=because,
    )


async def reconsider_partner(tx: Tx, *, partner_id: str, since: date) -> None:
    """Decide anew the sales of a partner that waited for it, or whose tier on their day is known differently now."""
    for sale in await tx.all(_OF_PARTNER, partner_id=partner_id, since=since):
        tier = await directory.tier_on(tx, partner_id=partner_id, day=sale["closed_on"])
        if sale["outcome"] == "waiting" or tier != sale["tier"]:
            await consider(tx, sale, because="tier_changed")


async def accrue_waiting(tx: Tx, *, currency: str, after: str, most: int) -> str | None:
    """Decide anew the next sales that wait for a rate from this currency; returns where to go on, None at the end."""
    waiting = await tx.all(_WAITING, currency=currency, after=after, most=most)
    for sale in waiting:
        await consider(tx, sale, because=ARRIVED)
    return waiting[-1]["id"] if len(waiting) == most else None


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
        for sale in found:
            posted = await consider(tx, sale, because="recalculation")
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


async def _frozen(tx: Tx, deal_id: str) -> Mapping[str, Rate]:
    known = await store.credits_of(tx, deal_id=deal_id)
    return {row["currency"]: posting.thawed(row["fx"]) for row in known if row["fx"] is not None}


def _is_held(partner: Mapping[str, Any] | None) -> bool:
    return partner is not None and partner["status"] == "suspended"
