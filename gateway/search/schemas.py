"""How what was found looks."""

from datetime import datetime
from typing import Literal

from shared.web.models import Out


class SearchResultOut(Out):
    """An object that was found: its kind and id, what it is called, and where it is read."""

    object: Literal["search_result"]
    type: str
    id: str
    title: str
    subtitle: str | None
    updated_at: datetime
    href: str


class SearchResultsOut(Out):
    """What was found, best first. `unavailable` names the objects whose service gave no answer in time."""

    object: Literal["list"]
    data: list[SearchResultOut]
    has_more: bool
    unavailable: list[str]
