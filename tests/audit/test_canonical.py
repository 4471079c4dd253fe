"""Canonical JSON: one way to write a value, as RFC 8785 says."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.canonical import canonical

# Of appendix B of the RFC, and of section 3.2.2.
NUMBERS = {
    0.0: "0",
    5e-324: "5e-324",
    -5e-324: "-5e-324",
    1.7976931348623157e308: "1.7976931348623157e+308",
    9007199254740992.0: "9007199254740992",
    295147905179352830000.0: "295147905179352830000",
    9.999999999999997e22: "9.999999999999997e+22",
    1e23: "1e+23",
    1.0000000000000001e23: "1.0000000000000001e+23",
    999999999999999700000.0: "999999999999999700000",
    1e21: "1e+21",
    9.999999999999997e-7: "9.999999999999997e-7",
    0.000001: "0.000001",
    333333333.3333332: "333333333.3333332",
    -0.0000033333333333333333: "-0.0000033333333333333333",
    1424953923781206.25: "1424953923781206.2",
    4.5: "4.5",
    0.002: "0.002",
    1e-27: "1e-27",
}


@pytest.mark.parametrize(("number", "written"), NUMBERS.items(), ids=map(str, NUMBERS))
def test_a_number_is_written_as_the_standard_writes_it(number: float, written: str) -> None:
    assert canonical([number]).decode() == f"[{written}]"


def test_there_is_no_zero_below_zero() -> None:
    assert canonical({"n": -0.0}) == b'{"n":0}'


def test_members_are_sorted_by_their_utf_16_code_units() -> None:
    names = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]

    assert list(orjson.loads(canonical(dict.fromkeys(names, 1)))) == [
        *("\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33")
    ]
    assert canonical({"b": {"z": 1, "a": [2.0, {"y": "é", "x": None}]}, "a": True}).decode() == (
        '{"a":true,"b":{"a":[2,{"x":null,"y":"é"}],"z":1}}'
    )


def test_texts_escape_only_what_has_to_be() -> None:
    assert canonical('€$\x0f\nA\'B"\\\\"/\x7f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()


DOCUMENTS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(DOCUMENTS)
def test_what_was_read_back_is_written_the_same(document: object) -> None:
    once = canonical(document)

    assert canonical(orjson.loads(once)) == once
    assert canonical(json.loads(once)) == once


@given(DOCUMENTS)
def test_the_order_in_which_members_came_makes_no_difference(document: object) -> None:
    def turned(value: object) -> object:
        if isinstance(value, dict):
            return {name: turned(value[name]) for name in reversed(value)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    assert canonical(turned(document)) == canonical(document)


def test_a_number_beyond_64_bits_is_refused_instead_of_rounded() -> None:
    with pytest.raises(TypeError):
        canonical({"n": 2**70})
