"""A session on the wire."""

from datetime import datetime

from shared.web.models import ResourceOut


class SessionOut(ResourceOut):
    """Where somebody is signed in; it ends by itself at `expires_at`."""

    account_id: str
    kind: str
    partner_id: str | None
    status: str
    end_reason: str | None
    last_used_at: datetime
    expires_at: datetime
