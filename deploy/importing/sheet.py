"""Rows of a delimited text, in the form of RFC 4180 and in the forms that come instead of it.

A quote that is never closed spoils its own row only: reading goes on at the next line. Rows are numbered as a spreadsheet
program shows them, the header being row 1, whatever line breaks stand inside of cells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from deploy.importing.encoding import Unreadable, decode

DELIMITERS: Final = (";", ",", "\t", "|")
_LARGEST_CELL: Final = 100_000
_SAMPLE: Final = 50
_DECLARED: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the spreadsheet, its cells without outer blanks, and why it cannot be read, if so."""

    number: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and its rows. `mixed` counts the lines that were in another encoding than the rest."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]
    delimiter: str
    encoding: str
    mixed: int


def read_sheet(content: bytes, *, encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """Return the rows of a file; rows that cannot be read carry a fault. Raises Unreadable where there is no table."""
    decoded = decode(content, encoding=encoding)
    text = decoded.text
    declared = _DECLARED.match(text)
    if declared is not None:
        text = text[declared.end() :]
    chosen = delimiter or (declared[1] if declared else _sniffed(text))
    rows = [line for line in _lines(text, delimiter=chosen) if line.fault or any(line.cells)]
    if not rows:
        raise Unreadable("The file is empty.")
    header, *rest = rows
    if header.fault:
        raise Unreadable(f"The header cannot be read: {header.fault}.")
    names = tuple(_without_trailing_blanks(header.cells))
    lines = tuple(_fitted(line, width=len(names)) for line in rest)
    return Sheet(names, lines, chosen, decoded.encoding, decoded.mixed)


def _sniffed(text: str) -> str:
    """The delimiter by which most rows have as many cells as the header, and the most cells."""

    def rating(delimiter: str) -> tuple[int, int]:
        rows = []
        for line in _lines(text, delimiter=delimiter):
            rows.append(line)
            if len(rows) == _SAMPLE:
                break
        width = len(rows[0].cells)
        return (sum(len(row.cells) == width for row in rows) if width > 1 else 0, width)

    return max(DELIMITERS, key=rating)


def _fitted(line: Line, *, width: int) -> Line:
    """The row with exactly as many cells as the header: missing ones at the end are empty, further ones are a fault."""
    if line.fault:
        return line
    cells = _without_trailing_blanks(line.cells)
    if len(cells) > width:
        return Line(line.number, line.cells, f"has {len(cells)} cells, the header has {width}")
    return Line(line.number, (*cells, *[""] * (width - len(cells))))


def _without_trailing_blanks(cells: tuple[str, ...]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _lines(text: str, *, delimiter: str) -> Iterator[Line]:
    end_of_cell = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    position, number = 0, 0
    while position < len(text):
        number += 1
        start, cells = position, []
        while True:
            cell, position, fault = _cell(text, position, plain=end_of_cell, delimiter=delimiter)
            if fault:
                position = _next_line(text, start)
                yield Line(number, (), fault)
                break
            cells.append(cell.strip())
            if text[position : position + 1] == delimiter:
                position += 1
                continue
            position = _after_break(text, position)
            yield Line(number, tuple(cells))
            break


_QUOTED: Final = re.compile(r'[ ]*"((?:[^"]|"")*)"[ ]*')
_UNCLOSED: Final = "has a quote that is not closed at the end of its cell"
_OPENED: Final = re.compile(r'[ ]*"')


def _cell(text: str, position: int, *, plain: re.Pattern[str], delimiter: str) -> tuple[str, int, str | None]:
    if not _OPENED.match(text, position):
        found = plain.match(text, position)
        assert found is not None
        return found[0], found.end(), None
    quoted = _QUOTED.match(text, position, position + _LARGEST_CELL)
    if quoted is None:
        return "", position, _UNCLOSED
    if text[quoted.end() : quoted.end() + 1] not in ("", delimiter, "\r", "\n"):
        return "", position, _UNCLOSED
    return quoted[1].replace('""', '"').replace("\r\n", "\n"), quoted.end(), None


def _after_break(text: str, position: int) -> int:
    return position + (2 if text.startswith("\r\n", position) else 1)


def _next_line(text: str, position: int) -> int:
    found = re.compile(r"\r\n|\n|\r").search(text, position)
    return found.end() if found else len(text)
