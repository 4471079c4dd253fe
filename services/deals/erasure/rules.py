"""What is left of a customer when how its people are reached is erased. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from services.deals.customers.spellings import company_of, learnt
from shared.matching import Company, IdentityKey, blocking_keys, identity_keys

CONTACTS: Final = ("address", "email", "phone")
"""What is about people, of what is known of a customer; the rest says which company it is."""
Row = Mapping[str, Any]


def has_contacts(row: Row, *, prefix: str = "") -> bool:
    """Tell whether a customer's row, or with `prefix` a deal's, says how anybody is reached."""
    known_as = row["known_as"] if not prefix else ()
    return any(row[f"{prefix}{part}"] is not None for part in CONTACTS) or any(
        part in each for each in known_as for part in CONTACTS
    )


def of_customer(row: Row) -> dict[str, Any]:
    """Return what a customer's row says afterwards: spellings that differed in nothing else are one."""
    left: dict[str, Any] = dict.fromkeys(CONTACTS)
    spelt = [{part: value for part, value in each.items() if part not in CONTACTS} for each in row["known_as"]]
    known_as = learnt({**row, **left, "known_as": []}, [Company(**each) for each in spelt])
    return left | {"known_as": known_as}


def of_deal(row: Row) -> dict[str, Any]:
    """Return what a deal's row says afterwards; a digest from earlier releases is of what is erased, too."""
    left: dict[str, Any] = {f"customer_{part}": None for part in CONTACTS}
    return left if row["facts_digest"] is None else {**left, "facts_digest": None}


def of_import_row(before: Row | None) -> dict[str, Any] | None:
    """Return what an import keeps of the rows that it has written, without the personal values that were there before."""
    if before is None:
        return None
    personal = {*CONTACTS, *(f"customer_{part}" for part in CONTACTS), "known_as"}
    rows = [
        each | {"before": {name: value for name, value in each["before"].items() if name not in personal}}
        for each in before["rows"]
    ]
    return {**before, "rows": rows}


def lost_keys(companies: Iterable[Company]) -> tuple[list[IdentityKey], list[str]]:
    """Return the keys that only how people are reached has given: those that decide, and those it is found by."""
    known = list(companies)
    left = [_without_contacts(each) for each in known]
    deciding = {key for each in known for key in identity_keys(each)} - {
        key for each in left for key in identity_keys(each)
    }
    found_by = {key for each in known for key in blocking_keys(each)} - {
        key for each in left for key in blocking_keys(each)
    }
    return sorted(deciding), sorted(found_by)


def known_of(row: Row) -> list[Company]:
    """Return a customer as its row and all that it was registered as say it."""
    return [company_of(row), *(Company(**each) for each in row["known_as"])]


def _without_contacts(company: Company) -> Company:
    return replace(company, address=None, email=None, phone=None)
