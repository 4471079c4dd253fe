"""Defining custom fields. Every change tells the services that keep the values the field's full state."""

from collections.abc import Mapping
from typing import Any

from gateway.custom_fields.queries import HOW_MANY, IN_TURN, state_of
from gateway.custom_fields.rules import MOST_FIELDS, TooManyCustomFields, sensible
from gateway.custom_fields.tables import LIFECYCLE, custom_fields
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version


async def define(tx: Tx, *, id: str | None, **field: Any) -> Record:  # noqa: A002
    """Add a field to an object; raises Invalid, TooManyCustomFields, AlreadyExists when the object has one with this key."""
    vendor_only(tx.caller)
    kept = sensible(field)
    await tx.first(IN_TURN, place=f"{tx.tenant_id}|custom_fields|{field['applies_to']}")
    if await tx.value(HOW_MANY, wanted_object=field["applies_to"]) >= MOST_FIELDS:
        raise TooManyCustomFields()
    return _told(tx, await tx.insert(custom_fields, id=id or tx.new_id("field"), status="active", **kept))


async def change(tx: Tx, *, field_id: str, version: int | None, changes: Mapping[str, Any]) -> Row:
    """Change a field; raises Invalid, and InvalidTransition for what is fixed once it is retired."""
    vendor_only(tx.caller)
    row = await tx.lock(custom_fields, field_id)
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    kept = sensible({**row, **changes})
    return _told(tx, await tx.update(custom_fields, row, **{name: kept[name] for name in changes}))


async def move(tx: Tx, *, field_id: str, action: str, to: str, version: int | None) -> Record:
    """Retire a field, whose values stay readable and take no new ones, or take it into use again."""
    vendor_only(tx.caller)
    row = await tx.lock_for(custom_fields, field_id, action=action, lifecycle=LIFECYCLE, version=version)
    return _told(tx, await tx.update(custom_fields, row, status=to))


def _told(tx: Tx, row: Record) -> Record:
    tx.emit(state_of(row), subject=row)
    return row
