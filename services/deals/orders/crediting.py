"""Taking back what credit notes are worth of what an order counts for, whatever happens to the order and in which order."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import bindparam, select

from services.deals.consumption.tables import order_matches
from services.deals.orders.rules import REST, Note, spread, taken_back
from services.deals.orders.tables import order_invoices, orders
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.deals import Amount
from shared.events.catalog.orders import OrderCredited

SETTLES: Final = "order_credits"
_I, _M = order_invoices.c, order_matches.c
_NOTES = Statement(
    select(order_invoices)
    .where(_I.tenant_id == TENANT, _I.order_id == bindparam("order"), _I.kind == "credit_note")
    .order_by(_I.created_at, _I.id)
)
_MATCHES = Statement(
    select(order_matches).where(_M.tenant_id == TENANT, _M.order_id == bindparam("order")).order_by(_M.id)
)


async def settle(tx: Tx, order: Row) -> None:
    """Bring what the credit notes of an order, which is held, take back to what they are worth now, and tell of the changes.

    What a distributor takes into its stock counts when it is sold out, and nothing of it is taken back here.
    """
    if order["deal_id"] is None or order["kind"] == "sell_in":
        return
    notes = await tx.all(_NOTES, order=order["id"])
    if not notes:
        return
    async with tx.as_engine("what an order counts for may be of a partner that its vendor's clerk does not look after"):
        matches = {row["id"]: row for row in await tx.all(_MATCHES, order=order["id"])}
        wanted = _wanted(order, notes, matches)
        for note in notes:
            if wanted[note["id"]] != (note["taken_back"] or {}):
                await _take_back(tx, note, wanted[note["id"]], matches)


async def settle_anew(tx: Tx, order_id: str, _: Mapping[str, Any]) -> None:
    """Take back what the credit notes of an order are worth that nobody has looked at; as the engine, from a timer."""
    await settle(tx, await tx.lock(orders, order_id))


def _wanted(order: Row, notes: list[Record], matches: Mapping[str, Record]) -> dict[str, dict[str, int]]:
    kept = order["fulfilled_amount"] - order["returned_amount"]
    rooms = {match_id: row["amount"] - row["returned_amount"] for match_id, row in matches.items()}
    rooms[REST] = kept - sum(rooms.values())
    credited = sum(note["amount"] for note in notes)
    return spread(
        [Note(note["id"], note["amount"], note["taken_back"] or {}) for note in notes],
        total=taken_back(
            kept=kept, returned=order["returned_amount"], invoiced=order["invoiced_amount"], credited=credited
        ),
        rooms=rooms,
    )


async def _take_back(tx: Tx, note: Record, wanted: Mapping[str, int], matches: Mapping[str, Record]) -> None:
    before = note["taken_back"] or {}
    changed = await tx.update(order_invoices, note, taken_back=dict(wanted))
    for match_id, match in matches.items():
        amount = wanted.get(match_id, 0)
        if amount == before.get(match_id, 0):
            continue
        event = OrderCredited(
            invoice_id=note["id"],
            match_id=match_id,
            deal_id=match["deal_id"],
            partner_id=match["partner_id"],
            order_id=note["order_id"],
            sku=match["sku"],
            product_family=match["product_family"],
            net=Amount(amount=amount, currency=match["currency"]),
            credited_on=note["issued_on"],
            credited_at=note["created_at"],
        )
        tx.emit(event, subject=changed, audience=[match["partner_id"]])
