"""Reading activities."""

from services.deals.activities.tables import deal_activities
from shared.db.resource import Resource

DEAL_ACTIVITIES = Resource(
    "deal_activity",
    deal_activities,
    ("deal_id", "partner_id", "kind", "happened_on", "summary", "visibility", "created_by"),
    noun="deal-activities",
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="deals:view",
    filters=("deal_id", "partner_id", "kind", "visibility", "happened_on", "created_at"),
)
