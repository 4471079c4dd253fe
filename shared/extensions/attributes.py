"""What can be looked for of a row: keys and values, computed from the row alone. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Table

from shared.extensions.declaration import Extension, extension_of
from shared.extensions.keys import FIELD, LONGEST, METADATA, NUMBER, NUMERIC, in_order, reference_key, written

Attribute = tuple[str, str]


def attributes_of(table: Table, row: Mapping[str, Any]) -> frozenset[Attribute]:
    """Return the keys and values under which a row, its documents decoded, is found."""
    extension = extension_of(table)
    return frozenset(_all_of(extension, row)) if extension is not None else frozenset()


def _all_of(extension: Extension, row: Mapping[str, Any]) -> Iterator[Attribute]:
    for name, value in row["metadata"].items():
        yield METADATA + name, value
    for column in ("custom_fields", "vendor_custom_fields"):
        for name, value in row[column].items():
            for each in value if isinstance(value, list) else [value]:
                yield from _of_field(name, each)
    for side in extension.references_of:
        owner = "vendor" if side == "vendor" else str(row[extension.owner]) if extension.owner else side
        for reference in row[f"{side}_references"]:
            yield reference_key(owner, reference["system"], reference["type"]), reference["id"]


def _of_field(name: str, value: Any) -> Iterator[Attribute]:
    text = written(value)
    if len(text) <= LONGEST:
        yield FIELD + name, text
    # A text that reads as a number costs a row more, and spares the writer a look at the field's definition.
    if not isinstance(value, bool) and NUMERIC.fullmatch(text):
        yield NUMBER + name, in_order(Decimal(text))
