"""What is wrong with rows, kept for whoever sent them: where and why, and never what was sent."""

from collections.abc import Mapping, Sequence
from typing import Final

from shared.db import several
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Fault, Problem
from shared.imports.commands import tables_of
from shared.imports.targets import Target, column_at

MOST_FAULTS: Final = 20
"""Of a row."""


def faults_of(problem: Problem) -> Sequence[Fault]:
    """Return what a problem says is wrong, itself where it names no place."""
    return problem.errors or (Fault("", problem.code, problem.detail),)


async def store_faults(
    tx: Tx, found: Record, faults: Sequence[tuple[int, Fault]], *, targets: Mapping[str, Target] | None
) -> None:
    """Store what is wrong with rows, each with the column that its field came from."""
    table = tables_of(tx).faults
    rows = [
        tx.as_new(
            {
                "id": tx.new_id("imperr"),
                "whose": found["whose"],
                "import_id": found["id"],
                "row": number,
                "pointer": fault.pointer,
                "column": column_at(targets or {}, fault.pointer),
                "code": fault.code,
                "detail": fault.detail,
            }
        )
        for number, fault in faults
    ]
    if rows:
        await tx.connection.execute(several.adding(table, tuple(rows[0])), rows)
