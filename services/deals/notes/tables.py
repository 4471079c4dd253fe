"""Notes on deals. The wall keeps internal ones from everybody on a partner's side."""

from typing import Final, Literal

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import entity, identifier, text
from shared.db.walls import partner_wall

Visibility = Literal["internal", "shared"]
VISIBILITIES: Final[tuple[Visibility, ...]] = ("internal", "shared")

deal_notes = entity(
    "deal_notes",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("text", personal=True),
    text("visibility", check=VISIBILITIES),
    identifier("created_by"),
    Index("deal_notes_newest", "tenant_id", "created_at", "id"),
    Index("deal_notes_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("deal_notes_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("deal_notes_own", "tenant_id", "created_by", "created_at", "id"),
    wall=partner_wall(internal=("visibility", "internal")),
    owned_by="created_by",
)
