"""Territories, as they are stored and shown."""

from sqlalchemy import Index

from services.leads.metadata import METADATA
from shared.db.columns import document, entity, text
from shared.db.resource import Resource
from shared.db.walls import tenant_wall

territories = entity(
    "territories",
    METADATA,
    text("code"),
    text("name"),
    document("countries"),
    Index("territories_code", "tenant_id", "code", unique=True),
    Index("territories_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)

TERRITORIES = Resource(
    "territory",
    territories,
    ("code", "name", "countries"),
    permission="territories:read",
    sorts=("created_at", "code"),
    filters=("code",),
)
