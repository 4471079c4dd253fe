"""What each shipped role may do: the tables of docs/permissions.md, read as data."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from tests.responses import operations

PAGE: Final = Path("docs/permissions.md")
_VERBS: Final = {
    "c": "create",
    "r": "read",
    "v": "view",
    "w": "write",
    "s": "assign",
    "a": "approve",
    "p": "pay",
    "e": "enter",
}
_USUAL: Final = {"partner": "org", "vendor": "all"}

Granted = Mapping[tuple[str, str], str]
"""The reach of each permission of each role; what is not in it is not granted."""


@cache
def permissions() -> tuple[str, ...]:
    """Every permission that an operation asks for."""
    return tuple(sorted({each.operation["x-permission"] for each in operations() if "x-permission" in each.operation}))


@cache
def intended() -> Granted:
    """What the tables say."""
    found: dict[tuple[str, str], str] = {}
    for side, table in zip(("partner", "vendor"), _tables(), strict=True):
        heading, _, *rows = table
        for _, noun, *cells in rows:
            for role, cell in zip(heading[2:], cells, strict=True):
                for verb, reach in _granted(cell, usual=_USUAL[side]):
                    found[role, f"{noun.strip('`')}:{verb}"] = reach
    # Whoever may read may view.
    views = {(role, permission.replace(":read", ":view")): reach for (role, permission), reach in found.items()}
    return {key: reach for key, reach in views.items() if key[1] in permissions()} | found


@cache
def roles() -> Mapping[str, str]:
    """The roles in the order of the tables, and the side that each is for."""
    return {role: side for side, table in zip(("partner", "vendor"), _tables(), strict=True) for role in table[0][2:]}


def nouns() -> set[str]:
    """The nouns that have a line in one of the tables."""
    return {row[1].strip("`") for table in _tables() for row in table[2:]}


def _granted(cell: str, *, usual: str) -> Iterator[tuple[str, str]]:
    for part in cell.split() if cell != "-" else ():
        letters, _, reach = part.partition(":")
        for letter in letters:
            yield _VERBS[letter], reach or usual


@cache
def _tables() -> list[list[list[str]]]:
    """The cells of the tables that have a column for each role."""
    tables: list[list[list[str]]] = []
    before = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                tables.append([])
            tables[-1].append([cell.strip() for cell in line.strip("|").split("|")])
        before = line
    return [table for table in tables if table[0][:2] == ["area", "noun"]]
