"""Apps that get tokens by client credentials. Their secrets are hashed, apart."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from gateway.oauth_clients.lifecycle import LIFECYCLE
from shared.db.columns import document, entity, identifier, text
from shared.db.walls import partner_wall

oauth_clients = entity(
    "oauth_clients",
    METADATA,
    identifier("partner_id", null=True),
    text("name"),
    document("scopes"),
    text("status", check=LIFECYCLE.states),
    identifier("created_by"),
    Index("oauth_clients_newest", "tenant_id", "created_at", "id"),
    Index("oauth_clients_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)
