"""One page of several: the first rows of them all, in one order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Shown = Mapping[str, Any]


def place(row: Shown) -> tuple[datetime, str]:
    """Return where a row stands in the order by creation; ids of services differ, so no two are in the same place."""
    return datetime.fromisoformat(row["created_at"]), row["id"]


def first_of(pages: Iterable[Iterable[Shown]], *, limit: int, descending: bool) -> list[Shown]:
    """Return the first rows of several pages of the same order."""
    return sorted((row for page in pages for row in page), key=place, reverse=descending)[:limit]
