"""The custom fields of a tenant. A field that is not for partners is hidden from them here as well."""

from sqlalchemy import Index

from gateway.metadata import METADATA
from shared.db.columns import document, entity, flag, integer, text
from shared.db.walls import tenant_wall
from shared.extensions.fields import TYPES
from shared.lifecycle import Lifecycle, move

OBJECTS = ("deal", "lead", "partner")
_EDITABLE = (
    *("label", "required", "choices", "minimum", "maximum", "max_length"),
    *("editable_by_partner", "default_value", "ordinal"),
)

LIFECYCLE = Lifecycle(
    ("active", "retired"),
    move("retire", "active", permission="custom-fields:write", to="retired", by="vendor"),
    move("reinstate", "retired", permission="custom-fields:write", to="active", by="vendor"),
    editable={"active": _EDITABLE, "retired": ("label", "ordinal")},
    vendor_fields=_EDITABLE,
)

custom_fields = entity(
    "custom_fields",
    METADATA,
    text("applies_to", check=OBJECTS),
    text("key"),
    text("type", check=TYPES),
    document("label"),
    flag("required"),
    document("choices"),
    text("minimum", null=True),
    text("maximum", null=True),
    integer("max_length", null=True),
    flag("visible_to_partner"),
    flag("editable_by_partner"),
    document("default_value", null=True),
    integer("ordinal"),
    text("status", check=LIFECYCLE.states),
    Index("custom_fields_key", "tenant_id", "applies_to", "key", unique=True),
    Index("custom_fields_newest", "tenant_id", "created_at", "id"),
    wall=tenant_wall(open_to_partners="visible_to_partner"),
)
