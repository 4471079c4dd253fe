"""Events about orders, which the deals service publishes."""

from datetime import date, datetime

from shared.events.catalog.deals import Amount
from shared.events.envelope import Event


class OrderSubmitted(Event):
    """An order was handed in; `outcome` is the state its checks left it in."""

    type = "order.submitted.v1"
    order_id: str
    partner_id: str
    outcome: str


class OrderAccepted(Event):
    """An order was accepted, by a person or by the policy."""

    type = "order.accepted.v1"
    order_id: str
    partner_id: str
    deal_id: str | None
    net: Amount
    automatic: bool


class OrderRejected(Event):
    """An order was rejected."""

    type = "order.rejected.v1"
    order_id: str
    partner_id: str
    reason: str


class OrderCancelled(Event):
    """An order was cancelled before anything of it was delivered."""

    type = "order.cancelled.v1"
    order_id: str
    partner_id: str
    reason: str


class OrderFulfilled(Event):
    """Something of an order was delivered; `complete` says whether that was the last of it."""

    type = "order.fulfilled.v1"
    order_id: str
    partner_id: str
    fulfilment_id: str
    quantity: int
    net: Amount
    fulfilled_on: date
    complete: bool


class OrderInvoiced(Event):
    """An invoice was issued for an order, or a credit note."""

    type = "order.invoiced.v1"
    order_id: str
    partner_id: str
    invoice_id: str
    kind: str
    amount: Amount


class PosBatchReceived(Event):
    """A partner has reported what it sold out; its lines are matched soon."""

    type = "pos_batch.received.v1"
    batch_id: str
    partner_id: str
    lines: int
    repeated: int


class PosBatchClosed(Event):
    """A sell-out report is done with."""

    type = "pos_batch.closed.v1"
    batch_id: str
    partner_id: str


class PosMappingChanged(Event):
    """How the columns of a partner's sell-out reports are called was said, said anew, or retired."""

    type = "pos_mapping.changed.v1"
    mapping_id: str
    partner_id: str


class OrderClosed(Event):
    """Nothing more is delivered on an order."""

    type = "order.closed.v1"
    order_id: str
    partner_id: str


class OrderMatched(Event):
    """Something was delivered or sold out on a deal and counts for it; subject: the match, which exists once for each line.

    `net` is what it was sold for; `partner_id` is the partner of the deal, whoever delivered, and `credited_partner_id` who
    was partner of record on `happened_on`. Money is made of a match once, by its id.
    """

    type = "order.matched.v1"
    match_id: str
    deal_id: str
    partner_id: str
    customer_id: str | None
    source: str
    order_id: str | None
    sku: str
    product_family: str
    country: str | None
    quantity: int
    net: Amount
    happened_on: date
    lead_id: str | None = None
    credited_partner_id: str | None = None


class OrderReturned(Event):
    """Something that counted for a deal was given back; `net` is the part given back, on the terms it was sold on."""

    type = "order.returned.v1"
    match_id: str
    return_id: str
    deal_id: str
    partner_id: str
    order_id: str | None
    sku: str
    product_family: str
    quantity: int
    net: Amount
    returned_on: date


class OrderCredited(Event):
    """A credit note takes back `net` of what counted for a deal, all of it together; subject: the credit note.

    What is told last of a credit note and a match stands: when more is delivered, given back or invoiced again, it may be more or
    less than before, or nothing.
    """

    type = "order.credited.v1"
    invoice_id: str
    match_id: str
    deal_id: str
    partner_id: str
    order_id: str
    sku: str
    product_family: str
    net: Amount
    credited_on: date
    credited_at: datetime
