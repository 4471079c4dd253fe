"""Bodies of payouts."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from shared.web.models import Body, LifecycleOut, MoneyOut, Short, id_of


class PayoutIn(Body):
    """The published statements of one partner and currency to pay out together."""

    id: id_of("pay") | None = None  # type: ignore[valid-type]
    statement_ids: Annotated[list[id_of("stm")], Field(min_length=1, max_length=100)]  # type: ignore[valid-type]


class FailureIn(Body):
    """Why a payout did not arrive."""

    reason: Short


class PayoutOut(LifecycleOut):
    """A payout; `statement_ids` include those of negative total that were netted in."""

    partner_id: str
    amount: MoneyOut
    statement_ids: list[str]
    created_by: str
    approved_by: str | None
    approved_at: datetime | None
    submitted_at: datetime | None
    paid_at: datetime | None
    failure_reason: str | None
