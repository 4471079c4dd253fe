"""Switches the mechanism on for a table, in one line of its declaration.

The values stay in the row itself, as documents that are shown as they are. Beside them stands `<table>_attributes`, one
row for each thing that can be looked for: under row-level security only equality and order of plain columns reach an
index, and a document offers neither. Its rows are written by the statement that writes the entity (`stored.py`).
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Column, DateTime, Index, MetaData, Table
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB

from shared.db.columns import bigint, document, identifier, key, record
from shared.db.walls import Wall, partner_wall, tenant_wall
from shared.extensions.keys import Side

DEFINITIONS: Final = "custom_field_definitions"


@dataclass(frozen=True, slots=True)
class Extension:
    """What has been switched on for a table.

    `object` is what custom fields call it; `metadata_of` and `references_of` name the sides that have metadata and references of it.
    """

    object: str
    attributes: Table
    metadata_of: tuple[Side, ...]
    references_of: tuple[Side, ...]
    owner: str | None
    """The column that names the row's partner."""

    def has_metadata(self, side: Side) -> bool:
        """Tell whether a side reads and writes metadata of the object."""
        return side in self.metadata_of

    def references_column(self, side: Side) -> str | None:
        """Return the column with the references of a side, None where it has none."""
        return f"{side}_references" if side in self.references_of else None


def extensible(
    table: Table,
    *,
    object: str,  # noqa: A002
    metadata_of: tuple[Side, ...] = ("vendor", "partner"),
    references_of: tuple[Side, ...] = ("vendor", "partner"),
) -> Table:
    """Give a table metadata, custom fields and external references; returns the table of what can be looked for.

    The sides left out of `metadata_of` and `references_of` neither see nor change the other's.
    """
    wall: Wall = table.info["wall"]
    if wall.kind not in ("partner", "tenant", "vendor"):
        raise ValueError(f"{table.name}: what can be looked for needs a wall of its own")
    for name, empty in _columns(references_of):
        if name not in table.c:
            table.append_column(Column(name, JSONB, nullable=False, server_default=sql(f"'{empty}'::jsonb")))
    owner = wall.column if wall.kind == "partner" else None
    attributes = record(
        f"{table.name}_attributes",
        table.metadata,
        key("key"),
        key("value"),
        Column("created_at", DateTime(timezone=True), primary_key=True),
        key("id"),
        *((identifier("partner_id", null=True),) if owner else ()),
        wall=partner_wall() if owner else wall,
    )
    # Two objects never have the same reference. The name tells this conflict from others.
    reference = Index(
        f"{table.name}_reference",
        *("tenant_id", "key", "value"),
        unique=True,
        postgresql_where=sql("left(key, 2) = 'r:'"),
    )
    reference._set_parent(attributes)
    table.info["extension"] = Extension(object, attributes, metadata_of, references_of, owner)
    _define(table.metadata)
    return attributes


def extension_of(table: Table) -> Extension | None:
    """Return what has been switched on for a table, if anything."""
    found: Extension | None = table.info.get("extension")
    return found


def _columns(references_of: tuple[Side, ...]) -> list[tuple[str, str]]:
    references = [(f"{side}_references", "[]") for side in references_of]
    return [("metadata", "{}"), ("custom_fields", "{}"), ("vendor_custom_fields", "{}"), *references]


def _define(metadata: MetaData) -> Table:
    """Return the service's copy of the tenants' custom fields, declared on first need."""
    found = metadata.tables.get(DEFINITIONS)
    if found is not None:
        return found
    return record(
        DEFINITIONS, metadata, key("object"), key("key"), bigint("version"), document("definition"), wall=tenant_wall()
    )


def definitions_of(metadata: MetaData) -> Table | None:
    """Return the service's copy of the tenants' custom fields; None where no table takes any."""
    return metadata.tables.get(DEFINITIONS)


def blank(table: Table) -> dict[str, Any]:
    """Return the columns of a row to which nothing was added."""
    extension: Extension = table.info["extension"]
    return {name: {} if empty == "{}" else [] for name, empty in _columns(extension.references_of)}
