"""Apps that get tokens. Their secrets are hashed, apart; a public one (RFC 6749, section 2.1) has none."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from gateway.oauth_clients.lifecycle import LIFECYCLE
from shared.db.columns import document, entity, identifier, key, record, text
from shared.db.walls import partner_wall, plumbing_wall

KINDS = ("confidential", "public")

oauth_clients = entity(
    "oauth_clients",
    METADATA,
    identifier("partner_id", null=True),
    text("name"),
    text("kind", check=KINDS),
    document("redirect_uris"),
    document("scopes"),
    text("status", check=LIFECYCLE.states),
    identifier("created_by"),
    Index("oauth_clients_newest", "tenant_id", "created_at", "id"),
    Index("oauth_clients_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)

# An authorization request names its app before there is a caller: the worker role finds the app's tenant here.
client_homes = record(
    "client_homes",
    METADATA,
    key("client_id"),
    Index("client_homes_client", "client_id", unique=True),
    wall=plumbing_wall("all"),
)
