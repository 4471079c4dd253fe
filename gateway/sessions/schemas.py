"""A session on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from shared.web.models import Body, LifecycleOut, Out, told

EndReason = Literal[
    "account_deactivated",
    "app_revoked",
    "code_reused",
    "entered_again",
    "live_session_ended",
    "partner_suspended",
    "partner_terminated",
    "password_reset",
    "person_deactivated",
    "refresh_token_reused",
    "roles_changed",
    "second_factor_reset",
    "signed_out",
    "signed_out_by_administrator",
    "signed_out_everywhere",
    "switched",
]


class SessionOut(LifecycleOut):
    """Where somebody is signed in, or an app that they let in (`client_id`); it ends by itself at `expires_at`."""

    account_id: str
    kind: str
    partner_id: str | None
    end_reason: Annotated[EndReason, told()] | None
    client_id: str | None
    last_used_at: datetime
    expires_at: datetime


class SignOutEverywhereIn(Body):
    """Whether the session that asks stays."""

    keep_this: bool = False


class SignedOutOut(Out):
    """How many sessions have ended, those of apps that were let in among them."""

    object: str
    ended: int
