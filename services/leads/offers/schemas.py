"""Bodies of offers."""

from datetime import datetime
from typing import Annotated

from shared.web.models import LifecycleOut, told


class OfferOut(LifecycleOut):
    """A lead offered to a partner: how long it stands, and what the partner answered."""

    lead_id: str
    partner_id: str
    expires_at: datetime
    decided_at: datetime | None
    reason: Annotated[str, told("not_active")] | None
