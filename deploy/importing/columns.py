"""Which column of a spreadsheet is which field: by the names people use for it, in English, German and Hungarian, or as told."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

from deploy.importing.encoding import Unreadable
from deploy.importing.values import plain

Noun = Literal["partners", "deals", "leads"]
Kind = Literal[
    "text",
    "code",
    "codes",
    "country",
    "countries",
    "currency",
    "money",
    "date",
    "flag",
    "email",
    "external_id",
    "partner",
]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a row can fill: the name used in `--map`, where it stands in the body, and what people call it."""

    name: str
    path: tuple[str, ...]
    kind: Kind
    required: bool
    called: frozenset[str]


@dataclass(frozen=True, slots=True)
class Matching:
    """The field of each column by its index, and the header names for which there is none."""

    fields: Mapping[int, Field]
    ignored: tuple[str, ...]


@cache
def fields_of(noun: Noun) -> tuple[Field, ...]:
    """Return the fields that rows of a noun can fill."""
    table = json.loads(files("deploy.importing").joinpath("fields.json").read_text("utf-8"))
    return tuple(
        Field(
            each["name"],
            tuple(each["path"].split(".")) if each["path"] else (),
            each["kind"],
            each.get("required", False),
            frozenset(plain(name) for name in (each["name"], each["path"], *each["called"])),
        )
        for each in table[noun]
    )


def match_columns(header: Sequence[str], *, noun: Noun, told: Mapping[str, str]) -> Matching:
    """Return which column is which field; `told` names a field by header, or "-" to leave a column out.

    Raises Unreadable for a header or field that does not exist, a field with two columns, and a required field with none.
    """
    known = {field.name: field for field in fields_of(noun)}
    instructed = _instructed(header, told=told, known=known, noun=noun)
    taken = {field.name for field in instructed.values() if field}
    found: dict[int, Field] = {index: field for index, field in instructed.items() if field}
    ignored = [header[index] for index, field in instructed.items() if field is None]
    for index, name in enumerate(header):
        if index in instructed:
            continue
        field = _called(name, fields=known.values())
        if field is None or field.name in taken:
            ignored.append(name)
            continue
        taken.add(field.name)
        found[index] = field
    missing = [field.name for field in known.values() if field.required and field.name not in taken]
    if missing:
        raise Unreadable(
            f"No column is {' or '.join(missing)}. The header has: {', '.join(header)}."
            f' Say which one it is: --map "{header[0]}={missing[0]}".'
        )
    return Matching(found, tuple(name for name in ignored if name))


def read_map(text: str) -> dict[str, str]:
    """Return the pairs of "Firma=name,Land=country"; raises Unreadable for anything else."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not middle or not left.strip() or not right.strip() for left, middle, right in pairs):
        raise Unreadable('--map needs pairs such as "Firma=name,Land=country".')
    return {left.strip(): right.strip() for left, _, right in pairs}


def _called(name: str, *, fields: Iterable[Field]) -> Field | None:
    wanted = plain(name)
    return next((field for field in fields if wanted and wanted in field.called), None)


def _instructed(
    header: Sequence[str], *, told: Mapping[str, str], known: Mapping[str, Field], noun: Noun
) -> dict[int, Field | None]:
    by_name = {plain(name): index for index, name in enumerate(header)}
    instructed: dict[int, Field | None] = {}
    for column, target in told.items():
        index = by_name.get(plain(column))
        if index is None:
            raise Unreadable(f"--map names a column {column}, but the header has: {', '.join(header)}.")
        if target == "-":
            instructed[index] = None
            continue
        field = known.get(target) or next((each for each in known.values() if ".".join(each.path) == target), None)
        if field is None:
            raise Unreadable(f"--map names {target}, but {noun} have: {', '.join(known)}.")
        if field in instructed.values():
            raise Unreadable(f"--map gives {target} two columns.")
        instructed[index] = field
    return instructed
