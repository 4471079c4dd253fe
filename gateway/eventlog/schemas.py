"""Bodies of the event log."""

from datetime import datetime
from typing import Any, Literal

from shared.web.models import Out


class EventOut(Out):
    """A public event: ids and facts, never personal fields."""

    object: Literal["event"]
    id: str
    position: int
    type: str
    time: datetime
    source: str
    subject: str
    subject_version: int
    actor_id: str
    data: dict[str, Any]


class EventPageOut(Out):
    """Events in order; ask again with `after=next_after`."""

    object: Literal["list"]
    data: list[EventOut]
    has_more: bool
    next_after: int
