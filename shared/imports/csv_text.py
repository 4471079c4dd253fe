"""CSV as RFC 4180 has it, read into rows by their column names. Pure."""

import csv
import io
from typing import Final

from shared.errors import Fault
from shared.imports.problems import UnreadableCsv

DELIMITERS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}
MOST_COLUMNS: Final = 200
LONGEST_NAME: Final = 200
# As long as the longest text that a body takes; a spreadsheet's cells end at 32,767.
_LONGEST_CELL: Final = 32_767
_CODE: Final = "unreadable_csv"


def rows_in(text: str, *, delimiter: str | None) -> list[dict[str, str]]:
    """Return the rows under the header line, each with its cells that are not empty; a byte order mark is passed over.

    `delimiter` is a name, or None to find out from the header. Raises UnreadableCsv, naming the line.
    """
    text = text.removeprefix("\ufeff")
    mark = DELIMITERS[delimiter] if delimiter else _delimiter_of(text)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        header = [name.strip() for name in next(lines, [])]
        _check(header)
        return [_row(header, cells, line=lines.line_num) for cells in lines if cells]
    except csv.Error as error:
        raise UnreadableCsv(
            errors=[
                Fault(
                    "/csv",
                    _CODE,
                    f"Line {lines.line_num} has a quotation mark out of place, or a cell that is too long.",
                )
            ]
        ) from error


def _row(header: list[str], cells: list[str], *, line: int) -> dict[str, str]:
    if len(cells) > len(header):
        raise UnreadableCsv(errors=[Fault("/csv", _CODE, f"Line {line} has more cells than the header has names.")])
    if any(len(cell) > _LONGEST_CELL for cell in cells):
        raise UnreadableCsv(
            errors=[Fault("/csv", _CODE, f"Line {line} has a cell of more than {_LONGEST_CELL} characters.")]
        )
    return {name: text for name, cell in zip(header, cells, strict=False) if (text := cell.strip())}


def _check(header: list[str]) -> None:
    if not any(header):
        raise UnreadableCsv(errors=[Fault("/csv", _CODE, "The first line must have the names of the columns.")])
    if len(header) > MOST_COLUMNS:
        raise UnreadableCsv(errors=[Fault("/csv", _CODE, f"At most {MOST_COLUMNS} columns.")])
    if not all(header) or any(len(name) > LONGEST_NAME for name in header):
        raise UnreadableCsv(
            errors=[Fault("/csv", _CODE, f"Every column needs a name of at most {LONGEST_NAME} characters.")]
        )
    if len(set(header)) < len(header):
        raise UnreadableCsv(errors=[Fault("/csv", _CODE, "Two columns have the same name.")])


def _delimiter_of(text: str) -> str:
    """Return what separates the names in the first line: the one of the three that stands there most often, outside quotes."""
    line, quoted = [], False
    for letter in text:
        quoted = quoted != (letter == '"')
        if letter in "\r\n" and not quoted:
            break
        if not quoted:
            line.append(letter)
    return max(DELIMITERS.values(), key=line.count)


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def written(rows: list[list[str]]) -> bytes:
    """Return rows as CSV in UTF-8 that spreadsheet programs recognise."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([safe_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" + out.getvalue()).encode()
