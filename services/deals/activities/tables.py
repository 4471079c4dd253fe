"""Activities. The wall keeps internal ones from everybody on a partner's side."""

from typing import Final, Literal

from sqlalchemy import Index

from services.deals.metadata import METADATA
from shared.db.columns import day, entity, identifier, text
from shared.db.walls import partner_wall

Visibility = Literal["internal", "shared"]
VISIBILITIES: Final[tuple[Visibility, ...]] = ("internal", "shared")
Kind = Literal["call", "meeting", "email", "demonstration", "proposal", "site_visit", "other"]
KINDS: Final[tuple[Kind, ...]] = ("call", "meeting", "email", "demonstration", "proposal", "site_visit", "other")

deal_activities = entity(
    "deal_activities",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    text("kind", check=KINDS),
    day("happened_on"),
    text("summary", null=True, personal=True),
    text("visibility", check=VISIBILITIES),
    identifier("created_by"),
    Index("deal_activities_newest", "tenant_id", "created_at", "id"),
    Index("deal_activities_deal", "tenant_id", "deal_id", "created_at", "id"),
    Index("deal_activities_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("deal_activities_own", "tenant_id", "created_by", "created_at", "id"),
    Index("deal_activities_happened", "tenant_id", "happened_on"),
    wall=partner_wall(internal=("visibility", "internal")),
    owned_by="created_by",
)
