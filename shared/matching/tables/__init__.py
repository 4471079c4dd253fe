"""Word lists of the matcher: plain text, one entry a line, `#` begins a comment."""

from functools import cache
from importlib import resources


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the entries of one packaged list, without comments and blank lines."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    entries = (line.partition("#")[0].strip() for line in text.splitlines())
    return tuple(entry for entry in entries if entry)
