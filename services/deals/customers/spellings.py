"""What a customer was registered as, besides what its own row says of it: all of it is compared, and the likest counts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from shared.matching import Company, record_key

MOST: Final = 50
"""How many a customer keeps, the first ones: more are found by their keys, and not compared."""
IDENTITY: Final = ("country", "domain", "tax_id", "lei", "duns", "address", "email", "phone")
PARTS: Final = ("name", *IDENTITY)
_SHOWN: Final = ("name", "country", "domain", "tax_id")
Row = Mapping[str, Any]


def identity_of(company: Company) -> dict[str, str | None]:
    """Return what tells a company from others, beside its name, as rows keep it."""
    return {part: getattr(company, part) for part in IDENTITY}


def company_of(row: Row) -> Company:
    """Return what a customer's own row says of it."""
    return Company(**{part: row[part] for part in PARTS})


def companies_of(row: Row) -> list[Company]:
    """Return a customer as everything it was registered as, its own row first; what one of them left out is the row's."""
    own = company_of(row)
    return [own, *(_filled(each, row) for each in row["known_as"])]


def learnt(row: Row, companies: Iterable[Company]) -> list[dict[str, str]]:
    """Return what a customer is known as with these companies added, those that compare like a known one left out."""
    kept = list(row["known_as"])
    known = {record_key(each) for each in companies_of(row)}
    for company in companies:
        written = _written(company)
        key = record_key(_filled(written, row))
        if key not in known and len(kept) < MOST:
            known.add(key)
            kept.append(written)
    return kept


def corrected(row: Row, right: Mapping[str, str | None]) -> list[dict[str, str]]:
    """Return what a customer is known as when something of it is put right: what was registered with the same mistake is too."""
    kept = []
    for each in row["known_as"]:
        mistaken = {part for part in right if part in each and _reads_alike(part, each[part], row[part])}
        rest = {part: value for part, value in each.items() if part not in mistaken}
        kept.append(rest | {part: value for part in mistaken if (value := right[part]) is not None})
    return kept


def _reads_alike(part: str, one: str, other: str | None) -> bool:
    texts: list[dict[str, Any]] = [{part: value} for value in (one, other)]
    return one == other or len({record_key(Company("", **each)) for each in texts}) == 1


def forgotten(row: Row, *, leaving: Iterable[Company], staying: Iterable[Company]) -> list[dict[str, str]]:
    """Return what is left of what a customer is known as when some of its registrations leave: what no other one says goes too."""
    kept = {record_key(each) for each in staying}
    gone = {record_key(each) for each in leaving} - kept
    return [each for each in row["known_as"] if record_key(Company(**each)) not in gone]


def names_of(known_as: Sequence[Row]) -> list[dict[str, str | None]]:
    """Return what a customer is known as in the form in which it is shown: how its people are reached is not in it."""
    shown = {tuple(each.get(part) for part in _SHOWN) for each in known_as}
    return [dict(zip(_SHOWN, each, strict=True)) for each in sorted(shown, key=str)]


def _written(company: Company) -> dict[str, str]:
    return {part: value for part in PARTS if (value := getattr(company, part)) is not None}


def _filled(written: Row, row: Row) -> Company:
    return Company(**{part: written.get(part) or row[part] for part in PARTS})
