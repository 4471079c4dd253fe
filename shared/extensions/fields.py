"""Custom fields: what a tenant has defined, and whether a value is one of a field's. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from shared.errors import Fault, Forbidden, Invalid
from shared.extensions.keys import FIELD, LONGEST, NUMBER, NUMERIC, Side, in_order

TYPES: Final = (
    *("text", "long_text", "number", "integer", "boolean", "date", "instant"),
    *("choice", "multi_choice", "email", "url"),
)
ORDERED: Final = frozenset({"number", "integer", "date", "instant"})
LONGEST_TEXT: Final = 10_000
_SAFE: Final = 9_007_199_254_740_991
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.I)
_EMAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
_URL: Final = re.compile(r"https?://[^\s/:@?#]+(:\d{1,5})?([/?#]\S*)?")


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field of a tenant. Bounds are texts in the form of the field's own values."""

    key: str
    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: str | None = None
    maximum: str | None = None
    max_length: int | None = None
    visible_to_partner: bool = False
    editable_by_partner: bool = False
    default_value: Any = None
    status: str = "active"

    def is_editable_by(self, side: Side) -> bool:
        """Tell whether a side writes the field."""
        return side == "vendor" or (self.visible_to_partner and self.editable_by_partner)

    def is_visible_to(self, side: Side) -> bool:
        """Tell whether a side sees the field."""
        return side == "vendor" or self.visible_to_partner


