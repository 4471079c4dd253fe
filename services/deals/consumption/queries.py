"""Reading matches, and how much of a deal they use up."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, any_, bindparam, cast, func, select

from services.deals.consumption.rules import Consumption
from services.deals.consumption.schemas import ConsumptionOut
from services.deals.consumption.tables import order_matches
from services.deals.registrations.queries import DEALS, latest
from services.deals.registrations.tables import deals
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource, Row, money, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.web.models import MoneyOut

_M = order_matches.c
ORDER_MATCHES = Resource(
    "order_match",
    order_matches,
    (
        "partner_id",
        "deal_id",
        "source",
        "order_id",
        withheld("pos_line_id"),
        "sku",
        "product_family",
        "quantity",
        money("unit_price"),
        money("amount"),
        "happened_on",
        "returned_quantity",
        money("returned", amount="returned_amount"),
        "undone_at",
    ),
    expands={"partner_id": "partners", "deal_id": "deals"},
    permission="order-matches:read",
    filters=("partner_id", "deal_id", "order_id", "source", "happened_on"),
)


def _sum(value: ColumnElement[int]) -> ColumnElement[Any]:
    # A sum of 64-bit numbers is a numeric to the server; what is summed here is one of them again.
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


_IDS = ARRAY(Text(collation="C"))
_SUMS = Statement(
    select(
        _M.currency,
        _sum(_M.amount - _M.returned_amount).label("amount"),
        _sum(_M.quantity - _M.returned_quantity).label("quantity"),
        _sum(_M.returned_quantity).label("returned_quantity"),
    )
    .where(_M.tenant_id == TENANT, _M.deal_id == any_(bindparam("deals", type_=_IDS)))
    .group_by(_M.currency)
    .order_by(_M.currency)
)
# One after the other, so that no two find the same room in a registration.
_HOLD: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || $2 || ' consumption', 0))"
_DELIVERED = Statement(
    select(_M.id)
    .where(
        _M.tenant_id == TENANT,
        _M.deal_id == any_(bindparam("deals", type_=_IDS)),
        _M.source == "fulfilment",
        _M.sku == bindparam("wanted_sku"),
        _M.quantity > _M.returned_quantity,
    )
    .limit(1)
)
_OF_LINE = Statement(
    select(order_matches)
    .where(_M.tenant_id == TENANT, _M.order_line_id == bindparam("line"))
    .order_by(_M.happened_on.desc(), _M.created_at.desc(), _M.id.desc())
    .with_for_update()
)
_OF_REPORTED = Statement(
    select(order_matches)
    .where(_M.tenant_id == TENANT, _M.pos_line_id == bindparam("line"), _M.undone_at.is_(None))
    .order_by(_M.id)
    .with_for_update()
)


def registered(deal: Row) -> tuple[int | None, str | None]:
    """Return what a deal stands for, and in which currency: what it was won with, else what it was registered with."""
    if deal["net_amount"] is not None:
        return deal["net_amount"], deal["net_currency"]
    return deal["amount"], deal["currency"]


async def held_registration(tx: Tx, deal: Row) -> list[Row]:
    """Return the deals that a registration has been by transfers, who has it now first; as the engine.

    What counts for it takes effect one after the other, until the transaction ends.
    """
    found = [await latest(tx, deal)]
    while found[-1]["record_since"] is not None:
        found.append(await tx.fetch(deals, found[-1]["predecessor_id"]))
    await tx.connection.execute(_HOLD, tx.tenant_id, found[-1]["id"])
    return found


async def remaining_of(tx: Tx, registration: Sequence[Row], *, currency: str) -> int | None:
    """Return what is left of a registration in this currency; None where it has no amount in it.

    Whoever took it over without an amount of its own has what its predecessor left.
    """
    measured = next((at for at, each in enumerate(registration) if registered(each)[0] is not None), None)
    if measured is None:
        return None
    amount, own = registered(registration[measured])
    if own != currency:
        return None
    sums = await tx.all(_SUMS, deals=[each["id"] for each in registration[: measured + 1]])
    return Consumption(amount, sum(each["amount"] for each in sums if each["currency"] == currency)).remaining


async def is_delivered(tx: Tx, registration: Sequence[Row], sku: str) -> bool:
    """Tell whether deliveries of this SKU count for a registration that were not given back."""
    return await tx.first(_DELIVERED, deals=[each["id"] for each in registration], wanted_sku=sku) is not None


async def matches_of_line(tx: Tx, line_id: str) -> list[Record]:
    """Return the matches of a line of an order, held, the last delivered first."""
    return await tx.all(_OF_LINE, line=line_id)


async def matches_of_reported(tx: Tx, line_id: str) -> list[Record]:
    """Return what counts of a reported line, held, whether or not it was given back."""
    return await tx.all(_OF_REPORTED, line=line_id)


async def consumption_of(read: Read, *, deal_id: str) -> ConsumptionOut:
    """Return how much of a deal was delivered or sold out, net of returns; raises NotFound for a deal out of reach."""
    deal = await read.get(DEALS, deal_id)
    sums = await read.all(_SUMS, deals=[deal_id])
    amount, currency = registered(deal)
    used = Consumption(amount, sum(each["amount"] for each in sums if each["currency"] == currency))
    return ConsumptionOut(
        object="deal_consumption",
        deal_id=deal_id,
        partner_id=deal["partner_id"],
        registered=_money(amount, currency),
        consumed=[MoneyOut(amount=each["amount"], currency=each["currency"]) for each in sums],
        remaining=_money(used.remaining, currency),
        exceeded=used.exceeded,
        quantity=sum(each["quantity"] for each in sums),
        returned_quantity=sum(each["returned_quantity"] for each in sums),
    )


def _money(amount: int | None, currency: str | None) -> MoneyOut | None:
    return None if amount is None or currency is None else MoneyOut(amount=amount, currency=currency)
