"""What lists are sorted by, and the places in that order which cursors keep.

A column that may be empty is sorted by what an empty one counts as, so that nothing is without a place: an amount that
nobody has named is less than any, a day that nobody has named is later than any.
"""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Date, DateTime, case, literal_column

# The driver's name for infinity.
_LATEST: Final = date.max
_LEAST: Final = -1


def is_sorted_when_empty(column: Column[Any]) -> bool:
    """Tell whether lists may be sorted by a column that may be empty: its table has an index of `sort_key`."""
    return bool(column.info.get("sorted_when_empty"))


def sort_key(column: Column[Any], of: ColumnElement[Any] | None = None) -> ColumnElement[Any]:
    """Return what rows are sorted by for a column; `of` is the column of a subquery that has its values."""
    values: ColumnElement[Any] = column if of is None else of
    if not is_sorted_when_empty(column):
        return values
    empty = "DATE 'infinity'" if isinstance(column.type, Date) else str(_LEAST)
    # Not `coalesce`: under row-level security the planner takes it for what might leak, and keeps it from an index.
    return case((values.is_(None), literal_column(empty, column.type)), else_=values)


def stored(column: Column[Any], value: Any) -> Any:
    """Return the place of a row with this value as a cursor keeps it."""
    if value is None and is_sorted_when_empty(column):
        value = _LATEST if isinstance(column.type, Date) else _LEAST
    return value.isoformat() if isinstance(value, date) else value


def restored(column: Column[Any], kept: Any) -> Any:
    """Return the value of a place that a cursor has kept."""
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(kept)
    return date.fromisoformat(kept) if isinstance(column.type, Date) else kept
