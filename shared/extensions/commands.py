"""Turns what a body adds to an object into the columns of its row."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Table

from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Forbidden
from shared.extensions import definitions, references
from shared.extensions.bodies import ExtensionsIn, ExtensionsPatch
from shared.extensions.declaration import Extension, blank
from shared.extensions.fields import divided, values_after
from shared.extensions.filters import side_of


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
        changes["metadata"] = body.metadata
    if row is None or "custom_fields" in named:
        changes |= await _fields(tx, table, body.custom_fields, row=row)
    if "external_references" in named or names_first:
        sent = [each.model_dump() for each in body.external_references] if "external_references" in named else None
        named_first = first.model_dump() if first is not None else None
        changes |= references.columns(extension, side, sent, row=row, first=named_first, names_first=names_first)
    return changes


async def _fields(tx: Tx, table: Table, sent: Mapping[str, Any], *, row: Row | None) -> dict[str, Any]:
    extension: Extension = table.info["extension"]
    fields = await definitions.for_writing(tx, extension.object, naming=sent)
    if not fields and not sent:
        return {}
    seen = row["custom_fields"] if row is not None else {}
    before = {**seen, **row["vendor_custom_fields"]} if row is not None else None
    return divided(fields, values_after(fields, sent, side=side_of(tx.caller), before=before), seen=seen)
