"""Tells many stories at once, in the order of time.

A story is an async generator: what it does, it does at the instant it was woken for, and what it yields is the instant of its
next step. Stories of one lane take turns in the order of time, so that each load makes the same content; lanes run side by side.
Between two chapters the machinery catches up: events are delivered, and what has fallen due happens.
"""

import asyncio
import heapq
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Final

Story = AsyncIterator[datetime]
_Waiting = tuple[datetime, int, Story]


class StoryEnds(Exception):
    """Raised inside a story that cannot go on, though nothing is wrong."""


CHAPTER: Final = timedelta(days=6)
"""A step that lies so far ahead finds everything delivered that came before."""
_STORY_TIME: Final[ContextVar[datetime]] = ContextVar("story_time")


def story_time() -> datetime:
    """Return the instant of the story that runs here; what it calls sees the same."""
    return _STORY_TIME.get()


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let everything inside happen at an instant."""
    before = _STORY_TIME.set(instant)
    try:
        yield
    finally:
        _STORY_TIME.reset(before)


class Director:
    """Runs stories until an instant; what would come later is left undone, as in life."""

    def __init__(self, *, catch_up: Callable[[], Awaitable[int]], until: datetime) -> None:
        self._catch_up, self._until = catch_up, until
        self._lanes: dict[str, list[_Waiting]] = defaultdict(list)
        self._count = 0

    def tell(self, story: Story, *, lane: str, begins: datetime) -> None:
        """Let a story begin at an instant."""
        self._count += 1
        heapq.heappush(self._lanes[lane], (begins, self._count, story))

    async def run(self, *, progress: Callable[[float], None]) -> None:
        """Tell all stories to their end, or to the end of time; `progress` gets the part of time that has passed, 0 to 1."""
        begins = self._next()
        if begins is None:
            return
        while (first := self._next()) is not None and first <= self._until:
            ends = min(first + CHAPTER - timedelta(microseconds=1), self._until)
            async with asyncio.TaskGroup() as group:
                for lane in list(self._lanes.values()):
                    group.create_task(self._chapter(lane, ends))
            with at(ends):
                await self._catch_up()
            # Business grows, so the later months have more to tell.
            progress(((ends - begins) / (self._until - begins)) ** 2)
        for lane in self._lanes.values():
            for _, _, story in lane:
                await story.aclose()  # type: ignore[attr-defined]

    async def _chapter(self, lane: list[_Waiting], ends: datetime) -> None:
        while lane and lane[0][0] <= ends:
            due, number, story = heapq.heappop(lane)
            with at(due):
                try:
                    following = await anext(story, None)
                except StoryEnds:
                    following = None
            if following is not None:
                heapq.heappush(lane, (max(following, due), number, story))

    def _next(self) -> datetime | None:
        return min((lane[0][0] for lane in self._lanes.values() if lane), default=None)
