"""Programs of a vendor."""

from sqlalchemy import Index, UniqueConstraint

from services.partners.metadata import METADATA
from shared.db.columns import entity, flag, text
from shared.db.walls import tenant_wall
from shared.lifecycle import Lifecycle, move
from shared.search.declaration import searchable

LIFECYCLE = Lifecycle(
    ("active", "closed"),
    move("close", "active", permission="programs:approve", to="closed", by="vendor"),
    editable={"active": ("name", "description")},
    vendor_fields=("name", "description"),
)

programs = entity(
    "programs",
    METADATA,
    text("code"),
    text("name"),
    text("description", null=True),
    flag("is_default"),
    text("status", check=LIFECYCLE.states),
    UniqueConstraint("tenant_id", "code"),
    Index("programs_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
programs_words = searchable(programs, "name", "code")
Index("programs_one_default", programs.c.tenant_id, unique=True, postgresql_where=programs.c.is_default)
