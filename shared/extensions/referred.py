"""Filters of a list by parts of a reference: `external_system`, `external_type` and `external_id`, of all that an object has."""

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ARRAY, Integer, Table, Text, any_, bindparam, exists, func, literal_column, select

from shared.db.statements import TENANT
from shared.errors import Fault, InvalidParameter
from shared.extensions.declaration import Extension
from shared.extensions.keys import reference_key

SYSTEM, TYPE, ID = PARAMETERS = ("external_system", "external_type", "external_id")
NAME: Final = "referred"
_TEXT: Final = Text(collation="C")
_ONE: Final = literal_column("1", Integer)
_MOST: Final = 200
_LONGEST: Final = {SYSTEM: 63, TYPE: 63, ID: 2000}

Conditions = tuple[tuple[str, str], ...]


def conditions_in(query: Mapping[str, str], *, owner: str) -> tuple[Conditions, dict[str, Any]]:
    """Return the condition that a query asks for with these parameters, and its values; raises InvalidParameter.

    The keys of a side's references to a system, and to all systems, are neighbours: what is left out is a range of them.
    """
    given = {name: unicodedata.normalize("NFC", query[name]) for name in PARAMETERS if name in query}
    if not given:
        return (), {}
    for name, text in given.items():
        if len(text) > _LONGEST[name]:
            raise InvalidParameter(errors=[Fault(name, "too_long", "This value cannot be read.")])
    if SYSTEM not in given and TYPE in given:
        raise InvalidParameter(
            errors=[Fault(TYPE, "incomplete", "A type is one of a system: name external_system, too.")]
        )
    ids = [each for each in given.get(ID, "").split(",") if each]
    if len(ids) > _MOST:
        raise InvalidParameter(errors=[Fault(ID, "too_many", f"At most {_MOST} values.")])
    first = reference_key(owner, given.get(SYSTEM, ""), given.get(TYPE, ""))
    # A colon is before every letter and digit, and `~` behind all of them.
    first = first if TYPE in given else first.rstrip(":") + ":"
    values: dict[str, Any] = {f"{NAME}_from": first, f"{NAME}_to": first if TYPE in given else first + "~"}
    if ID not in given:
        return ((NAME, "any"),), values
    return ((NAME, "ids"),), {**values, f"{NAME}_ids": ids}


def clause(table: Table, operator: str) -> Any:
    """Return the condition as SQL, with the parameters of `conditions_in`; ids, of which few are asked for, are found first."""
    extension: Extension = table.info["extension"]
    reference = extension.attributes.alias(NAME)
    found = [
        reference.c.tenant_id == TENANT,
        reference.c.key >= bindparam(f"{NAME}_from", type_=_TEXT),
        reference.c.key <= bindparam(f"{NAME}_to", type_=_TEXT),
    ]
    if operator == "any":
        same = (reference.c.created_at == table.c.created_at, reference.c.id == table.c.id)
        return exists(_ONE).where(*found, *same)
    found.append(reference.c.value == any_(bindparam(f"{NAME}_ids", type_=ARRAY(_TEXT))))
    return table.c.id == any_(func.array(select(reference.c.id).where(*found).scalar_subquery(), type_=ARRAY(_TEXT)))


def parameters() -> list[dict[str, Any]]:
    """Return the OpenAPI parameters of these filters."""
    texts = {
        SYSTEM: "Objects that the caller's side knows by a reference to this system.",
        TYPE: "Narrows `external_system` to references of this type.",
        ID: f"One of these ids in references of the caller's side, up to {_MOST}, separated by commas.",
    }
    return [
        {
            "name": name,
            "in": "query",
            "required": False,
            "schema": {"type": "string", "maxLength": _LONGEST[name]},
            "description": text,
        }
        for name, text in texts.items()
    ]
