"""Figures about orders and sell-out, of those partners that the caller sees: read as the caller, behind the walls."""

from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Date,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal,
    select,
    union_all,
)

from services.deals.orders.tables import order_fulfilments, order_lines, order_returns, orders
from services.deals.sell_out.schemas import ChannelGapLineOut, ChannelGapOut, CompletionLineOut, OrderCompletionOut
from services.deals.sell_out.tables import pos_lines
from shared.db.filters import InvalidParameter
from shared.db.read import Read
from shared.db.statements import TENANT, Statement
from shared.errors import Fault

LONGEST: Final = timedelta(days=400)
USUAL: Final = timedelta(days=90)
MOST: Final = 500
# An order that was not accepted owes nothing to anybody.
_OWED: Final = ("accepted", "part_fulfilled", "fulfilled", "invoiced", "closed")
_FROM: Final = bindparam("start", type_=Date)
_TO: Final = bindparam("end", type_=Date)


def _whole(value: Any) -> ColumnElement[Any]:
    # A sum of 64-bit numbers is a numeric to the server; what is summed here is one of them again.
    return cast(func.coalesce(func.sum(value), 0), BigInteger)


_L, _O = order_lines.c, orders.c
_COMPLETION = Statement(
    select(
        _L.partner_id,
        func.count().label("due"),
        _whole(case((_L.completed_on <= _L.due_on, 1), else_=0)).label("on_time_in_full"),
    )
    .select_from(order_lines.join(orders, and_(_O.tenant_id == _L.tenant_id, _O.id == _L.order_id)))
    .where(
        _L.tenant_id == TENANT,
        _O.tenant_id == TENANT,
        _L.due_on >= _FROM,
        _L.due_on < _TO,
        _O.status == any_(bindparam("owed", value=list(_OWED), type_=ARRAY(Text))),
    )
    .group_by(_L.partner_id)
    .order_by(_L.partner_id)
    .limit(MOST)
)


def _moved(table: Any, day: str, *, sign: int) -> Any:
    """Pieces of each article that were delivered to a stock, or came back from it."""
    line = (
        func.jsonb_to_recordset(table.c.lines)
        .table_valued(column("sku", Text), column("quantity", BigInteger), name="line")
        .render_derived(with_types=True)
    )
    return (
        select(
            table.c.partner_id,
            line.c.sku,
            (line.c.quantity * sign).label("sell_in"),
            literal(0, BigInteger).label("sell_out"),
        )
        .select_from(
            table.join(orders, and_(_O.tenant_id == table.c.tenant_id, _O.id == table.c.order_id)).join(
                line, literal(1) == 1
            )
        )
        .where(
            table.c.tenant_id == TENANT,
            _O.tenant_id == TENANT,
            _O.kind == literal("sell_in", Text),
            table.c[day] >= _FROM,
            table.c[day] < _TO,
        )
    )


_MOVEMENTS = union_all(
    _moved(order_fulfilments, "fulfilled_on", sign=1),
    _moved(order_returns, "returned_on", sign=-1),
    select(pos_lines.c.partner_id, pos_lines.c.sku, literal(0, BigInteger), pos_lines.c.quantity).where(
        pos_lines.c.tenant_id == TENANT, pos_lines.c.sold_on >= _FROM, pos_lines.c.sold_on < _TO
    ),
).subquery("movements")
_GAP = Statement(
    select(
        _MOVEMENTS.c.partner_id,
        _MOVEMENTS.c.sku,
        _whole(_MOVEMENTS.c.sell_in).label("sell_in"),
        _whole(_MOVEMENTS.c.sell_out).label("sell_out"),
    )
    .group_by(_MOVEMENTS.c.partner_id, _MOVEMENTS.c.sku)
    .order_by(_MOVEMENTS.c.partner_id, _MOVEMENTS.c.sku)
    .limit(MOST)
)


def share(part: int, whole: int) -> str | None:
    """Return part divided by whole to four digits, half to even; None where there is no whole."""
    if whole <= 0:
        return None
    return str((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001"), rounding=ROUND_HALF_EVEN))


async def completion(read: Read, *, start: str | None, end: str | None, today: date) -> OrderCompletionOut:
    """Return order completion: lines delivered in full by their day, divided by lines due in `[start, end)`.

    Lines count from acceptance on, those of closed orders as well; the first 500 partners. Without an end it is today's,
    without a start 90 days before that.
    """
    first, last = _span(start, end, today=today)
    rows = await read.all(_COMPLETION, start=first, end=last)
    due, kept = sum(row["due"] for row in rows), sum(row["on_time_in_full"] for row in rows)
    return OrderCompletionOut.model_validate(
        {
            "object": "order_completion",
            "from": first,
            "to": last,
            "due": due,
            "on_time_in_full": kept,
            "rate": share(kept, due),
            "partners": [
                CompletionLineOut(
                    partner_id=row["partner_id"],
                    due=row["due"],
                    on_time_in_full=row["on_time_in_full"],
                    rate=share(row["on_time_in_full"], row["due"]),
                )
                for row in rows
            ],
        }
    )


async def channel_gap(read: Read, *, start: str | None, end: str | None, today: date) -> ChannelGapOut:
    """Return what partners took in and sold out in `[start, end)`, by article; the first 500 of them.

    Sell-in is deliveries of orders of the kind sell_in less what came back; sell-through is sell-out divided by sell-in.
    """
    first, last = _span(start, end, today=today)
    rows = await read.all(_GAP, start=first, end=last)
    return ChannelGapOut.model_validate(
        {
            "object": "channel_gap",
            "from": first,
            "to": last,
            "articles": [
                ChannelGapLineOut(
                    partner_id=row["partner_id"],
                    sku=row["sku"],
                    sell_in=row["sell_in"],
                    sell_out=row["sell_out"],
                    gap=row["sell_in"] - row["sell_out"],
                    sell_through=share(row["sell_out"], row["sell_in"]),
                )
                for row in rows
            ],
        }
    )


def _span(start: str | None, end: str | None, *, today: date) -> tuple[date, date]:
    last = today + timedelta(days=1) if end is None else _day("to", end)
    first = date.fromordinal(max(last.toordinal() - USUAL.days, 1)) if start is None else _day("from", start)
    if not timedelta() < last - first <= LONGEST:
        raise InvalidParameter(
            errors=[Fault("to", "out_of_range", "The end lies after the beginning, at most 400 days.")]
        )
    return first, last


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidParameter(errors=[Fault(name, "wrong_form", "A day is written as 2026-12-31.")]) from error
