"""Filters of a list: from the query's text to typed conditions, and from those to SQL."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ARRAY, Boolean, Date, DateTime, any_, bindparam

from shared.db.keyed import keyed
from shared.db.list_parameters import BOUNDS, INSTANT, is_ordered, largest_of, longest_text
from shared.db.ordering import is_sorted_when_empty, sort_key
from shared.db.resource import Resource
from shared.errors import Fault
from shared.errors import InvalidParameter as InvalidParameter
from shared.extensions import filters as attributes
from shared.extensions.declaration import extension_of
from shared.search import filters as searching
from shared.search.declaration import search_of

Conditions = tuple[tuple[str, str], ...]
"""Names of columns, each with `eq`, `in` or a bound."""

# Python's own readers take more than the specification promises: digits of other scripts, `1_000`.
_INSTANT: Final = re.compile(INSTANT)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
_MOST_VALUES: Final = 200


def conditions_in(resource: Resource, query: Mapping[str, str]) -> tuple[Conditions, dict[str, Any]]:
    """Return the conditions that a query asks for, and their values; raises InvalidParameter for one that cannot be read."""
    conditions: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for parameter, text in query.items():
        name, _, bound = parameter.partition("[")
        if name not in resource.filters:
            continue
        column, operator = resource.table.c[name], bound.rstrip("]") or "eq"
        value: Any
        if operator == "eq" and not is_ordered(column) and not isinstance(column.type, Boolean):
            if len(text) > longest_text(column):
                raise InvalidParameter(errors=[Fault(parameter, "too_long", "This value cannot be read.")])
            operator, value = "in", [part for part in text.split(",") if part]
            keys = resource.keyed.get(name)
            most = _MOST_VALUES if keys is None else keys.most
            if (choices := resource.choices(name)) and not set(value) <= set(choices):
                raise InvalidParameter(errors=[Fault(parameter, "unknown_value", f"One of: {', '.join(choices)}.")])
            if len(value) > most:
                raise InvalidParameter(errors=[Fault(parameter, "too_many", f"At most {most} values.")])
            if keys is not None:
                value = sorted({key for part in value for key in keys.reading(part)})
        else:
            value = _parsed(column.type, text, parameter)
        conditions.append((name, operator))
        values[f"{name}_{operator}"] = value
    return tuple(conditions), values


def _parsed(kind: Any, text: str, parameter: str) -> Any:
    try:
        if isinstance(kind, DateTime):
            if _INSTANT.fullmatch(text) is None:
                raise ValueError("not an instant")
            return datetime.fromisoformat(text.upper())
        if isinstance(kind, Date):
            if _DAY.fullmatch(text) is None:
                raise ValueError("not a day")
            return date.fromisoformat(text)
        if isinstance(kind, Boolean):
            return {"true": True, "false": False}[text]
        if _WHOLE.fullmatch(text) is None:
            raise ValueError("not a whole number")
        number = int(text)
        if abs(number) > largest_of(kind):
            raise ValueError("out of range")
    except (ValueError, KeyError) as error:
        wanted = "an RFC 3339 instant with Z" if isinstance(kind, DateTime) else "a valid value of its type"
        raise InvalidParameter(errors=[Fault(parameter, "unreadable", f"Expected {wanted}.")]) from error
    return number


def clauses_of(resource: Resource, conditions: Conditions, *, shape: str) -> list[Any]:
    """Return the conditions as SQL, for a view of a shape, with a parameter `<name>_<operator>` each."""
    table, clauses = resource.table, []
    for name, operator in conditions:
        if name == searching.PARAMETER and (search := search_of(table)) is not None:
            clauses.append(searching.clause(table, search, count=int(operator), shape=shape))
            continue
        if attributes.is_attribute(name):
            clauses += attributes.clauses(table, name, operator)
            continue
        column = table.c[name]
        parameter = bindparam(f"{name}_{operator}", type_=ARRAY(column.type) if operator == "in" else column.type)
        if (keys := resource.keyed.get(name)) is not None:
            clauses.append(keyed(table, keys, parameter, shape=shape))
            continue
        clauses.append(_comparison(sort_key(column), operator, parameter))
        if is_sorted_when_empty(column):
            # What an empty one counts as is no value that it has.
            clauses.append(column.is_not(None))
    return clauses


def _comparison(column: Any, operator: str, parameter: Any) -> Any:
    match operator:
        case "in":
            return column == any_(parameter)
        case "eq":
            return column == parameter
        case "gte":
            return column >= parameter
        case "gt":
            return column > parameter
        case "lte":
            return column <= parameter
        case _:
            return column < parameter


def filter_names(resource: Resource) -> frozenset[str]:
    """Return the query parameters that filter a list of this resource."""
    bounds = {f"{name}[{bound}]" for name in resource.filters if is_ordered(resource.table.c[name]) for bound in BOUNDS}
    references = attributes.REFERENCES if extension_of(resource.table) is not None else ()
    searches = {searching.PARAMETER} if search_of(resource.table) is not None else set()
    return frozenset({*resource.filters, *bounds, *references, *searches})
