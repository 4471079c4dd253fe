"""A tenant's roles. `scopes` is null while a role is as shipped, so that it follows the product."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, text
from shared.db.walls import tenant_wall

roles = entity(
    "roles",
    METADATA,
    text("code"),
    text("name"),
    text("side", check=("vendor", "partner")),
    document("scopes", null=True),
    Index("roles_code", "tenant_id", "code", unique=True),
    Index("roles_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
