"""Which values custom fields take, in which form they are kept, and in which order they are found."""

from decimal import Decimal
from itertools import pairwise

import pytest

from shared.errors import Forbidden, Invalid
from shared.extensions.fields import Definition, NotAValue, divided, value_of, values_after, wanted
from shared.extensions.keys import in_order, reference_key

REGIONS = ("emea", "apac")


def field(kind, **more):
    return Definition("it", kind, choices=REGIONS if "choice" in kind else (), **more)


@pytest.mark.parametrize(
    ("kind", "sent", "kept"),
    [
        ("text", " Árvíztűrő ", "Árvíztűrő"),
        ("text", "华为 🦆", "华为 🦆"),
        ("long_text", "x" * 10_000, "x" * 10_000),
        ("number", "0012.500", "12.5"),
        ("number", "-0", "0"),
        ("number", "9999999999999999.999999999999", "9999999999999999.999999999999"),
        ("number", "0.000000000001", "0.000000000001"),
        ("integer", -9_007_199_254_740_991, -9_007_199_254_740_991),
        ("boolean", False, False),
        ("date", "2026-02-28", "2026-02-28"),
        ("instant", "2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.000000Z"),
        ("instant", "2026-01-01t00:00:00.5z", "2026-01-01T00:00:00.500000Z"),
        ("choice", "emea", "emea"),
        ("multi_choice", ["apac", "emea"], ["apac", "emea"]),
        ("multi_choice", [], []),
        ("email", "zsófi@példa.hu", "zsófi@példa.hu"),
        ("url", "https://example.com:8443/a?b=c", "https://example.com:8443/a?b=c"),
    ],
)
def test_a_value_is_kept_in_one_form(kind, sent, kept):
    assert value_of(field(kind), sent) == kept


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        ("text", 5, "wrong_type"),
        ("text", "  ", "empty"),
        ("text", "x" * 501, "too_long"),
        ("long_text", "x" * 10_001, "too_long"),
        ("number", 5, "wrong_type"),
        ("number", "1e5", "wrong_form"),
        ("number", "١٢", "wrong_form"),
        ("number", "NaN", "wrong_form"),
        ("number", "1,5", "wrong_form"),
        ("number", "1" * 17, "wrong_form"),
        ("integer", "5", "wrong_type"),
        ("integer", True, "wrong_type"),
        ("integer", 5.0, "wrong_type"),
        ("integer", 2**53, "out_of_range"),
        ("boolean", "true", "wrong_type"),
        ("boolean", 1, "wrong_type"),
        ("date", "2026-02-29", "wrong_form"),
        ("date", "2026-W01-1", "wrong_form"),
        ("date", "1899-12-31", "wrong_form"),
        ("instant", "2026-01-01T00:00:00", "wrong_form"),
        ("instant", "0001-01-01T00:00:00+14:00", "wrong_form"),
        ("choice", "EMEA", "not_a_choice"),
        ("multi_choice", "emea", "wrong_type"),
        ("multi_choice", ["emea", 1], "wrong_type"),
        ("multi_choice", ["emea", "emea"], "duplicate"),
        ("multi_choice", ["emea", "latam"], "not_a_choice"),
        ("email", "nobody", "wrong_form"),
        ("url", "javascript:alert(1)", "wrong_form"),
        ("url", "https://" + "x" * 500 + ".com", "too_long"),
    ],
)
def test_what_is_no_value_is_refused_with_a_code(kind, sent, code):
    with pytest.raises(NotAValue) as refused:
        value_of(field(kind), sent)

    assert refused.value.fault.code == code


@pytest.mark.parametrize(
    ("kind", "least", "most", "inside", "outside"),
    [
        ("number", "-1.5", "2", ["-1.50", "2.0", "0"], ["-1.500001", "2.01"]),
        ("integer", "9", "10", [9, 10], [8, 11]),
        ("date", "2026-01-01", "2026-01-31", ["2026-01-01", "2026-01-31"], ["2025-12-31", "2026-02-01"]),
    ],
)
def test_bounds_are_part_of_what_is_allowed(kind, least, most, inside, outside):
    bounded = field(kind, minimum=least, maximum=most)

    for each in inside:
        value_of(bounded, each)
    for each in outside:
        with pytest.raises(NotAValue) as refused:
            value_of(bounded, each)
        assert refused.value.fault.code == "out_of_range"


