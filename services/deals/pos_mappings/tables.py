"""Mappings of columns; of each name, a reporter has one at a time."""

from typing import Final

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, text
from shared.db.walls import partner_wall
from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="pos-batches:write", to="retired"),
    editable={"active": ("mapping",)},
)

pos_mappings = entity(
    "pos_mappings",
    METADATA,
    identifier("partner_id"),
    text("name"),
    text("status", check=LIFECYCLE.states),
    document("mapping"),
    Index("pos_mappings_newest", "tenant_id", "created_at", "id"),
    Index("pos_mappings_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("pos_mappings_name", "tenant_id", "name", "created_at", "id"),
    Index(
        "pos_mappings_in_use",
        *("tenant_id", "partner_id", "name"),
        unique=True,
        postgresql_where=sql("status = 'active'"),
    ),
    wall=partner_wall(),
)
