"""Bodies of activities."""

from datetime import date

from services.deals.activities.tables import Kind, Visibility
from services.deals.ids import DealActivityId
from shared.web.models import Body, Day, Long, ResourceOut


class DealActivityIn(Body):
    """What was done and when. It is shared between both sides; the vendor may keep what it has done to itself."""

    id: DealActivityId | None = None
    kind: Kind
    happened_on: Day
    summary: Long | None = None
    visibility: Visibility = "shared"


class DealActivityOut(ResourceOut):
    """Something done for a deal. Nobody on a partner's side ever sees an internal one, or that there is one."""

    deal_id: str
    partner_id: str
    kind: Kind
    happened_on: date
    summary: str | None
    visibility: Visibility
    created_by: str
