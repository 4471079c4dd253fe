"""What is shown of matches and of the consumption of a deal."""

from datetime import date, datetime
from typing import Literal

from shared.web.models import MoneyOut, Out, ResourceOut


class OrderMatchOut(ResourceOut):
    """What counts for a deal: a line of an order as delivered, or of a sell-out report; credited to the deal's partner.

    `pos_line_id` is for the vendor, null for partners: who else sells to a customer is not theirs to know. `undone_at` says when the
    vendor took it back whole, as a line that was not of this deal; if it counts after all, it does as another match.
    """

    partner_id: str
    deal_id: str
    source: str
    order_id: str | None
    pos_line_id: str | None
    sku: str
    product_family: str | None
    quantity: int
    unit_price: MoneyOut
    amount: MoneyOut
    happened_on: date
    returned_quantity: int
    returned: MoneyOut
    undone_at: datetime | None


class ConsumptionOut(Out):
    """How much of a deal was used up, net of returns.

    `registered` is what the deal was won with, else what it was registered with; `remaining` is never below zero, and
    `exceeded` says whether more was delivered. Both sides of it are in the currency of `registered`.
    """

    object: Literal["deal_consumption"]
    deal_id: str
    partner_id: str
    registered: MoneyOut | None
    consumed: list[MoneyOut]
    remaining: MoneyOut | None
    exceeded: bool
    quantity: int
    returned_quantity: int
