"""OAuth clients, as their owners see them."""

from typing import Final

from gateway.oauth_clients.lifecycle import LIFECYCLE
from gateway.oauth_clients.tables import oauth_clients
from shared.db.resource import Resource, renamed

CLIENTS: Final = Resource(
    "oauth_client",
    oauth_clients,
    (renamed("client_id", "id"), "partner_id", "name", "kind", "redirect_uris", "scopes", "status", "created_by"),
    expands={"partner_id": "partners"},
    permission="oauth-clients:read",
    filters=("status", "partner_id"),
    lifecycle=LIFECYCLE,
)
