"""A row's texts as the body of a request: each read as what its field takes. Pure.

Only what can be read in one way is read: dates as 2026-12-31, amounts as 1234.50, truth as true or false. An empty cell
leaves its field out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from shared.errors import Fault, Invalid
from shared.extensions.fields import Definition
from shared.imports.targets import EXTERNAL_ID, Target
from shared.values.money import CURRENCIES, exponent, from_major

_WHOLE: Final = re.compile(r"-?[0-9]{1,19}")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,12})?")
_TRUTH: Final = {"true": True, "false": False, "TRUE": True, "FALSE": False}
_SEPARATORS: Final = re.compile(r"[;|\n]")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A row as the body of a request, and the other system's id for it."""

    body: dict[str, Any]
    external_id: str | None


class Unread(Exception):
    """A text is not what its field takes; `fault` says why, and not yet where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault


def prepared(
    source: Mapping[str, Any],
    targets: Mapping[str, Target] | None,
    *,
    fields: Mapping[str, Definition],
    currency: str | None,
) -> Prepared:
    """Return a row's body; without targets the row is one already. Raises Invalid with a pointer to each fault."""
    if targets is None:
        body = dict(source)
        named = body.pop(EXTERNAL_ID, None)
        if named is not None and not isinstance(named, str):
            raise Invalid(errors=[Fault(f"/{EXTERNAL_ID}", "wrong_type", "Expected a text.")])
        return Prepared(body, named)
    body, faults = dict[str, Any](), list[Fault]()
    code = _currency_in(source, targets) or currency
    for column, target in targets.items():
        given = source.get(column)
        if given is None or given == "" or target.kind == "external_id":
            continue
        try:
            _place(body, target.path, _value(given, target, fields=fields, currency=code))
        except Unread as wrong:
            faults.append(replace(wrong.fault, pointer="/" + "/".join(target.path)))
    if faults:
        raise Invalid(errors=faults)
    for target in targets.values():
        if target.kind == "money":
            _without_lone_currency(body, target.path)
    return Prepared(body, _external_id(source, targets))


def _without_lone_currency(body: dict[str, Any], path: tuple[str, ...]) -> None:
    """Leave out the currency of an amount that the row does not have."""
    *outer, last = path
    for name in outer:
        body = body.get(name, {})
    if isinstance(body.get(last), dict) and set(body[last]) == {"currency"}:
        del body[last]


def _external_id(source: Mapping[str, Any], targets: Mapping[str, Target]) -> str | None:
    column = next((name for name, target in targets.items() if target.kind == "external_id"), None)
    named = source.get(column) if column else None
    return None if named in (None, "") else str(named)


def _currency_in(source: Mapping[str, Any], targets: Mapping[str, Target]) -> str | None:
    named = next((source.get(name) for name, target in targets.items() if target.path[-1:] == ("currency",)), None)
    return named if isinstance(named, str) and named else None


def _value(given: Any, target: Target, *, fields: Mapping[str, Definition], currency: str | None) -> Any:
    if not isinstance(given, str):
        # Rows that are JSON say by themselves what is a number, and what is not.
        return given
    text = given.strip()
    match target.kind:
        case "integer":
            return _whole(text)
        case "boolean":
            return _truth(text)
        case "list":
            return _parts(text)
        case "money":
            return {"amount": _minor(text, currency), "currency": currency}
        case "custom":
            return _custom(text, fields.get(target.path[-1]))
    return text


def _whole(text: str) -> int:
    if _WHOLE.fullmatch(text) is None:
        raise Unread(Fault("", "wrong_type", "Expected a whole number."))
    return int(text)


def _truth(text: str) -> bool:
    if text not in _TRUTH:
        raise Unread(Fault("", "wrong_type", "Expected true or false."))
    return _TRUTH[text]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _minor(text: str, currency: str | None) -> int:
    if currency is None:
        raise Unread(
            Fault("", "currency_needed", "An amount needs a currency: map a column to it, or name one in the options.")
        )
    if currency not in CURRENCIES:
        raise Unread(Fault("", "wrong_form", "The currency is not an ISO 4217 currency in use."))
    if _AMOUNT.fullmatch(text) is None:
        raise Unread(
            Fault(
                "", "ambiguous_amount", "Write the amount with a point for decimals and nothing else, such as 1234.50."
            )
        )
    try:
        return from_major(text, currency).amount
    except ValueError as error:
        raise Unread(Fault("", "too_many_decimals", f"{currency} has {exponent(currency)} decimals.")) from error


def _custom(text: str, field: Definition | None) -> Any:
    match field.kind if field is not None else "text":
        case "integer":
            return _whole(text)
        case "boolean":
            return _truth(text)
        case "multi_choice":
            return _parts(text)
    return text


def _place(body: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, last = path
    for name in outer:
        body = body.setdefault(name, {})
    if isinstance(value, dict) and isinstance(body.get(last), dict):
        body[last].update(value)
    else:
        body[last] = value
