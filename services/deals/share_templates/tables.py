"""Versions of share templates; of each code, one at most is in force."""

from typing import Final

from sqlalchemy import Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, flag, instant, integer, text
from shared.db.walls import tenant_wall
from shared.lifecycle import Lifecycle, move

PARTS: Final = ("name", "fields", "preview", "invitation_days", "needs_approval")
LIFECYCLE: Final = Lifecycle(
    ("draft", "published", "retired"),
    move("publish", "draft", permission="share-templates:write", to="published", by="vendor"),
    move("retire", "published", permission="share-templates:write", to="retired", by="vendor"),
    editable={"draft": PARTS},
    vendor_fields=PARTS,
)

share_templates = entity(
    "share_templates",
    METADATA,
    text("code"),
    text("name"),
    integer("template_version"),
    text("status", check=LIFECYCLE.states),
    document("fields"),
    document("preview"),
    integer("invitation_days"),
    flag("needs_approval"),
    instant("published_at", null=True),
    Index("share_templates_newest", "tenant_id", "created_at", "id"),
    Index("share_templates_version", "tenant_id", "code", "template_version", unique=True),
    Index(
        "share_templates_in_force",
        "tenant_id",
        "code",
        unique=True,
        postgresql_where=sql("status = 'published'"),
    ),
    wall=tenant_wall(),
)
