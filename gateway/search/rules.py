"""What comes first of what was found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """An object that a search has found; `updated_at` is RFC 3339 in UTC, so its order is that of the text."""

    object: str
    id: str
    title: str
    subtitle: str | None
    updated_at: str
    href: str


def ranked(
    found: Iterable[Found], asked: Sequence[str], *, words_of: Callable[[Iterable[str | None]], Iterable[str]]
) -> list[Found]:
    """Return the best first: most words of the search whole in the title, then begun there, then last changed.

    Of equals, the one with the lower id comes first.
    """

    def merit(each: Found) -> tuple[int, int]:
        named = list(words_of([each.title]))
        return sum(word in named for word in asked), sum(any(one.startswith(word) for one in named) for word in asked)

    newest = sorted(sorted(found, key=lambda each: each.id), key=lambda each: each.updated_at, reverse=True)
    return sorted(newest, key=merit, reverse=True)
