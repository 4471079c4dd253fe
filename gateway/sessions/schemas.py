"""A session on the wire."""

from datetime import datetime

from shared.web.models import Body, Out, ResourceOut


class SessionOut(ResourceOut):
    """Where somebody is signed in, or an app that they let in (`client_id`); it ends by itself at `expires_at`."""

    account_id: str
    kind: str
    partner_id: str | None
    status: str
    end_reason: str | None
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
