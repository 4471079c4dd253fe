"""Drafting and changing orders."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.deals.bundles.families import families_of, family_of, fault_of_family
from services.deals.directory.queries import partner_of
from services.deals.orders.lifecycle import LIFECYCLE
from services.deals.orders.parties import deal_ordered_for, named_partner
from services.deals.orders.queries import DROP_LINES
from services.deals.orders.rules import Priced, faults_of_lines, total
from services.deals.orders.schemas import OrderIn, OrderLineIn, OrderPatch, OrderTermsIn
from services.deals.orders.tables import order_lines, orders
from services.deals.products.queries import BY_CODE
from services.deals.screening.schemas import NamedCustomerIn
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Forbidden, Invalid, InvalidTransition

Families = Mapping[str, Collection[str]]
"""The product families of SKUs, as the catalogue has them."""


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders, for which deal and of which accepted quote, where there are such."""

    partner_id: str
    deal_id: str | None
    quote_id: str | None = None


async def draft(tx: Tx, body: OrderIn, *, caller: Caller) -> Row:
    """Draft an order for the caller's partner, or for the partner the vendor names; nothing is checked yet.

    Raises Invalid for a partner or deal out of reach, AlreadyExists when the partner has an order of this number.
    """
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner the order is of.")])
    buyer = Buyer((await partner_of(tx, partner_id)).id, body.deal_id)
    return await store(
        tx, body, buyer=buyer, customer=body.customer, currency=body.currency, lines=body.lines, caller=caller
    )


async def store(
    tx: Tx,
    body: OrderTermsIn,
    *,
    buyer: Buyer,
    customer: NamedCustomerIn | None,
    currency: str,
    lines: Sequence[OrderLineIn],
    caller: Caller,
) -> Row:
    """Store a draft with its lines; raises as `draft` does."""
    partner_id = buyer.partner_id
    _require_vendor_for_hold(caller, named=body.credit_hold is not None)
    billed = await named_partner(tx, body.bill_to_partner_id, buyer=partner_id, member="bill_to_partner_id")
    sold_to = await named_partner(tx, body.sell_to_partner_id, buyer=partner_id, member="sell_to_partner_id")
    if buyer.deal_id is not None:
        await deal_ordered_for(tx, buyer.deal_id, partners=(partner_id, sold_to), currency=currency)
    families = await families_of(tx, {line.sku for line in lines})
    priced = await _priced(tx, lines, families)
    order = await tx.insert(
        orders,
        id=body.id or tx.new_id("ord"),
        partner_id=partner_id,
        kind=body.kind,
        status="draft",
        number=body.number,
        bill_to_partner_id=billed or partner_id,
        sell_to_partner_id=sold_to,
        deal_id=buyer.deal_id,
        quote_id=buyer.quote_id,
        customer_name=customer.name if customer else None,
        customer_domain=customer.domain if customer else None,
        customer_country=customer.country if customer else None,
        customer_tax_id=customer.tax_id if customer else None,
        currency=currency,
        amount=total(priced),
        quantity=sum(each.quantity for each in priced),
        ordered_on=body.ordered_on or tx.now.date(),
        due_on=body.due_on,
        credit_hold=body.credit_hold,
        created_by=caller.account_id,
        decision_trace=[],
        fulfilled_amount=0,
        returned_amount=0,
        invoiced_amount=0,
    )
    await _store_lines(tx, order, lines, families, due_on=body.due_on)
    return order


async def change(tx: Tx, body: OrderPatch, *, order_id: str, version: int | None, caller: Caller) -> Row:
    """Change what an order says; raises InvalidTransition for what its state no longer lets be changed."""
    order = await tx.lock(orders, order_id)
    changes = body.changes()
    LIFECYCLE.require_editable(order["status"], changes)
    if order["quote_id"] is not None and "lines" in changes:
        raise InvalidTransition("The lines are those of the quote that was accepted.")
    _require_vendor_for_hold(caller, named="credit_hold" in changes)
    require_version(order, version)
    lines: Sequence[OrderLineIn] | None = changes.pop("lines", None)
    if lines is None:
        return await tx.update(orders, order, **changes)
    families = await families_of(tx, {line.sku for line in lines})
    priced = await _priced(tx, lines, families)
    changes |= {"amount": total(priced), "quantity": sum(each.quantity for each in priced)}
    changed = await tx.update(orders, order, **changes)
    await tx.run(DROP_LINES, order=order_id)
    await _store_lines(tx, changed, lines, families, due_on=changed["due_on"])
    return changed


async def _priced(tx: Tx, lines: Sequence[OrderLineIn], families: Families) -> list[Priced]:
    """Return what the lines ask for; raises Invalid for amounts too large to tell, and for families that are not theirs."""
    priced = [Priced(line.quantity, line.unit_price) for line in lines]
    faults = faults_of_lines(priced)
    known: dict[str, bool] = {}
    for place, line in enumerate(lines):
        family = line.product_family
        if family is not None and family not in known:
            known[family] = await tx.first(BY_CODE, code=family) is not None
        if family is not None and not known[family]:
            pointer = f"/lines/{place}/product_family"
            faults.append(Fault(pointer, "unknown_product_family", "No product family has this code."))
        wrong = fault_of_family(line.sku, family, families, pointer=f"/lines/{place}/product_family")
        faults += [] if wrong is None else [wrong]
    if faults:
        raise Invalid(errors=faults)
    return priced


async def _store_lines(
    tx: Tx, order: Row, lines: Sequence[OrderLineIn], families: Families, *, due_on: date | None
) -> None:
    for position, line in enumerate(lines, start=1):
        await tx.insert(
            order_lines,
            id=tx.new_id("orl"),
            order_id=order["id"],
            partner_id=order["partner_id"],
            position=position,
            sku=line.sku,
            product_family=family_of(line.sku, line.product_family, families),
            description=line.description,
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.quantity * line.unit_price,
            currency=order["currency"],
            due_on=line.due_on or due_on,
            fulfilled_quantity=0,
            returned_quantity=0,
        )


def _require_vendor_for_hold(caller: Caller, *, named: bool) -> None:
    if named and not is_vendor_side(caller):
        raise Forbidden("Only the vendor says whether an account is on hold.")
