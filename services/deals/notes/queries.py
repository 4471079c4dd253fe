"""Reading notes."""

from services.deals.notes.tables import deal_notes
from shared.db.resource import Resource

DEAL_NOTES = Resource(
    "deal_note",
    deal_notes,
    ("deal_id", "partner_id", "text", "visibility", "created_by"),
    noun="deal-notes",
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="deals:view",
    filters=("deal_id", "partner_id", "visibility", "created_at"),
)
