"""Bodies of returns."""

from datetime import date

from services.deals.ids import DealId, ReturnId
from shared.web.models import Body, Day, Long, MoneyOut, PositiveMoneyBody, ResourceOut


class ReturnIn(Body):
    """What a customer gave back of a won deal; the amount given back is above zero."""

    id: ReturnId | None = None
    deal_id: DealId
    amount: PositiveMoneyBody
    returned_on: Day
    reason: Long | None = None


class ReturnOut(ResourceOut):
    """A return."""

    deal_id: str
    partner_id: str
    amount: MoneyOut
    returned_on: date
    reason: str | None
