"""Filters of a list by what was added to its objects: metadata, custom fields and external references."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import FromClause, Integer, Table, Text, bindparam, exists, literal_column

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.statements import TENANT
from shared.errors import Fault, InvalidParameter
from shared.extensions import referred
from shared.extensions.declaration import Extension
from shared.extensions.fields import ORDERED, Definition, NotAValue, wanted
from shared.extensions.keys import METADATA, Side, reference_key

MOST: Final = 3
OBJECTS: Final = ("metadata", "custom")
"""Parameters that are objects: `metadata[key]`, `custom[key]`, `custom[key][gte]`."""
REFERENCE: Final = "external_reference"
REFERENCES: Final = (REFERENCE, *referred.PARAMETERS)
_PREFIX: Final = "attribute_"
_NOTE: Final = re.compile(r"metadata\[([^\[\]]{1,64})\]")
_FIELD: Final = re.compile(r"custom\[([a-z0-9_]{1,64})\](?:\[(gte|gt|lte|lt)\])?")
_ONE: Final = literal_column("1", Integer)
_LONGEST, _LONGEST_REFERENCE = 500, 620

Conditions = tuple[tuple[str, str], ...]


def is_ours(parameter: str) -> bool:
    """Tell whether a query parameter filters by what was added to an object."""
    return parameter in REFERENCES or parameter.partition("[")[0] in OBJECTS


def side_of(caller: Caller) -> Side:
    """Return the side a caller is on."""
    return "vendor" if is_vendor_side(caller) else "partner"


def owner_of(caller: Caller) -> str:
    """Return whose references a caller's are: the vendor's, or its partner's."""
    return "vendor" if is_vendor_side(caller) else str(caller.partner_id)


def conditions_in(
    extension: Extension, query: Mapping[str, str], *, caller: Caller, fields: Mapping[str, Definition]
) -> tuple[Conditions, dict[str, Any]]:
    """Return the conditions that a query asks for, and their values; raises InvalidParameter.

    `fields` are the object's custom fields, where the query names one.
    """
    by_parts, values = referred.conditions_in(query, owner=owner_of(caller))
    found = [*by_parts]
    asked = sorted(name for name in query if is_ours(name) and name not in referred.PARAMETERS)
    if len(asked) > MOST:
        raise InvalidParameter(errors=[Fault(asked[MOST][:100], "too_many", f"At most {MOST} such filters.")])
    for place, parameter in enumerate(asked):
        key, operator, value = _read(extension, parameter, query[parameter], caller, fields)
        name = f"{_PREFIX}{place}"
        found.append((name, operator))
        values |= {f"{name}_key": key, f"{name}_{operator}": value}
    return tuple(found), values


def fields_named(query: Mapping[str, str]) -> list[str]:
    """Return the keys of the custom fields that a query filters by."""
    return [match[1] for name in query if (match := _FIELD.fullmatch(name)) is not None]


def _read(
    extension: Extension, parameter: str, text: str, caller: Caller, fields: Mapping[str, Definition]
) -> tuple[str, str, str]:
    if len(text) > (_LONGEST_REFERENCE if parameter == REFERENCE else _LONGEST):
        raise InvalidParameter(errors=[Fault(parameter[:100], "too_long", "This value cannot be read.")])
    text = unicodedata.normalize("NFC", text)
    if parameter == REFERENCE:
        parts = text.split(":", 2)
        if len(parts) != 3 or not all(parts):
            raise InvalidParameter(errors=[Fault(parameter[:100], "unreadable", "Expected system:type:id.")])
        return reference_key(owner_of(caller), parts[0], parts[1]), "eq", parts[2]
    if parameter.startswith("custom"):
        return _by_field(parameter, text, caller, fields)
    match = _NOTE.fullmatch(unicodedata.normalize("NFC", parameter))
    if match is None or not extension.has_metadata(side_of(caller)):
        raise InvalidParameter(
            errors=[Fault(parameter[:100], "unknown_parameter", "This parameter is not known here.")]
        )
    return METADATA + match[1], "eq", text


def _by_field(parameter: str, text: str, caller: Caller, fields: Mapping[str, Definition]) -> tuple[str, str, str]:
    match = _FIELD.fullmatch(parameter)
    field = fields.get(match[1]) if match is not None else None
    if match is None or field is None or not field.is_visible_to(side_of(caller)):
        raise InvalidParameter(errors=[Fault(parameter[:100], "unknown_field", "There is no such custom field.")])
    if match[2] and field.kind not in ORDERED:
        raise InvalidParameter(errors=[Fault(parameter[:100], "not_ordered", "This field has no order.")])
    try:
        key, value = wanted(field, text)
    except NotAValue as wrong:
        raise InvalidParameter(errors=[wrong.at(parameter[:100])]) from wrong
    return key, match[2] or "eq", value


def is_attribute(name: str) -> bool:
    """Tell whether a condition is one of these."""
    return name == referred.NAME or name.startswith(_PREFIX)


def clauses(table: Table, name: str, operator: str) -> list[Any]:
    """Return a condition as SQL, with the parameters `<name>_key` and `<name>_<operator>`.

    Equality joins the row that says so, of which there is one at most, so that the list can be read in the order of its
    index; a bound only asks whether there is one.
    """
    if name == referred.NAME:
        return [referred.clause(table, operator)]
    attribute = joined(table, name)
    value = bindparam(f"{name}_{operator}", type_=Text(collation="C"))
    found = [
        attribute.c.tenant_id == TENANT,
        attribute.c.key == bindparam(f"{name}_key", type_=Text(collation="C")),
        attribute.c.created_at == table.c.created_at,
        attribute.c.id == table.c.id,
    ]
    match operator:
        case "eq":
            return [*found, attribute.c.value == value]
        case "gte":
            found.append(attribute.c.value >= value)
        case "gt":
            found.append(attribute.c.value > value)
        case "lte":
            found.append(attribute.c.value <= value)
        case _:
            found.append(attribute.c.value < value)
    return [exists(_ONE).where(*found)]


@lru_cache(maxsize=256)
def joined(table: Table, name: str) -> FromClause:
    """Return the table of what can be looked for, as the condition of this name uses it."""
    extension: Extension = table.info["extension"]
    return extension.attributes.alias(name)


def in_creation_order(table: Table, conditions: Conditions) -> list[FromClause]:
    """Return what the conditions join and an index has in the order of creation."""
    return [joined(table, name) for name, operator in conditions if is_attribute(name) and operator == "eq"]


def parameters(extension: Extension) -> list[dict[str, Any]]:
    """Return the OpenAPI parameters of these filters."""
    texts = {"type": "object", "additionalProperties": {"type": "string", "maxLength": _LONGEST}}
    return [
        {
            "name": "metadata",
            "in": "query",
            "required": False,
            "style": "deepObject",
            "explode": True,
            "schema": texts,
            "description": f"`metadata[key]=value`: exactly this value; at most {MOST} of these filters together.",
        },
        {
            "name": "custom",
            "in": "query",
            "required": False,
            "style": "deepObject",
            "explode": True,
            "schema": texts,
            "description": "`custom[key]=value`: exactly this value of a custom field, or one of its choices; numbers, days"
            " and instants also take bounds, as `custom[key][gte]`, `[gt]`, `[lte]` and `[lt]`.",
        },
        {
            "name": REFERENCE,
            "in": "query",
            "required": False,
            "schema": {"type": "string", "pattern": "^[^:]+:[^:]+:[^\\x00]+$", "maxLength": _LONGEST_REFERENCE},
            "description": "`system:type:id`: the object that the caller's side knows by this reference.",
        },
        *referred.parameters(),
    ]
