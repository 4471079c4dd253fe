"""Bodies of the steps of a policy."""

from typing import Annotated, Literal

from pydantic import Field

from services.deals.ids import AccountId
from services.deals.reviews.schemas import Hours
from shared.web.models import Body, Code, Currency, Out, Short

Expression = Annotated[str, Field(min_length=1, max_length=2000, description="CEL over the facts of a deal.")]
TeamRole = Literal["owner", "channel_manager", "sales", "technical", "marketing", "finance", "support"]


class ApproverIn(Body):
    """Whose approval is wanted: somebody with a role, somebody of the partner's account team, or one account."""

    role: Code | None = None
    team_role: TeamRole | None = None
    account_id: AccountId | None = None


class StepIn(Body):
    """A step of approval, for deals on which its condition holds. Without a quorum, all of its approvers have to approve.

    Hours are business hours of the calendar named. When the answer is due, those with the role in `escalate_to` are
    asked as well; or the step is approved by itself, where `approve_on_breach` says so.
    """

    code: Code
    name: Short | None = None
    when: Expression = "true"
    approvers: Annotated[list[ApproverIn], Field(min_length=1, max_length=20)]
    mode: Literal["parallel", "sequential"] = "parallel"
    quorum: Annotated[int, Field(ge=1, le=20)] | None = None
    calendar: Code = "default"
    remind_after_hours: Hours = 24
    due_after_hours: Hours = 48
    escalate_to: Code | None = None
    approve_on_breach: bool = False


class ApproverLimitIn(Body):
    """Up to which amount, in minor units, whoever has a role approves; null is any amount."""

    role: Code
    currency: Currency
    amount: Annotated[int, Field(ge=0, le=9_007_199_254_740_991)] | None


Steps = Annotated[list[StepIn], Field(max_length=20)]
ApproverLimits = Annotated[list[ApproverLimitIn], Field(max_length=200)]


class ApproverOut(Out):
    """Whose approval is wanted."""

    role: str | None
    team_role: str | None
    account_id: str | None


class StepOut(Out):
    """A step of approval."""

    code: str
    name: str | None
    when: str
    approvers: list[ApproverOut]
    mode: Literal["parallel", "sequential"]
    quorum: int | None
    calendar: str
    remind_after_hours: int
    due_after_hours: int
    escalate_to: str | None
    approve_on_breach: bool


class ApproverLimitOut(Out):
    """A limit of those with a role, in minor units; null is any amount."""

    role: str
    currency: str
    amount: int | None
