"""Bodies of delegations of approval."""

from datetime import datetime

from services.deals.ids import AccountId, ApprovalDelegationId
from shared.web.models import Body, Instant, LifecycleOut, Long


class ApprovalDelegationIn(Body):
    """Who answers what you are asked, from `starts_at` (now, where nothing is said) up to, but not including, `ends_at`."""

    id: ApprovalDelegationId | None = None
    to_account_id: AccountId
    starts_at: Instant | None = None
    ends_at: Instant
    reason: Long | None = None


class ApprovalDelegationOut(LifecycleOut):
    """A delegation: what `from_account_id` is asked goes to `to_account_id`, while it is in force."""

    from_account_id: str
    to_account_id: str
    starts_at: datetime
    ends_at: datetime
    reason: str | None
    revoked_at: datetime | None
