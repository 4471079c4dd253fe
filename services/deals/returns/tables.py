"""Returns: what a customer gave back of a won deal."""

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, entity, identifier, text
from shared.db.walls import partner_wall

returns = entity(
    "returns",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    bigint("amount"),
    text("currency"),
    day("returned_on"),
    text("reason", null=True),
    Index("returns_newest", "tenant_id", "created_at", "id"),
    Index("returns_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("returns_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("returns_returned", "tenant_id", "returned_on"),
    wall=partner_wall(),
)
