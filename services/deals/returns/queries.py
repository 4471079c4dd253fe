"""Reading returns."""

from services.deals.returns.tables import returns
from shared.db.resource import Resource, money

RETURNS = Resource(
    "return",
    returns,
    ("deal_id", "partner_id", money("amount"), "returned_on", "reason"),
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="returns:read",
    filters=("deal_id", "partner_id", "returned_on"),
)
