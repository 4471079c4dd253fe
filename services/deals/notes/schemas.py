"""Bodies of notes."""

from services.deals.ids import DealNoteId
from services.deals.notes.tables import Visibility
from shared.web.models import Body, Long, ResourceOut


class DealNoteIn(Body):
    """A note; the partner's are shared. What the vendor notes is internal unless it says otherwise."""

    id: DealNoteId | None = None
    text: Long
    visibility: Visibility | None = None


class DealNoteOut(ResourceOut):
    """A note on a deal. Nobody on a partner's side ever sees an internal one, or that there is one."""

    deal_id: str
    partner_id: str
    text: str
    visibility: Visibility
    created_by: str
