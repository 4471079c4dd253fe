"""The calendars of a tenant."""

from typing import Final

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, flag, text
from shared.db.walls import tenant_wall
from shared.lifecycle import Lifecycle, move

_EDITABLE: Final = ("name", "time_zone", "hours", "holidays")
LIFECYCLE: Final = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="calendars:write", to="retired", by="vendor"),
    move("restore", "retired", permission="calendars:write", to="active", by="vendor"),
    editable={"active": _EDITABLE, "retired": ("name",)},
    vendor_fields=_EDITABLE,
)

calendars = entity(
    "calendars",
    METADATA,
    text("code"),
    text("name"),
    text("time_zone"),
    document("hours"),
    document("holidays"),
    # The one that counts where none is named. It never retires.
    flag("is_default"),
    text("status", check=LIFECYCLE.states),
    Index("calendars_code", "tenant_id", "code", unique=True),
    Index("calendars_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(),
)
