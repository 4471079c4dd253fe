"""Counting deliveries and sell-out for deals, and taking them back. Each line of a source counts once."""

from dataclasses import dataclass
from datetime import date

from services.deals.consumption import queries
from services.deals.consumption.rules import Counted, returned_from
from services.deals.consumption.tables import order_matches
from services.deals.registrations.queries import deal_on, latest
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import Amount
from shared.events.catalog.orders import OrderMatched, OrderReturned


@dataclass(frozen=True, slots=True)
class Delivered:
    """What is to count for a deal: where it comes from, and how much of what, in minor units."""

    source: str
    sku: str
    product_family: str | None
    quantity: int
    unit_price: int
    amount: int
    currency: str
    happened_on: date
    order_id: str | None = None
    fulfilment_id: str | None = None
    order_line_id: str | None = None
    pos_line_id: str | None = None


async def count(tx: Tx, delivered: Delivered, *, deal: Row) -> Record:
    """Count a delivery for a deal and tell of it; raises AlreadyExists for a line that counts already.

    The credit goes to the deal's partner of that day, whoever delivered: after a transfer, what happened before it is the former
    partner's, with its deal. The match is the key by which money is made of it once.
    """
    deal = await deal_on(tx, await latest(tx, deal), delivered.happened_on)
    family = delivered.product_family or deal["product_family"]
    row = await tx.insert(
        order_matches,
        id=tx.new_id("omt"),
        partner_id=deal["partner_id"],
        deal_id=deal["id"],
        source=delivered.source,
        order_id=delivered.order_id,
        fulfilment_id=delivered.fulfilment_id,
        order_line_id=delivered.order_line_id,
        pos_line_id=delivered.pos_line_id,
        sku=delivered.sku,
        product_family=family,
        quantity=delivered.quantity,
        unit_price=delivered.unit_price,
        amount=delivered.amount,
        currency=delivered.currency,
        happened_on=delivered.happened_on,
        returned_quantity=0,
        returned_amount=0,
    )
    event = OrderMatched(
        match_id=row["id"],
        deal_id=deal["id"],
        partner_id=deal["partner_id"],
        customer_id=deal["customer_id"],
        source=row["source"],
        order_id=row["order_id"],
        sku=row["sku"],
        product_family=family,
        country=deal["customer_country"],
        quantity=row["quantity"],
        net=Amount(amount=row["amount"], currency=row["currency"]),
        happened_on=row["happened_on"],
        lead_id=deal["lead_id"],
        credited_partner_id=row["partner_id"],
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def take_back_line(tx: Tx, line: Row, *, quantity: int, return_id: str, returned_on: date) -> None:
    """Take a return of an order's line back from what it counted for, the last delivered first, on its own terms."""
    async with tx.as_engine(
        "what an order counts for may be of a partner that whoever records this does not look after"
    ):
        found = await queries.matches_of_line(tx, line["id"])
        rows = {row["id"]: row for row in found}
        for match, part in returned_from([counted(row) for row in found], quantity):
            await take_back(tx, rows[match.id], quantity=part, return_id=return_id, returned_on=returned_on)


async def take_back(tx: Tx, row: Record, *, quantity: int, return_id: str, returned_on: date) -> Record:
    """Take so many of a match back, and tell of it with what they are worth by the match's own price."""
    amount = counted(row).taken_back(quantity)
    changed = await tx.update(
        order_matches,
        row,
        returned_quantity=row["returned_quantity"] + quantity,
        returned_amount=row["returned_amount"] + amount,
    )
    event = OrderReturned(
        match_id=row["id"],
        return_id=return_id,
        deal_id=row["deal_id"],
        partner_id=row["partner_id"],
        order_id=row["order_id"],
        sku=row["sku"],
        product_family=row["product_family"],
        quantity=quantity,
        net=Amount(amount=amount, currency=row["currency"]),
        returned_on=returned_on,
    )
    # The match is the subject, so that a return is never handled before what it takes back.
    tx.emit(event, subject=changed, audience=[row["partner_id"]])
    return changed


async def undo_line(tx: Tx, line_id: str, *, return_id: str) -> None:
    """Take back whole what counts of a reported line: what was not given back yet, to the cent; as the engine."""
    for row in await queries.matches_of_reported(tx, line_id):
        left = counted(row).kept
        day = max(row["happened_on"], tx.now.date())
        taken = await take_back(tx, row, quantity=left, return_id=return_id, returned_on=day) if left else row
        await tx.update(order_matches, taken, undone_at=tx.now)


def counted(row: Row) -> Counted:
    """Return a match's row as the rules see it."""
    return Counted(
        row["id"],
        quantity=row["quantity"],
        unit_price=row["unit_price"],
        amount=row["amount"],
        returned_quantity=row["returned_quantity"],
        returned_amount=row["returned_amount"],
    )
