"""Counting what is delivered of an order for the deal that it is for."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.deals.bundles.families import families_of, family_of
from services.deals.consumption.commands import Delivered, count
from services.deals.consumption.queries import held_registration
from services.deals.orders.parties import is_ordered_in_time
from services.deals.registrations.tables import deals
from shared.db.resource import Row
from shared.db.tx import Tx


async def count_for_deal(
    tx: Tx, order: Row, fulfilment: Row, told: Sequence[Mapping[str, Any]], *, lines: Mapping[str, Row]
) -> None:
    """Count a delivery for the order's deal, but for lines of another family than it was registered for.

    A deal that is lost, revoked or was never approved, or was over when the order came, counts nothing. What a distributor takes
    into its stock counts when it is sold out.
    """
    if order["deal_id"] is None or order["kind"] == "sell_in":
        return
    async with tx.as_engine("the deal may be of a partner that whoever records the delivery does not look after"):
        deal = await tx.fetch(deals, order["deal_id"])
        (now, *_) = await held_registration(tx, deal)
        if not await is_ordered_in_time(tx, order, now):
            return
        families = await families_of(tx, {each["sku"] for each in told})
        for each in told:
            line = lines[each["line_id"]]
            family = family_of(line["sku"], line["product_family"], families)
            own = {family} if family is not None else families.get(line["sku"])
            if own is not None and deal["product_family"] not in own:
                continue
            delivered = Delivered(
                source="fulfilment",
                sku=each["sku"],
                product_family=family,
                quantity=each["quantity"],
                unit_price=line["unit_price"],
                amount=each["amount"]["amount"],
                currency=order["currency"],
                happened_on=fulfilment["fulfilled_on"],
                order_id=order["id"],
                fulfilment_id=fulfilment["id"],
                order_line_id=line["id"],
            )
            await count(tx, delivered, deal=deal)
