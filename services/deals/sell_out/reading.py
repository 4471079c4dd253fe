"""Lines of a sell-out report, given as they are or as CSV. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import orjson
from pydantic import ValidationError

from services.deals.sell_out.schemas import PosBatchIn, PosLineIn
from shared.errors import Fault, Invalid
from shared.imports.cells import prepared
from shared.imports.csv_text import rows_in
from shared.imports.targets import mapped
from shared.web.problems import invalid

MOST_LINES = 1000
MOST_FAULTS = 50


def lines_in(body: PosBatchIn, *, mapping: Mapping[str, str] | None) -> Sequence[PosLineIn]:
    """Return the lines of a report, its columns called as the mapping says; else they are called as the fields are.

    Raises Invalid with a pointer into the lines, UnreadableCsv for what is no CSV.
    """
    if (body.lines is None) == (body.csv is None):
        raise Invalid(errors=[Fault("/lines", "one_of", "Send the lines, or the same as CSV.")])
    if mapping is not None and body.csv is None:
        raise Invalid(errors=[Fault("/mapping", "csv_only", "A mapping is for CSV; lines name their fields.")])
    lines = body.lines if body.lines is not None else _read(body.csv or "", mapping)
    if not lines:
        raise Invalid(errors=[Fault("/lines", "empty", "A report has lines.")])
    if len(lines) > MOST_LINES:
        raise Invalid(
            errors=[Fault("/lines", "too_many", "A report has at most 1,000 lines; send another for the rest.")]
        )
    return lines


def _read(text: str, mapping: Mapping[str, str] | None) -> list[PosLineIn]:
    rows = rows_in(text, delimiter=None)
    targets = mapped(PosLineIn, {name: name for row in rows for name in row} if mapping is None else mapping)
    lines, faults = list[PosLineIn](), list[Fault]()
    for place, row in enumerate(rows):
        try:
            made = prepared(row, targets, fields={}, currency=None)
            lines.append(PosLineIn.model_validate_json(orjson.dumps(made.body)))
        except ValidationError as error:
            faults += _within(place, invalid(error))
        except Invalid as wrong:
            faults += _within(place, wrong)
    if faults:
        raise Invalid(errors=faults[:MOST_FAULTS])
    return lines


def _within(place: int, problem: Invalid) -> list[Fault]:
    return [replace(each, pointer=f"/lines/{place}{each.pointer}") for each in problem.errors]
