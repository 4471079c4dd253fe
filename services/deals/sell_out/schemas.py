"""Bodies of sell-out reports."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import DealId, PartnerId
from services.deals.orders.schemas import MinorUnits, Quantity, Sku
from services.deals.screening.schemas import CustomerShown, NamedCustomerIn
from services.deals.sell_out.tables import REASONS
from shared.web.models import (
    Body,
    Code,
    Currency,
    Day,
    LifecycleOut,
    Long,
    MoneyOut,
    Out,
    ResourceOut,
    Short,
    id_of,
    told,
)


class SellOutPeriodIn(Body):
    """The days from `from` up to, but not including, `to`."""

    from_: Day = Field(alias="from")
    to: Day


Pieces = Annotated[
    int, Field(ge=-1_000_000_000, le=1_000_000_000, description="Below zero for what was given back; never zero.")
]


class PosLineIn(Body):
    """What was sold to whom; `source_line` is the reporter's own id of the line, which counts once however often it comes.

    What a customer gives back is a line of its own, with a `quantity` below zero. It may name the `returned_line` it was sold by.
    """

    source_line: Short
    sold_on: Day
    sku: Sku
    product_family: Code | None = None
    quantity: Pieces
    unit_price: MinorUnits
    customer: NamedCustomerIn
    deal_id: DealId | None = None
    returned_line: Short | None = None


class PosBatchIn(Body):
    """A sell-out report: lines, or the same as CSV whose columns are named by their fields, such as `customer.name`.

    `mapping` is the name of a mapping of the reporter that says how its columns are called otherwise.
    """

    id: id_of("posb") | None = None  # type: ignore[valid-type]
    partner_id: PartnerId | None = None
    reference: Short | None = None
    period: SellOutPeriodIn
    currency: Currency
    lines: Annotated[list[PosLineIn], Field(max_length=1000)] | None = None
    csv: Annotated[str, Field(min_length=1, max_length=900_000)] | None = None
    mapping: Code | None = None


class SellOutPeriodOut(Out):
    """The days from `from` up to, but not including, `to`."""

    from_: date = Field(alias="from")
    to: date


class PosBatchOut(LifecycleOut):
    """A sell-out report. It is `matched` once all of its lines were looked at, whether they met deals or not.

    `repeated_count` is lines that were reported before, which do not count again.
    """

    partner_id: str
    reference: str | None
    period: SellOutPeriodOut
    line_count: int
    repeated_count: int
    quantity: int
    amount: MoneyOut
    mapping_id: str | None
    mapping_version: int | None
    created_by: str
    closed_at: datetime | None


class PosLineOut(ResourceOut):
    """A line of a sell-out report, as it was reported."""

    batch_id: str
    partner_id: str
    source_line: str
    sold_on: date
    sku: str
    product_family: str | None
    quantity: int
    unit_price: MoneyOut
    amount: MoneyOut
    customer: CustomerShown
    deal_id: str | None
    returned_line: str | None


class PosCandidateOut(Out):
    """A deal that a line may belong to: its score is identity times product times date, each from 0 to 1."""

    deal_id: str
    score: str
    identity: str
    product: str
    date: str
    features: dict[str, str]


class PosPartOut(Out):
    """How many pieces of a line were credited to a deal; below zero, how many were taken back from it."""

    deal_id: str
    quantity: int


class PosMatchOut(LifecycleOut):
    """What a line was matched to and why; one that is `unmatched` awaits a person, whose word is kept."""

    pos_line_id: str
    batch_id: str
    partner_id: str
    reason: Annotated[str, told(*REASONS)]
    score: str | None
    candidates: list[PosCandidateOut]
    engine_version: str
    deals: list[PosPartOut]
    note: str | None
    resolved_by: str | None
    resolved_at: datetime | None


class PosMatchIn(Body):
    """The deal that a line was sold on, or was given back of."""

    deal_id: DealId
    note: Long | None = None


class PosPartIn(Body):
    """How many pieces of a line were sold on a deal, or given back of it."""

    deal_id: DealId
    quantity: Quantity


class PosSplitIn(Body):
    """The deals that a line was sold on, or given back of; the parts together are what is kept of the line."""

    parts: Annotated[list[PosPartIn], Field(min_length=2, max_length=20)]
    note: Long | None = None


class CompletionLineOut(Out):
    """Of a partner's lines due in the period, how many were delivered in full and on time; null where none was due."""

    partner_id: str
    due: int
    on_time_in_full: int
    rate: str | None


class OrderCompletionOut(Out):
    """Order completion: lines delivered in full by their day, divided by lines due, of accepted orders."""

    object: Literal["order_completion"]
    from_: date = Field(alias="from")
    to: date
    due: int
    on_time_in_full: int
    rate: str | None
    partners: Annotated[list[CompletionLineOut], Field(max_length=500)]


class ChannelGapLineOut(Out):
    """What a partner took in of an article and what it sold out; `gap` is what has gone into stock."""

    partner_id: str
    sku: str
    sell_in: int
    sell_out: int
    gap: int
    sell_through: str | None


class ChannelGapOut(Out):
    """Sell-in against sell-out, in pieces: deliveries of `sell_in` orders less returns, and reported sales."""

    object: Literal["channel_gap"]
    from_: date = Field(alias="from")
    to: date
    articles: Annotated[list[ChannelGapLineOut], Field(max_length=500)]
