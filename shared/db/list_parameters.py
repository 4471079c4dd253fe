"""The query parameters of lists, as the specification has them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Integer

# Two hundred ids and what separates them; otherwise what a person can choose from.
LONGEST_IDS, LONGEST_CHOICE = 8000, 2000
BOUNDS = ("gte", "gt", "lte", "lt")
# RFC 3339, from 1900 to 2200. Python's own reader takes more: week dates, digits of other scripts.
INSTANT = (
    r"^(?:(?:19|2[01])[0-9]{2}|2200)-[0-9]{2}-[0-9]{2}[Tt][0-2][0-9]:[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?"
    r"(?:[Zz]|[+-][0-2][0-9]:[0-5][0-9])$"
)


def is_ordered(column: Column[Any]) -> bool:
    """Tell whether a filter on the column takes bounds: instants, days and whole numbers."""
    return isinstance(column.type, DateTime | Date | Integer | BigInteger)


def parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    """Return a query parameter that may be left out."""
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def some_of(names: Sequence[str]) -> dict[str, Any]:
    """Return the schema of some of these names, separated by commas."""
    either = "|".join(names)
    return {"type": "string", "pattern": f"^(?:{either})(?:,(?:{either}))*$"}


def schema_of(column: Column[Any], choices: Sequence[str] = ()) -> dict[str, Any]:
    """Return the schema of a filter by the column, which may have no more values than its choices."""
    if choices:
        either = "|".join(choices)
        return {"type": "string", "pattern": f"^(?:(?:{either})(?:,(?:{either}))*)?$"}
    if isinstance(column.type, DateTime):
        return {"type": "string", "format": "date-time", "pattern": INSTANT}
    if isinstance(column.type, Date):
        return {"type": "string", "format": "date"}
    if isinstance(column.type, Integer | BigInteger):
        largest = largest_of(column.type)
        return {"type": "integer", "minimum": -largest, "maximum": largest}
    if isinstance(column.type, Boolean):
        return {"type": "boolean"}
    return {"type": "string", "maxLength": longest_text(column)}


def longest_text(column: Column[Any]) -> int:
    """Return how many characters a filter by the column may have."""
    return LONGEST_IDS if column.name == "id" else LONGEST_CHOICE


def largest_of(kind: Any) -> int:
    """Return the largest whole number that a filter by a column of this type may ask for."""
    return int(2**63 - 1 if isinstance(kind, BigInteger) else 2**31 - 1)


def filter_text(column: Column[Any]) -> str:
    """Return what a filter by the column takes, in words."""
    return "Exactly this value." if is_ordered(column) else "One of these values, up to 200, separated by commas."
