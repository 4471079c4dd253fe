"""Reads of custom fields."""

from typing import Final

from sqlalchemy import Text, bindparam, func, select

from gateway.custom_fields.tables import LIFECYCLE, custom_fields
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.events.catalog.gateway import CustomFieldState

CUSTOM_FIELDS: Final = Resource(
    "custom_field",
    custom_fields,
    (
        *("applies_to", "key", "type", "label", "required", "choices", "minimum", "maximum", "max_length"),
        *("visible_to_partner", "editable_by_partner", "default_value", "ordinal", "status"),
    ),
    permission="custom-fields:read",
    filters=("applies_to", "key", "status"),
    lifecycle=LIFECYCLE,
)
_OBJECT: Final = bindparam("wanted_object", type_=Text)
OF_OBJECT: Final = Statement(
    select(custom_fields).where(custom_fields.c.tenant_id == TENANT, custom_fields.c.applies_to == _OBJECT)
)
HOW_MANY: Final = Statement(
    select(func.count()).where(custom_fields.c.tenant_id == TENANT, custom_fields.c.applies_to == _OBJECT)
)
_PLACE: Final = func.hashtextextended(bindparam("place", type_=Text), 0)
IN_TURN: Final = Statement(select(func.pg_advisory_xact_lock(_PLACE)))


def state_of(row: Row) -> CustomFieldState:
    """Return the full state of a field as the services that keep its values get it."""
    return CustomFieldState(
        object=row["applies_to"],
        key=row["key"],
        kind=row["type"],
        required=row["required"],
        choices=[each["code"] for each in row["choices"]],
        minimum=row["minimum"],
        maximum=row["maximum"],
        max_length=row["max_length"],
        visible_to_partner=row["visible_to_partner"],
        editable_by_partner=row["editable_by_partner"],
        default_value=row["default_value"],
        status=row["status"],
    )