class NotAValue(ValueError):
    """A value is none of a field's; `fault` says why, and not yet where."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.detail)
        self.fault = fault

    def at(self, pointer: str) -> Fault:
        """Return what is wrong, and where."""
        return replace(self.fault, pointer=pointer)


def value_of(field: Definition, sent: Any) -> Any:
    """Return a value in the one form in which it is stored: numbers and instants are written in one way.

    Raises NotAValue: `wrong_type`, `wrong_form`, `empty`, `too_long`, `too_many`, `duplicate`, `not_a_choice`, `out_of_range`.
    """
    match field.kind:
        case "boolean":
            if not isinstance(sent, bool):
                raise NotAValue(Fault("", "wrong_type", "Expected true or false."))
            return sent
        case "integer":
            if not isinstance(sent, int) or isinstance(sent, bool):
                raise NotAValue(Fault("", "wrong_type", "Expected a whole number."))
            if abs(sent) > _SAFE:
                raise NotAValue(Fault("", "out_of_range", "A whole number is at most 9007199254740991."))
            return _within_bounds(field, sent, Decimal(sent), Decimal)
        case "multi_choice":
            return _choices(field, sent)
    if not isinstance(sent, str):
        if field.kind == "number":
            raise NotAValue(Fault("", "wrong_type", 'Expected a decimal number as text, such as "12.50".'))
        raise NotAValue(Fault("", "wrong_type", "Expected a text."))
    return _text_value(field, sent.strip())


def _text_value(field: Definition, text: str) -> str:
    if not text:
        raise NotAValue(Fault("", "empty", "The text is empty; null clears the field."))
    match field.kind:
        case "number":
            if NUMERIC.fullmatch(text) is None:
                raise NotAValue(
                    Fault(
                        "",
                        "wrong_form",
                        "Expected a decimal number of at most 16 places before the point and 12 after.",
                    )
                )
            number = Decimal(text)
            plain = format(number.normalize() if number else Decimal(0), "f")
            return str(_within_bounds(field, plain, number, Decimal))
        case "date":
            return str(_within_bounds(field, _day(text), text, str))
        case "instant":
            moment = _instant(text)
            return str(_within_bounds(field, moment, moment, str))
        case "choice":
            if text not in field.choices:
                raise NotAValue(Fault("", "not_a_choice", "This is none of the field's choices."))
            return text
        case "email" if _EMAIL.fullmatch(text) is None:
            raise NotAValue(Fault("", "wrong_form", "Expected an e-mail address."))
        case "url" if _URL.fullmatch(text) is None:
            raise NotAValue(Fault("", "wrong_form", "Expected an address that begins with https:// or http://."))
    longest = field.max_length or (LONGEST_TEXT if field.kind == "long_text" else LONGEST)
    if len(text) > longest:
        raise NotAValue(Fault("", "too_long", f"At most {longest} characters."))
    return text


def _choices(field: Definition, sent: Any) -> list[str]:
    if not isinstance(sent, list) or not all(isinstance(each, str) for each in sent):
        raise NotAValue(Fault("", "wrong_type", "Expected a list of choices."))
    if any(each not in field.choices for each in sent):
        raise NotAValue(Fault("", "not_a_choice", "One of these is none of the field's choices."))
    if len(set(sent)) != len(sent):
        raise NotAValue(Fault("", "duplicate", "A choice is named twice."))
    return sent


def _within_bounds(field: Definition, value: Any, compared: Any, read: Any) -> Any:
    if field.minimum is not None and compared < read(field.minimum):
        raise NotAValue(Fault("", "out_of_range", f"At least {field.minimum}."))
    if field.maximum is not None and compared > read(field.maximum):
        raise NotAValue(Fault("", "out_of_range", f"At most {field.maximum}."))
    return value


def _day(text: str) -> str:
    try:
        if _DAY.fullmatch(text) is None or not 1900 <= date.fromisoformat(text).year <= 2200:
            raise ValueError("not a day")
    except ValueError as error:
        raise NotAValue(Fault("", "wrong_form", "Expected a day such as 2026-12-31, from 1900 to 2200.")) from error
    return text


def _instant(text: str) -> str:
    try:
        if _INSTANT.fullmatch(text) is None:
            raise ValueError("not an instant")
        moment = datetime.fromisoformat(text.upper()).astimezone(UTC)
        if not 1900 <= moment.year <= 2200:
            raise ValueError("out of range")
    except (ValueError, OverflowError) as error:
        raise NotAValue(
            Fault("", "wrong_form", "Expected an RFC 3339 instant such as 2026-12-31T12:00:00Z.")
        ) from error
    # Always as long, so that the order of the texts is that of the instants.
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


def wanted(field: Definition, text: str) -> tuple[str, str]:
    """Return under which key and value objects are found whose field is this; raises NotAValue for a text that cannot be."""
    match field.kind:
        case "long_text":
            raise NotAValue(Fault("", "not_filterable", "Long texts cannot be looked for."))
        case "integer" | "number":
            if NUMERIC.fullmatch(text) is None:
                raise NotAValue(Fault("", "unreadable", "Expected a number."))
            return NUMBER + field.key, in_order(Decimal(text))
        case "boolean":
            if text not in ("true", "false"):
                raise NotAValue(Fault("", "unreadable", "Expected true or false."))
            return FIELD + field.key, text
        case "date":
            return FIELD + field.key, _day(text)
        case "instant":
            return FIELD + field.key, _instant(text)
    return FIELD + field.key, text


def values_after(
    fields: Mapping[str, Definition], sent: Mapping[str, Any], *, side: Side, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the values an object has when what was sent is merged into those before; None for a new object.

    A new one gets defaults and needs all that is required of its side. Raises Invalid with a pointer to each fault,
    Forbidden for a field that the side sees and does not write.
    """
    after = dict(before or {})
    faults, forbidden = list[Fault](), list[Fault]()
    for key, value in sent.items():
        field = fields.get(key)
        if field is None or not field.is_visible_to(side):
            faults.append(Fault(_at(key), "unknown_field", "There is no such custom field."))
        elif value == after.get(key):
            continue
        elif not field.is_editable_by(side):
            forbidden.append(Fault(_at(key), "vendor_only", "Only the vendor changes this."))
        elif value is None:
            faults += [Fault(_at(key), "required", "This cannot be cleared.")] if _is_needed(field) else []
            after.pop(key, None)
        elif field.status == "retired":
            faults.append(Fault(_at(key), "retired", "This field is retired: it is read, and takes no new values."))
        else:
            try:
                after[key] = value_of(field, value)
            except NotAValue as wrong:
                faults.append(wrong.at(_at(key)))
    if before is None:
        faults += _complete(fields, sent, after, side)
    if faults:
        raise Invalid(errors=faults[:50])
    if forbidden:
        raise Forbidden("Only the vendor changes some of these fields.", errors=forbidden[:50])
    return after


def _complete(
    fields: Mapping[str, Definition], sent: Mapping[str, Any], after: dict[str, Any], side: Side
) -> Iterator[Fault]:
    """Give a new object the defaults of what was not sent, and yield a fault for each value it still needs."""
    for key, field in fields.items():
        if field.status != "active" or key in after or (key in sent and sent[key] is not None):
            continue
        if field.default_value is not None and key not in sent:
            after[key] = field.default_value
        elif field.required and field.is_editable_by(side):
            yield Fault(_at(key), "required", "This custom field is required.")


def _is_needed(field: Definition) -> bool:
    return field.required and field.status == "active"


def divided(
    fields: Mapping[str, Definition], values: Mapping[str, Any], *, seen: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Return the values as the columns keep them: what partners see, of which `seen` is what they see now, and the rest."""
    kept: dict[str, dict[str, Any]] = {"custom_fields": {}, "vendor_custom_fields": {}}
    for key, value in values.items():
        field = fields.get(key)
        is_open = key in seen or (field is not None and field.visible_to_partner)
        kept["custom_fields" if is_open else "vendor_custom_fields"][key] = value
    return kept


def _at(key: str) -> str:
    escaped = key[:100].replace("~", "~0").replace("/", "~1")
    return f"/custom_fields/{escaped}"
