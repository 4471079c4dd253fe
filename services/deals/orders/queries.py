"""Reading orders, their lines, and what happened to them."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ARRAY, BigInteger, Text, any_, bindparam, cast, delete, func, select

from services.deals.directory.queries import is_inactive
from services.deals.orders.lifecycle import LIFECYCLE, UNDELIVERED
from services.deals.orders.rules import Progress, idle_actions
from services.deals.orders.tables import order_fulfilments, order_invoices, order_lines, order_returns, orders
from services.deals.registrations.queries import trace_for_partner
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, money, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _customer(row: Row) -> dict[str, str | None] | None:
    if row["customer_name"] is None:
        return None
    return {name: row[f"customer_{name}"] for name in ("name", "domain", "country", "tax_id")}


def _ruled_out(row: Row, caller: Caller) -> Collection[str]:
    """From its acceptance only the vendor calls an order off; the lines of a quote stay what the customer has accepted.

    Nothing is invoiced or credited of which nothing is left, and nothing new is sold to whoever is not active or on hold.
    """
    out = [*idle_actions(row["status"], amount=row["amount"], invoiced=row["invoiced_amount"])]
    if row["partner_is_inactive"]:
        out += ("submit", "accept")
    if row["credit_hold"]:
        out.append("accept")
    if row["quote_id"] is not None:
        out.append("lines")
    if row["status"] == "accepted" and not is_vendor_side(caller):
        out.append("cancel")
    return out


ORDERS = Resource(
    "order",
    orders,
    (
        "partner_id",
        "kind",
        "status",
        "number",
        "bill_to_partner_id",
        "sell_to_partner_id",
        "deal_id",
        "quote_id",
        computed("customer", _customer, "customer_name", "customer_domain", "customer_country", "customer_tax_id"),
        money("amount"),
        "quantity",
        "ordered_on",
        "due_on",
        "credit_hold",
        "created_by",
        "submitted_at",
        withheld("decision_trace", shown=trace_for_partner),
        "policy_version",
        "decided_at",
        "decision_reason",
        money("fulfilled", amount="fulfilled_amount"),
        money("returned", amount="returned_amount"),
        money("invoiced", amount="invoiced_amount"),
    ),
    expands={
        "partner_id": "partners",
        "bill_to_partner_id": "partners",
        "sell_to_partner_id": "partners",
        "deal_id": "deals",
        "quote_id": "quotes",
    },
    permission="orders:read",
    filters=("status", "partner_id", "kind", "deal_id", "quote_id", "number", "ordered_on", "due_on", "credit_hold"),
    lifecycle=LIFECYCLE,
    ruled_out=_ruled_out,
    beside={"partner_is_inactive": is_inactive(orders.c.partner_id)},
)
ORDER_LINES = Resource(
    "order_line",
    order_lines,
    (
        "order_id",
        "partner_id",
        "position",
        "sku",
        "product_family",
        "description",
        "quantity",
        money("unit_price"),
        money("amount"),
        "due_on",
        "fulfilled_quantity",
        "returned_quantity",
        "completed_on",
    ),
    expands={"order_id": "orders", "partner_id": "partners"},
    permission="orders:read",
    filters=("order_id", "partner_id", "sku", "due_on"),
)
ORDER_FULFILMENTS = Resource(
    "order_fulfilment",
    order_fulfilments,
    ("order_id", "partner_id", "fulfilled_on", "lines", "quantity", money("amount"), "source_reference"),
    expands={"order_id": "orders", "partner_id": "partners"},
    permission="orders:read",
)
ORDER_RETURNS = Resource(
    "order_return",
    order_returns,
    ("order_id", "partner_id", "returned_on", "lines", "quantity", money("amount"), "reason", "source_reference"),
    expands={"order_id": "orders", "partner_id": "partners"},
    permission="orders:read",
)
ORDER_INVOICES = Resource(
    "order_invoice",
    order_invoices,
    ("order_id", "partner_id", "kind", "number", money("amount"), "issued_on", "source_reference"),
    expands={"order_id": "orders", "partner_id": "partners"},
    permission="orders:read",
    filters=("kind",),
)

_LINES = Statement(
    select(order_lines)
    .where(order_lines.c.tenant_id == TENANT, order_lines.c.order_id == bindparam("order"))
    .order_by(order_lines.c.position)
)
_O = orders.c
_UNDELIVERED = Statement(
    # A sum of 64-bit numbers is a numeric to the server; what is summed here is one of them again.
    select(cast(func.coalesce(func.sum(_O.amount - _O.fulfilled_amount), 0), BigInteger)).where(
        _O.tenant_id == TENANT,
        _O.deal_id == any_(bindparam("deals", type_=ARRAY(Text(collation="C")))),
        _O.status == any_(bindparam("undelivered", value=list(UNDELIVERED), type_=ARRAY(Text))),
        _O.kind != "sell_in",
        _O.currency == bindparam("owed_in"),
        _O.id != bindparam("besides"),
    )
)
DROP_LINES = Statement(
    delete(order_lines).where(order_lines.c.tenant_id == TENANT, order_lines.c.order_id == bindparam("order"))
)
_FULFILMENTS = Statement(
    select(order_fulfilments.c.fulfilled_on, order_fulfilments.c.lines).where(
        order_fulfilments.c.tenant_id == TENANT, order_fulfilments.c.order_id == bindparam("order")
    )
)
_BY_SOURCE = {
    table: Statement(
        select(table).where(
            table.c.tenant_id == TENANT,
            table.c.order_id == bindparam("order"),
            table.c.source_reference == bindparam("source"),
        )
    )
    for table in (order_fulfilments, order_returns, order_invoices)
}


async def lines_of(tx: Tx, order_id: str) -> list[Record]:
    """Return the lines of an order in their order."""
    return await tx.all(_LINES, order=order_id)


async def ordered_besides(tx: Tx, order: Row, deal_ids: Sequence[str]) -> int:
    """Return what other orders for these deals, which passed their checks or a person, still have to be delivered, in minor units."""
    return int(await tx.value(_UNDELIVERED, besides=order["id"], deals=list(deal_ids), owed_in=order["currency"]))


async def serials_delivered(tx: Tx, order_id: str) -> set[tuple[str, str]]:
    """Return the serial numbers of what was delivered of an order, each with its SKU."""
    rows = await tx.all(_FULFILMENTS, order=order_id)
    return {(line["sku"], serial) for row in rows for line in row["lines"] for serial in line["serials"]}


async def first_deliveries(tx: Tx, order_id: str) -> dict[str, date]:
    """Return the days on which the lines of an order were first delivered, by their ids."""
    found: dict[str, date] = {}
    for row in await tx.all(_FULFILMENTS, order=order_id):
        for line in row["lines"]:
            found[line["line_id"]] = min(row["fulfilled_on"], found.get(line["line_id"], row["fulfilled_on"]))
    return found


async def recorded(tx: Tx, resource: Resource, *, order_id: str, source_reference: str | None) -> Record | None:
    """Return what was recorded of an order under this id of another system, if it was."""
    if source_reference is None:
        return None
    return await tx.first(_BY_SOURCE[resource.table], order=order_id, source=source_reference)


def progress(lines: Sequence[Row]) -> dict[str, Progress]:
    """Return how far the lines of an order have come, by their ids."""
    return {
        row["id"]: Progress(row["id"], row["quantity"], row["fulfilled_quantity"], row["returned_quantity"])
        for row in lines
    }
