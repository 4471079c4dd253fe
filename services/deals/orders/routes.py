"""The nouns `orders` and `order-lines`."""

from services.deals.directory.rules import PartnerNotActive
from services.deals.orders import commands, deciding, fulfilling
from services.deals.orders.queries import (
    ORDER_FULFILMENTS,
    ORDER_INVOICES,
    ORDER_LINES,
    ORDER_RETURNS,
    ORDERS,
)
from services.deals.orders.rules import OnCreditHold
from services.deals.orders.schemas import (
    FulfilmentIn,
    OrderFulfilmentOut,
    OrderIn,
    OrderInvoiceIn,
    OrderInvoiceOut,
    OrderLineOut,
    OrderOut,
    OrderPatch,
    OrderReturnIn,
    OrderReturnOut,
)
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.models import ReasonIn, list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("orders")
router.lists(ORDERS, OrderOut, summary="Orders the caller may see, newest first.")
router.reads(ORDERS, OrderOut, summary="One order.")

lines = Router("order-lines")
lines.lists(ORDER_LINES, OrderLineOut, summary="Lines of orders the caller may see, newest first.")
lines.reads(ORDER_LINES, OrderLineOut, summary="One line of an order.")

_WRITE, _APPROVE = "orders:write", "orders:approve"


@router.post(permission=_WRITE, returns=ORDERS, out=OrderOut, status=201, problems=[AlreadyExists])
async def create_order(body: OrderIn, tx: Tx, caller: Principal) -> Row:
    """Draft an order with its lines. Nothing is checked before it is submitted."""
    return await commands.draft(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[AlreadyExists])
async def change_order(id: str, body: OrderPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change an order before it is accepted; lines given replace those that were there."""
    return await commands.change(tx, body, order_id=id, version=version, caller=caller)


@router.post("/{id}/submit", permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[PartnerNotActive])
async def submit_order(id: str, tx: Tx, version: Version) -> Row:
    """Hand an order in: its checks leave it submitted, validated, accepted or rejected, with their trace."""
    return await deciding.submit(tx, order_id=id, version=version)


@router.post("/{id}/validate", permission=_APPROVE, returns=ORDERS, out=OrderOut)
async def validate_order(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Let an order pass that a check has referred to a person."""
    return await deciding.validate(tx, order_id=id, reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/accept", permission=_APPROVE, returns=ORDERS, out=OrderOut, problems=[OnCreditHold, PartnerNotActive]
)
async def accept_order(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Accept a validated order."""
    return await deciding.accept(tx, order_id=id, reason=body.reason, version=version, caller=caller)


@router.post("/{id}/reject", permission=_APPROVE, returns=ORDERS, out=OrderOut)
async def reject_order(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Reject an order."""
    return await deciding.reject(tx, order_id=id, reason=body.reason, version=version, caller=caller)


@router.post("/{id}/cancel", permission=_WRITE, returns=ORDERS, out=OrderOut)
async def cancel_order(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Call an order off before anything of it was delivered; an accepted one is called off by the vendor."""
    return await deciding.cancel(tx, order_id=id, reason=body.reason, version=version, caller=caller)


@router.post("/{id}/fulfil", permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[AlreadyExists])
async def fulfil_order(id: str, body: FulfilmentIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record a delivery, whole or in part; it counts for the order's deal."""
    return await fulfilling.fulfil(tx, body, order_id=id, version=version, caller=caller)


@router.get("/{id}/fulfilments", permission="orders:read", out=list_of(OrderFulfilmentOut), listing=ORDER_FULFILMENTS)
async def list_order_fulfilments(id: str, read: Read, request: Http) -> Page:
    """What was delivered of an order, newest first."""
    await read.get(ORDERS, id)
    return await read.page(ORDER_FULFILMENTS, request.query, order_id=id)


@router.post("/{id}/return", permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[AlreadyExists])
async def return_order(id: str, body: OrderReturnIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record what was given back of what was delivered, at the prices it was ordered for."""
    return await fulfilling.take_back(tx, body, order_id=id, version=version, caller=caller)


@router.get("/{id}/returns", permission="orders:read", out=list_of(OrderReturnOut), listing=ORDER_RETURNS)
async def list_order_returns(id: str, read: Read, request: Http) -> Page:
    """What was given back of an order, newest first."""
    await read.get(ORDERS, id)
    return await read.page(ORDER_RETURNS, request.query, order_id=id)


@router.post("/{id}/invoice", permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[AlreadyExists])
async def invoice_order(id: str, body: OrderInvoiceIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record an invoice by its number; an order is invoiced when all of it is delivered and invoiced."""
    return await fulfilling.invoice(tx, body, kind="invoice", order_id=id, version=version, caller=caller)


@router.post("/{id}/credit", permission=_WRITE, returns=ORDERS, out=OrderOut, problems=[AlreadyExists])
async def credit_order(id: str, body: OrderInvoiceIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Record a credit note by its number."""
    return await fulfilling.invoice(tx, body, kind="credit_note", order_id=id, version=version, caller=caller)


@router.get("/{id}/invoices", permission="orders:read", out=list_of(OrderInvoiceOut), listing=ORDER_INVOICES)
async def list_order_invoices(id: str, read: Read, request: Http) -> Page:
    """The invoices and credit notes of an order, newest first."""
    await read.get(ORDERS, id)
    return await read.page(ORDER_INVOICES, request.query, order_id=id)


@router.post("/{id}/close", permission=_WRITE, returns=ORDERS, out=OrderOut)
async def close_order(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """End an order; what was not delivered is not delivered any more."""
    return await fulfilling.close(tx, order_id=id, reason=body.reason, version=version, caller=caller)