def test_numbers_are_found_in_their_order_and_equal_ones_under_one_text():
    numbers = (
        "-9999999999999999.9 -100 -99.5 -99 -10.01 -10 -9 -1.05 -1 -0.11 -0.1 -0.011 -0.01 -0.000000000001 0"
        " 0.000000000001 0.01 0.1 0.11 0.9 1 1.05 1.5 9 10 10.01 11 99 99.5 100 9999999999999999.9"
    ).split()

    assert all(in_order(Decimal(low)) < in_order(Decimal(high)) for low, high in pairwise(numbers))
    assert in_order(Decimal("1.50")) == in_order(Decimal("01.5"))
    assert in_order(Decimal("-0.0")) == in_order(Decimal("0"))


def test_a_reference_key_cannot_be_made_to_look_like_another():
    assert reference_key("vendor", "a:b", "c") != reference_key("vendor", "a", "b:c")
    assert reference_key("vendor", "a%3Ab", "c") != reference_key("vendor", "a:b", "c")


def test_a_filter_reads_numbers_days_and_truth_as_what_they_are():
    assert wanted(field("number"), "1.50") == wanted(field("number"), "1.5")
    assert wanted(field("instant"), "2026-01-01T01:00:00+01:00") == wanted(field("instant"), "2026-01-01T00:00:00Z")
    for kind, text in [("integer", "many"), ("boolean", "yes"), ("date", "today"), ("long_text", "x")]:
        with pytest.raises(NotAValue):
            wanted(field(kind), text)


FIELDS = {
    each.key: each
    for each in (
        Definition("open", "text", visible_to_partner=True, editable_by_partner=True),
        Definition("shown", "text", visible_to_partner=True),
        Definition("hidden", "text"),
        Definition("old", "text", visible_to_partner=True, editable_by_partner=True, status="retired"),
    )
}


def refused(sent, *, side="vendor", before=None, fields=FIELDS):
    with pytest.raises((Invalid, Forbidden)) as problem:
        values_after(fields, sent, side=side, before=before)
    return {(each.pointer, each.code) for each in problem.value.errors}


def test_what_is_left_out_stays_and_null_clears():
    before = {"open": "a", "hidden": "b"}

    assert values_after(FIELDS, {"open": None, "shown": "c"}, side="vendor", before=before) == {
        "hidden": "b",
        "shown": "c",
    }


def test_a_partner_changes_what_is_for_it_may_send_back_what_it_sees_and_knows_nothing_of_the_rest():
    before = {"shown": "a", "hidden": "b"}

    assert values_after(FIELDS, {"open": "x", "shown": "a"}, side="partner", before=before)["open"] == "x"
    assert refused({"shown": "b"}, side="partner", before=before) == {("/custom_fields/shown", "vendor_only")}
    assert refused({"hidden": "b"}, side="partner", before=before) == {("/custom_fields/hidden", "unknown_field")}
    assert refused({"no/such~one": 1}, before=before) == {("/custom_fields/no~1such~0one", "unknown_field")}


def test_a_retired_field_keeps_its_value_can_be_cleared_and_takes_no_other():
    before = {"old": "a"}

    assert values_after(FIELDS, {"old": "a"}, side="vendor", before=before) == before
    assert values_after(FIELDS, {"old": None}, side="vendor", before=before) == {}
    assert refused({"old": "b"}, before=before) == {("/custom_fields/old", "retired")}


def test_a_new_object_gets_defaults_and_needs_what_is_required_of_its_side():
    needed = Definition("needed", "text", required=True, visible_to_partner=True, editable_by_partner=True)
    of_vendor = Definition("of_vendor", "text", required=True)
    given = Definition("given", "integer", required=True, default_value=3)
    fields = {each.key: each for each in (needed, of_vendor, given)}

    assert refused({}, fields=fields) == {
        ("/custom_fields/needed", "required"),
        ("/custom_fields/of_vendor", "required"),
    }
    assert refused({"needed": None}, side="partner", fields=fields) == {("/custom_fields/needed", "required")}
    made = values_after(fields, {"needed": "x"}, side="partner", before=None)
    assert made == {"needed": "x", "given": 3}
    assert refused({"needed": None}, before=made, fields=fields) == {("/custom_fields/needed", "required")}


def test_values_that_partners_do_not_see_are_kept_apart():
    values = {"open": "a", "hidden": "b", "forgotten": "c"}

    assert divided(FIELDS, values, seen={"forgotten": "c"}) == {
        "custom_fields": {"open": "a", "forgotten": "c"},
        "vendor_custom_fields": {"hidden": "b"},
    }
