"""Events that the incentives service publishes."""

from datetime import date

from shared.events.catalog.deals import Amount
from shared.events.envelope import Event


class EarningAccrued(Event):
    """A commission was earned: on a deal, by a licence, or both."""

    type = "incentive.earning.accrued.v1"
    earning_id: str
    partner_id: str
    deal_id: str | None
    amount: Amount
    licence_id: str | None = None


class EarningAdjusted(Event):
    """A true-up line was posted beside earlier earnings."""

    type = "incentive.earning.adjusted.v1"
    earning_id: str
    partner_id: str
    amount: Amount


class ClawbackPosted(Event):
    """A return took back what it had earned."""

    type = "incentive.clawback.posted.v1"
    earning_id: str
    partner_id: str
    amount: Amount


class StatementPublished(Event):
    """A statement is ready for its partner."""

    type = "incentive.statement.published.v1"
    statement_id: str
    partner_id: str
    period_from: date
    period_to: date
    total: Amount


class PayoutSubmitted(Event):
    """A payout is on its way."""

    type = "incentive.payout.submitted.v1"
    payout_id: str
    partner_id: str
    amount: Amount


class PayoutPaid(Event):
    """A payout has arrived."""

    type = "incentive.payout.paid.v1"
    payout_id: str
    partner_id: str
    amount: Amount


class PayoutFailed(Event):
    """A payout did not arrive; its statements are payable again."""

    type = "incentive.payout.failed.v1"
    payout_id: str
    partner_id: str
    amount: Amount
    reason: str
