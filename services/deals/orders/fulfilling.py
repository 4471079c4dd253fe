"""What happens to an accepted order: deliveries, returns, invoices, and its end. The vendor's systems record all of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.deals.consumption.commands import take_back_line
from services.deals.orders.counting import count_for_deal
from services.deals.orders.crediting import settle
from services.deals.orders.lifecycle import LIFECYCLE
from services.deals.orders.queries import (
    ORDER_FULFILMENTS,
    ORDER_INVOICES,
    ORDER_RETURNS,
    first_deliveries,
    lines_of,
    progress,
    recorded,
    serials_delivered,
)
from services.deals.orders.rules import (
    Moved,
    Progress,
    fault_of_day,
    fault_of_return_day,
    faults_of_fulfilment,
    faults_of_return,
    faults_of_serials,
    idle_actions,
    status_after,
)
from services.deals.orders.schemas import FulfilmentIn, OrderInvoiceIn, OrderReturnIn
from services.deals.orders.tables import order_fulfilments, order_invoices, order_lines, order_returns, orders
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Resource, Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Invalid, InvalidTransition
from shared.events.catalog.deals import Amount
from shared.events.catalog.orders import OrderClosed, OrderFulfilled, OrderInvoiced
from shared.values.days import latest_day


async def fulfil(tx: Tx, body: FulfilmentIn, *, order_id: str, version: int | None, caller: Caller) -> Row:
    """Record a delivery and count it for the order's deal; one that is recorded already changes nothing.

    Raises Invalid when more is delivered than is left of the order.
    """
    order, known = await _held(
        tx,
        ORDER_FULFILMENTS,
        order_id,
        action="fulfil",
        source_reference=body.source_reference,
        version=version,
        caller=caller,
    )
    moved = [Moved(each.line_id, each.quantity, tuple(each.serials)) for each in body.lines]
    if known is not None:
        return _same(order, known, day=("fulfilled_on", body.fulfilled_on), moved=moved)
    lines = {row["id"]: row for row in await lines_of(tx, order_id)}
    faults = faults_of_fulfilment(moved, progress([*lines.values()]))
    if any(each.serials for each in moved):
        skus = {line_id: line["sku"] for line_id, line in lines.items()}
        faults += faults_of_serials(moved, skus=skus, delivered=await serials_delivered(tx, order_id))
    _refuse(tx, order, faults, day=body.fulfilled_on, pointer="/fulfilled_on")
    told = [_line(lines[each.line_id], each) | {"serials": list(each.serials)} for each in moved]
    row = await tx.insert(
        order_fulfilments,
        id=tx.new_id("ful"),
        fulfilled_on=body.fulfilled_on,
        **_sums(order, told),
        source_reference=body.source_reference,
    )
    for each in moved:
        line = lines[each.line_id]
        fulfilled = line["fulfilled_quantity"] + each.quantity
        completed = {"completed_on": body.fulfilled_on} if fulfilled == line["quantity"] else {}
        lines[each.line_id] = await tx.update(order_lines, line, fulfilled_quantity=fulfilled, **completed)
    changed = await _brought_up_to_date(tx, order, lines, fulfilled_amount=order["fulfilled_amount"] + row["amount"])
    event = OrderFulfilled(
        order_id=order_id,
        partner_id=order["partner_id"],
        fulfilment_id=row["id"],
        quantity=row["quantity"],
        net=Amount(amount=row["amount"], currency=row["currency"]),
        fulfilled_on=body.fulfilled_on,
        complete=changed["status"] != "part_fulfilled",
    )
    tx.emit(event, subject=changed, audience=[order["partner_id"]])
    await count_for_deal(tx, changed, row, told, lines=lines)
    await settle(tx, changed)
    return changed


async def take_back(tx: Tx, body: OrderReturnIn, *, order_id: str, version: int | None, caller: Caller) -> Row:
    """Record what was given back, at the prices it was ordered for, and take it back from what it counted for.

    Raises Invalid when more is given back than was delivered; one that is recorded already changes nothing.
    """
    order, known = await _held(
        tx,
        ORDER_RETURNS,
        order_id,
        action="return",
        source_reference=body.source_reference,
        version=version,
        caller=caller,
    )
    moved = [Moved(each.line_id, each.quantity) for each in body.lines]
    if known is not None:
        return _same(order, known, day=("returned_on", body.returned_on), moved=moved)
    lines = {row["id"]: row for row in await lines_of(tx, order_id)}
    faults = faults_of_return(moved, progress([*lines.values()]))
    first = await first_deliveries(tx, order_id)
    delivered_on = [first[each.line_id] for each in moved if each.line_id in first]
    early = fault_of_return_day(body.returned_on, delivered_on=delivered_on, pointer="/returned_on")
    faults += [] if early is None else [early]
    _refuse(tx, order, faults, day=body.returned_on, pointer="/returned_on")
    row = await tx.insert(
        order_returns,
        id=tx.new_id("oret"),
        returned_on=body.returned_on,
        **_sums(order, [_line(lines[each.line_id], each) for each in moved]),
        reason=body.reason,
        source_reference=body.source_reference,
    )
    for each in moved:
        line = lines[each.line_id]
        await tx.update(order_lines, line, returned_quantity=line["returned_quantity"] + each.quantity)
        await take_back_line(tx, line, quantity=each.quantity, return_id=row["id"], returned_on=body.returned_on)
    changed = await tx.update(orders, order, returned_amount=order["returned_amount"] + row["amount"])
    await settle(tx, changed)
    return changed


async def invoice(
    tx: Tx, body: OrderInvoiceIn, *, kind: str, order_id: str, version: int | None, caller: Caller
) -> Row:
    """Record an invoice or a credit note by its number; one that is recorded already changes nothing.

    What is credited is taken back from what the order counts for, as far as it was delivered and kept.

    Raises Invalid when more is invoiced than was ordered, or more credited than was invoiced.
    """
    action = "invoice" if kind == "invoice" else "credit"
    order, known = await _held(
        tx,
        ORDER_INVOICES,
        order_id,
        action=action,
        source_reference=body.source_reference,
        version=version,
        caller=caller,
    )
    amount = body.amount
    if known is not None:
        said = (kind, body.number, amount.amount, amount.currency, body.issued_on)
        if said != tuple(known[name] for name in ("kind", "number", "amount", "currency", "issued_on")):
            raise AlreadyExists()
        return order
    most = order["amount"] - order["invoiced_amount"] if kind == "invoice" else order["invoiced_amount"]
    faults: list[Fault] = []
    if amount.currency != order["currency"]:
        faults.append(Fault("/amount/currency", "currency_mismatch", "The order is in another currency."))
    elif amount.amount > most:
        faults.append(
            Fault("/amount/amount", "exceeds_order", "It comes to more than is left to be invoiced or credited.")
        )
    _refuse(tx, order, faults, day=body.issued_on, pointer="/issued_on")
    row = await tx.insert(
        order_invoices,
        id=tx.new_id("oinv"),
        order_id=order_id,
        partner_id=order["partner_id"],
        kind=kind,
        number=body.number,
        amount=amount.amount,
        currency=amount.currency,
        issued_on=body.issued_on,
        source_reference=body.source_reference,
    )
    signed = amount.amount if kind == "invoice" else -amount.amount
    invoiced = order["invoiced_amount"] + signed
    if kind == "invoice" and order["status"] not in ("invoiced", "closed"):
        lines = {each["id"]: each for each in await lines_of(tx, order_id)}
        changed = await _brought_up_to_date(tx, order, lines, invoiced_amount=invoiced)
    else:
        # What was invoiced or closed stays so: a credit note is a document of its own, and so is the invoice that corrects it.
        changed = await tx.update(orders, order, invoiced_amount=invoiced)
    event = OrderInvoiced(
        order_id=order_id,
        partner_id=order["partner_id"],
        invoice_id=row["id"],
        kind=kind,
        amount=Amount(amount=row["amount"], currency=row["currency"]),
    )
    tx.emit(event, subject=changed, audience=[order["partner_id"]])
    await settle(tx, changed)
    return changed


async def close(tx: Tx, *, order_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """End an order; what was not delivered of it is not delivered any more."""
    vendor_only(caller)
    order = await tx.lock_for(orders, order_id, action="close", lifecycle=LIFECYCLE, version=version)
    closed = await tx.update(orders, order, status="closed", decision_reason=reason)
    event = OrderClosed(order_id=order_id, partner_id=order["partner_id"])
    tx.emit(event, subject=closed, audience=[order["partner_id"]])
    return closed


async def _held(
    tx: Tx,
    resource: Resource,
    order_id: str,
    *,
    action: str,
    source_reference: str | None,
    version: int | None,
    caller: Caller,
) -> tuple[Record, Record | None]:
    """Hold an order for an action, and return with it what is recorded of the same source already.

    A repetition is looked for first: its first arrival has changed the order's state and version.
    """
    vendor_only(caller)
    order = await tx.lock(orders, order_id)
    known = await recorded(tx, resource, order_id=order_id, source_reference=source_reference)
    if known is None:
        LIFECYCLE.require(order["status"], action)
        if action in idle_actions(order["status"], amount=order["amount"], invoiced=order["invoiced_amount"]):
            raise InvalidTransition("Nothing of the order is left to be invoiced or credited.")
        require_version(order, version)
    return order, known


def _same(order: Record, known: Record, *, day: tuple[str, date], moved: Sequence[Moved]) -> Record:
    """Return the order when what is sent is what is recorded; raises AlreadyExists when the source says something else now."""
    told = [(each["line_id"], each["quantity"], tuple(each.get("serials", ()))) for each in known["lines"]]
    if known[day[0]] != day[1] or told != [(each.line_id, each.quantity, each.serials) for each in moved]:
        raise AlreadyExists()
    return order


def _refuse(tx: Tx, order: Row, faults: list[Fault], *, day: date, pointer: str) -> None:
    wrong = fault_of_day(day, ordered_on=order["ordered_on"], today=latest_day(tx.now), pointer=pointer)
    if wrong is not None:
        faults = [*faults, wrong]
    if faults:
        raise Invalid(errors=faults)


def _line(line: Row, moved: Moved) -> dict[str, Any]:
    amount = {"amount": moved.quantity * line["unit_price"], "currency": line["currency"]}
    return {"line_id": line["id"], "sku": line["sku"], "quantity": moved.quantity, "amount": amount}


def _sums(order: Row, told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "order_id": order["id"],
        "partner_id": order["partner_id"],
        "lines": list(told),
        "quantity": sum(each["quantity"] for each in told),
        "amount": sum(each["amount"]["amount"] for each in told),
        "currency": order["currency"],
    }


async def _brought_up_to_date(tx: Tx, order: Record, lines: dict[str, Record], **sums: int) -> Record:
    known: list[Progress] = [*progress([*lines.values()]).values()]
    invoiced = sums["invoiced_amount"] if "invoiced_amount" in sums else order["invoiced_amount"]
    status = status_after(known, amount=order["amount"], invoiced=invoiced)
    return await tx.update(orders, order, status=status, **sums)
