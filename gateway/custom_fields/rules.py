"""Whether a custom field makes sense. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from shared.errors import Conflict, Fault, Invalid
from shared.extensions.fields import LONGEST_TEXT, ORDERED, Definition, NotAValue, value_of
from shared.extensions.keys import LONGEST

MOST_FIELDS: Final = 100
_CHOICES: Final = ("choice", "multi_choice")
_TEXTS: Final = ("text", "long_text", "email", "url")


class TooManyCustomFields(Conflict):
    """An object has at most 100 custom fields, retired ones among them."""

    code, title = "too_many_custom_fields", "Too many custom fields"


def sensible(field: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a field, its bounds and its default in the form of its values; raises Invalid."""
    faults = [*_of_choices(field), *_of_length(field), *_of_sides(field)]
    kept = dict(field)
    bare = Definition(field["key"], field["type"], choices=tuple(each["code"] for each in field["choices"]))
    for name in ("minimum", "maximum"):
        try:
            kept[name] = _bound(bare, field[name])
        except NotAValue as wrong:
            faults.append(wrong.at(f"/{name}"))
    if not faults and _is_turned_around(kept):
        faults.append(Fault("/maximum", "out_of_range", "The maximum is below the minimum."))
    if not faults and field["default_value"] is not None:
        whole = replace(bare, minimum=kept["minimum"], maximum=kept["maximum"], max_length=field["max_length"])
        try:
            kept["default_value"] = value_of(whole, field["default_value"])
        except NotAValue as wrong:
            faults.append(wrong.at("/default_value"))
    if faults:
        raise Invalid(errors=faults)
    return kept


def _of_choices(field: Mapping[str, Any]) -> Iterator[Fault]:
    codes = [each["code"] for each in field["choices"]]
    if field["type"] in _CHOICES and not codes:
        yield Fault("/choices", "required", "A choice needs something to choose from.")
    if field["type"] not in _CHOICES and codes:
        yield Fault("/choices", "not_for_this_type", "Only a choice has choices.")
    for place, code in enumerate(codes):
        if code in codes[:place]:
            yield Fault(f"/choices/{place}/code", "duplicate", "This code is there twice.")


def _of_length(field: Mapping[str, Any]) -> Iterator[Fault]:
    longest = field["max_length"]
    if longest is None:
        return
    if field["type"] not in _TEXTS:
        yield Fault("/max_length", "not_for_this_type", "Only a text has a length.")
    elif longest > (LONGEST_TEXT if field["type"] == "long_text" else LONGEST):
        yield Fault("/max_length", "out_of_range", f"A text that is looked for has at most {LONGEST} characters.")


def _of_sides(field: Mapping[str, Any]) -> Iterator[Fault]:
    if field["editable_by_partner"] and not field["visible_to_partner"]:
        yield Fault("/editable_by_partner", "not_visible", "A partner changes only what it sees.")


def _bound(field: Definition, text: str | None) -> str | None:
    if text is None:
        return None
    if field.kind not in ORDERED:
        raise NotAValue(Fault("", "not_for_this_type", "Only numbers, days and instants have bounds."))
    # The bound of a whole number is written as a number, and may lie between two.
    return str(value_of(replace(field, kind="number") if field.kind == "integer" else field, text))


def _is_turned_around(field: Mapping[str, Any]) -> bool:
    low, high = field["minimum"], field["maximum"]
    if low is None or high is None:
        return False
    return Decimal(low) > Decimal(high) if field["type"] in ("number", "integer") else bool(low > high)
