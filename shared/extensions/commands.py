"""Turns what a body adds to an object into the columns of its row."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table

from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Forbidden, Invalid
from shared.extensions import definitions, references
from shared.extensions.bodies import MOST_NOTES, ExtensionsIn, ExtensionsPatch
from shared.extensions.declaration import Extension, blank
from shared.extensions.fields import divided, values_after
from shared.extensions.filters import side_of
from shared.extensions.keys import Side


async def added(
    tx: Tx,
    table: Table,
    body: ExtensionsIn | ExtensionsPatch,
    *,
    row: Row | None = None,
    first: BaseModel | None = None,
    names_first: bool = False,
) -> dict[str, Any]:
    """Return the columns that what a body adds becomes: all of them for a new object, those it names for a `row`.

    `first` is what the body says under `external_reference`, and `names_first` whether it does, where the object has that
    member. Raises Invalid with a pointer to
    each fault, Forbidden for what is not the caller's side's to write.
    """
    extension: Extension = table.info["extension"]
    side = side_of(tx.caller)
    named = body.model_fields_set
    changes: dict[str, Any] = blank(table) if row is None else {}
    if "metadata" in named:
        if not extension.has_metadata(side):
            raise Forbidden(errors=[Fault("/metadata", "vendor_only", "Only the vendor's side has metadata here.")])
        changes["metadata"] = merged(row["metadata"] if row is not None else {}, body.metadata)
    if row is None or "custom_fields" in named:
        changes |= await _fields(tx, table, body.custom_fields, row=row)
    if "external_references" in named or names_first:
        sent = (
            [each.model_dump() for each in body.external_references or ()] if "external_references" in named else None
        )
        named_first = first.model_dump() if first is not None else None
        changes |= references.columns(extension, side, sent, row=row, first=named_first, names_first=names_first)
    return changes


def merged(before: Mapping[str, str], sent: Mapping[str, str | None] | None) -> dict[str, str]:
    """Return metadata after a merge-patch: null removes, of a key or of all. Raises Invalid for too many."""
    if sent is None:
        return {}
    after = {key: value for key, value in {**before, **sent}.items() if value is not None}
    if len(after) > MOST_NOTES:
        raise Invalid(errors=[Fault("/metadata", "too_many", f"At most {MOST_NOTES} values.")])
    return after


async def _fields(tx: Tx, table: Table, sent: Mapping[str, Any] | None, *, row: Row | None) -> dict[str, Any]:
    extension: Extension = table.info["extension"]
    if sent is None:
        sent = dict.fromkeys(_shown(row, side_of(tx.caller)))
    fields = await definitions.for_writing(tx, extension.object, naming=sent)
    if not fields and not sent:
        return {}
    seen = row["custom_fields"] if row is not None else {}
    before = _shown(row, "vendor") if row is not None else None
    return divided(fields, values_after(fields, sent, side=side_of(tx.caller), before=before), seen=seen)


def _shown(row: Row | None, side: Side) -> dict[str, Any]:
    """Return the values of custom fields that an object has and a side is shown."""
    if row is None:
        return {}
    return {**row["custom_fields"], **(row["vendor_custom_fields"] if side == "vendor" else {})}
