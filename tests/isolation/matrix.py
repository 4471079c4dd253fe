"""The matrix of every operation and every shipped role, `matrix.csv`: what is asserted cell by cell.

A cell is the reach of the role for that operation, `-` where it is refused, `open` where no token is needed. `only` says
which side an operation is for, whatever the scopes, empty for both, or `program` where the vendor needs reach over all of
the program: it is written by hand. `python -m tests.isolation.matrix` fills in the rest from the tables of docs/permissions.md, and puts a `?` where it has to be written.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.isolation.permissions import intended, roles
from tests.responses import Specified, operations

FILE: Final = Path(__file__).with_name("matrix.csv")
OPEN: Final = "open"
REFUSED: Final = "-"
PROGRAM: Final = "program"
UNDECIDED: Final = "?"
_HEAD: Final = ("operation", "permission", "only")


@dataclass(frozen=True)
class Line:
    """One operation: the side it is for, and how far each role reaches with it."""

    operation: str
    permission: str
    only: str
    cells: Mapping[str, str]


def by_name() -> dict[str, Specified]:
    """Every operation of the specification by its name."""
    return {str(each.operation["operationId"]): each for each in operations()}


def expected(operation: Specified, *, only: str) -> dict[str, str]:
    """What the tables make of an operation that is for this side only."""
    permission = operation.operation.get("x-permission")
    if permission is None:
        return dict.fromkeys(roles(), OPEN)
    cells = {role: intended().get((role, permission), REFUSED) for role in roles()}
    if only == PROGRAM:
        return {role: reach if reach == "all" else REFUSED for role, reach in cells.items()}
    return {role: reach if only in ("", roles()[role]) else REFUSED for role, reach in cells.items()}


def lines() -> dict[str, Line]:
    """The lines of the matrix by operation, as they are committed."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["operation"]: Line(
            row["operation"], row["permission"], row["only"], {role: row[role] for role in row if role not in _HEAD}
        )
        for row in rows
    }


def written(sides: Mapping[str, str]) -> str:
    """The whole matrix as text, for operations that are for these sides only."""
    rows: list[Sequence[str]] = [(*_HEAD, *roles())]
    for name, operation in sorted(by_name().items()):
        # A batch is for whom its single creation is.
        only = sides.get(name.removesuffix("_batch"), sides.get(name, UNDECIDED))
        permission = operation.operation.get("x-permission", "")
        rows.append((name, permission, only, *expected(operation, only=only).values()))
    rows[1:] = sorted(rows[1:], key=lambda row: (row[1], row[0]))
    return "".join(",".join(row) + "\n" for row in rows)


def main() -> None:
    """Write the matrix anew; new operations are named, so that somebody says for which side they are."""
    known = lines() if FILE.exists() else {}
    FILE.write_text(written({name: line.only for name, line in known.items()}), encoding="utf-8")
    undecided = sorted(name for name, line in lines().items() if line.only == UNDECIDED)
    sys.stdout.write("".join(f"{name}: which side is it for?\n" for name in undecided))


if __name__ == "__main__":
    main()
