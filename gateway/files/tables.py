"""Tables of files."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import bigint, entity, identifier, text
from shared.db.walls import partner_wall

# A file of the vendor's has the owner "vendor", so that the wall has a column that is never null.
files = entity(
    "files",
    METADATA,
    identifier("owner"),
    identifier("uploaded_by"),
    text("name"),
    text("content_type"),
    bigint("size"),
    text("sha256"),
    text("key"),
    Index("files_newest", "tenant_id", "created_at", "id"),
    Index("files_owner", "tenant_id", "owner", "created_at", "id"),
    wall=partner_wall("owner"),
)
