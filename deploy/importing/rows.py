"""A row of cells as the body of a request, with every fault named by its column."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deploy.importing import values
from deploy.importing.columns import Field, Matching, Noun, fields_of
from deploy.importing.sheet import Line, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a person may have to say about the numbers and dates of a sheet."""

    currency: str | None = None
    decimal: str | None = None
    date_form: str | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused, and the header of the column it is about, where it is about one."""

    column: str | None
    reason: str

    def __str__(self) -> str:
        return f"{self.column} {self.reason}" if self.column else self.reason


@dataclass(frozen=True, slots=True)
class Record:
    """A row that was read: `body` holds the fields that are not empty, under the paths of the API."""

    number: int
    external_id: str | None
    partner: str | None
    body: Mapping[str, Any]
    faults: tuple[Fault, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    """The header of each field's column, by its dotted path, to name it in a refusal."""


def read_rows(sheet: Sheet, matching: Matching, *, noun: Noun, reading: Reading) -> list[Record]:
    """Return one record for each row; a row with an external id seen before is refused, and names the first."""
    marks = {
        index: reading.decimal or values.decimal_mark(line.cells[index] for line in sheet.lines if not line.fault)
        for index, column in matching.fields.items()
        if column.kind == "money"
    }
    seen: dict[str, int] = {}
    records = []
    for line in sheet.lines:
        record = _record(line, sheet.header, matching.fields, noun=noun, reading=reading, marks=marks)
        first = seen.setdefault(record.external_id, record.number) if record.external_id else record.number
        if first != record.number:
            double = Fault(_header_of("external_id", sheet.header, matching.fields), f"is that of row {first} too")
            record = Record(record.number, record.external_id, record.partner, record.body, (*record.faults, double))
        records.append(record)
    return records


def _record(
    line: Line,
    header: tuple[str, ...],
    fields: Mapping[int, Field],
    *,
    noun: Noun,
    reading: Reading,
    marks: Mapping[int, str | None],
) -> Record:
    if line.fault:
        return Record(line.number, None, None, {}, (Fault(None, line.fault),))
    cells = {column.name: line.cells[index] for index, column in fields.items() if line.cells[index]}
    faults = [
        Fault(_header_of(each.name, header, fields), "is empty")
        for each in fields_of(noun)
        if each.required and each.name not in cells
    ]
    currency, unusable = _currency_of(cells, reading.currency)
    if unusable:
        faults.append(Fault(_header_of("currency", header, fields), unusable))
    if "," in cells.get("external_id", ""):
        # A comma separates the values of a filter, so nothing could be looked up by it.
        faults.append(Fault(_header_of("external_id", header, fields), "has a comma, which an id must not have"))
    body: dict[str, Any] = {}
    for index, column in fields.items():
        cell = line.cells[index]
        if not cell or column.kind in ("currency", "external_id", "partner"):
            continue
        try:
            value = _value(cell, column, currency=currency, reading=reading, mark=marks.get(index))
        except ValueError as problem:
            faults.append(Fault(header[index], str(problem)))
            continue
        _place(body, column.path, value)
    columns = {".".join(column.path): header[index] for index, column in fields.items()}
    return Record(line.number, cells.get("external_id"), cells.get("partner"), body, tuple(faults), columns)


def _currency_of(cells: Mapping[str, str], default: str | None) -> tuple[str | None, str | None]:
    if "currency" not in cells:
        return default, None
    try:
        return values.currency_code(cells["currency"]), None
    except ValueError as problem:
        return None, str(problem)


def _value(cell: str, column: Field, *, currency: str | None, reading: Reading, mark: str | None) -> Any:
    match column.kind:
        case "money":
            amount = values.money(cell, currency=currency, mark=mark)
            return {"amount": amount.amount, "currency": amount.currency}
        case "date":
            return values.day(cell, form=reading.date_form).isoformat()
        case "country":
            return values.country(cell)
        case "flag":
            return values.yes_or_no(cell)
        case "email":
            return values.mail_address(cell)
        case "code":
            return values.code(cell)
        case "codes":
            return [values.code(part) for part in _parts(cell)]
        case "countries":
            return [values.country(part) for part in _parts(cell)]
        case _:
            return cell


def _parts(cell: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;|\n]", cell) if part.strip()]


def _place(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *folders, last = path
    inner = body
    for folder in folders:
        inner = inner.setdefault(folder, {})
    inner[last] = value


def _header_of(name: str, header: tuple[str, ...], fields: Mapping[int, Field]) -> str:
    return next((header[index] for index, column in fields.items() if column.name == name), name)
