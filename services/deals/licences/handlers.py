"""What licences do when their renewal was won."""

from typing import Any

from services.deals.catalogue.queries import charge_period_of
from services.deals.licences.commands import follow
from services.deals.licences.queries import licences_of_renewals, ordered_of, quoted_of
from services.deals.licences.renewals import registrations_of
from services.deals.licences.rules import price_of_term, renews_in_time
from services.deals.orders.rules import LARGEST
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import DealWon
from shared.events.envelope import Envelope

_RENEWABLE = ("active", "renewing", "lapsed")


async def on_renewal_won(tx: Tx, event: DealWon, _: Envelope) -> None:
    """Let the next term of each licence follow that the deal renews; a licence that was renewed or cancelled stays so.

    What counts is the day the sale was closed, not when it is heard of: closed after the end it renews nothing.
    """
    for licence in await licences_of_renewals(tx, await registrations_of(tx, event.deal_id)):
        in_time = renews_in_time(closed_on=event.closed_on, ends_on=licence["ends_on"])
        if licence["status"] in _RENEWABLE and in_time:
            terms = await _terms(tx, licence, deal_id=event.deal_id)
            # Who has won it is partner of record from then on.
            said = {"deal_id": event.deal_id, "partner_id": event.partner_id, "created_by": licence["created_by"]}
            await follow(tx, licence, term_months=licence["term_months"], **terms, **said)


async def _terms(tx: Tx, licence: Row, *, deal_id: str) -> dict[str, Any]:
    """Return quantity and price of the next term: as quoted and accepted, else as ordered, else those of the licence."""
    period = await charge_period_of(tx, licence["sku"])
    for source, member, sold in (
        ("quote", "quote_id", await quoted_of(tx, deal_id=deal_id, licence=licence)),
        ("order", "order_id", await ordered_of(tx, deal_id=deal_id, licence=licence)),
    ):
        if sold is None:
            continue
        price = price_of_term(sold.net, quantity=sold.quantity, term_months=licence["term_months"], period=period)
        unit_price = licence["unit_price"] if price is None else price
        if sold.quantity * unit_price <= LARGEST:
            return {"quantity": sold.quantity, "unit_price": unit_price, "terms_from": source, member: sold.id}
    return {"quantity": licence["quantity"], "unit_price": licence["unit_price"], "terms_from": "licence"}
