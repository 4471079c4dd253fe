"""API keys, as their owners see them."""

from typing import Final

from gateway.api_keys.lifecycle import LIFECYCLE
from gateway.api_keys.tables import api_keys
from shared.db.resource import Resource

KEYS: Final = Resource(
    "api_key",
    api_keys,
    ("partner_id", "name", "scopes", "status", "hint", "expires_at", "created_by"),
    expands={"partner_id": "partners"},
    permission="api-keys:read",
    filters=("status", "partner_id"),
    lifecycle=LIFECYCLE,
)
