"""API keys. The key itself is hashed, apart; `hint` is its end, for people to tell keys apart."""

from sqlalchemy import Index

from gateway.api_keys.lifecycle import LIFECYCLE
from gateway.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, text
from shared.db.walls import partner_wall

api_keys = entity(
    "api_keys",
    METADATA,
    identifier("partner_id", null=True),
    text("name"),
    document("scopes"),
    text("status", check=LIFECYCLE.states),
    text("hint"),
    instant("expires_at", null=True),
    identifier("created_by"),
    Index("api_keys_newest", "tenant_id", "created_at", "id"),
    Index("api_keys_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)
