"""What a body must be before anybody looks at it."""

import json
from decimal import Decimal

import pytest

from shared.errors import Invalid
from shared.web.json import LARGEST_BODY, UnreadableJson, dumps, is_json, strict

UNREADABLE = {
    "a key given twice": b'{"a": 1, "a": 2}',
    "a key given twice, deep inside": b'{"a": [{"b": 1, "b": 1}]}',
    "a key given twice, once by an escape": b'{"a": 1, "\\u0061": 2}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "a number beyond all bounds": b'{"a": 1e999}',
    "a whole number of fifty digits": b'{"a": ' + b"9" * 50 + b"}",
    "depth of 33": b'{"a":' * 32 + b"[]" + b"}" * 32,
    "depth of many thousands": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a surrogate pair the wrong way round": b'{"a": "\\udc00\\ud800"}',
    "an encoded surrogate": b'{"a": "\xed\xa0\x80"}',
    "bad UTF-8": b'{"a": "\xff"}',
    "an overlong encoding": b'{"a": "\xc0\xaf"}',
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "an array at the top": b"[1]",
    "a text at the top": b'"a"',
    "null at the top": b"null",
    "nothing": b"",
    "something after the end": b'{"a": 1} {}',
    "a trailing comma": b'{"a": 1,}',
    "a comment": b'{"a": 1} // one',
    "single quotes": b"{'a': 1}",
    "a raw line feed in a text": b'{"a": "b\nc"}',
    "a raw NUL in a text": b'{"a": "b\0c"}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
def test_a_body_is_refused_for(body):
    with pytest.raises(UnreadableJson):
        strict(body)


CONTROL = {
    "NUL": r"\u0000",
    "bell": r"\u0007",
    "backspace": r"\b",
    "form feed": r"\f",
    "escape": r"\u001B",
    "delete, escaped": r"\u007f",
    "delete, plain": "\x7f",
    "next line": "\x85",
    "next line, escaped": r"\u0085",
}


@pytest.mark.parametrize("spelled", CONTROL.values(), ids=CONTROL)
def test_a_text_is_refused_for_the_control_character(spelled):
    body = '{"a": [{"b": "c' + spelled + 'd"}]}'

    with pytest.raises(Invalid) as refused:
        strict(body.encode())

    assert [fault.pointer for fault in refused.value.errors] == ["/a/0/b"]


def test_a_key_is_refused_for_a_control_character():
    with pytest.raises(Invalid):
        strict(rb'{"a\u0000b": 1}')


@pytest.mark.parametrize("spelled", [r"\t", r"\n", r"\r", r"\\b", r"\\u0000", r"\/", r"\u00a0", r"\ud83d\ude00"])
def test_a_text_may_hold(spelled):
    body = '{"a": "' + spelled + '"}'

    assert json.loads(strict(body.encode())) == json.loads(body)


def test_a_body_of_32_levels_is_read():
    body = b'{"a":' * 31 + b"{}" + b"}" * 31

    assert strict(body) == body.decode()


def test_many_shallow_objects_are_not_taken_for_deep_ones():
    assert strict(b'{"a": [' + b"{}," * 100 + b"{}]}")


@pytest.mark.parametrize("decomposed", ['{"name": "Zu\u0308rich"}', r'{"name": "Zu\u0308rich"}'])
def test_text_arrives_composed_however_it_was_spelled(decomposed):
    assert json.loads(strict(decomposed.encode())) == {"name": "Z\u00fcrich"}


def test_two_keys_that_are_one_when_composed_are_refused():
    with pytest.raises(UnreadableJson):
        strict('{"\u00fc": 1, "u\u0308": 2}'.encode())
    with pytest.raises(UnreadableJson):
        strict(rb'{"\u00fc": 1, "u\u0308": 2}')


def test_the_refusal_does_not_repeat_what_was_sent():
    with pytest.raises(UnreadableJson) as refused:
        strict(b'{"password": "hunter2" oops}')

    assert "hunter2" not in refused.value.detail
    assert "oops" not in refused.value.detail


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The body is empty; a JSON object is expected."),
        (b'{"a": "\n"}', "Not JSON: Invalid control character at line 1, column 8."),
    ],
)
def test_the_refusal_reads_as_a_sentence(body, said):
    with pytest.raises(UnreadableJson) as refused:
        strict(body)

    assert refused.value.detail == said


@pytest.mark.parametrize(
    ("announced", "accepted"),
    [
        ("application/json", True),
        ("Application/JSON; charset=UTF-8", True),
        ('application/json;charset="utf-8"', True),
        ("application/merge-patch+json", True),
        ("application/json; charset=latin-1", False),
        ("application/xml", False),
        ("text/plain", False),
        ("application/x-www-form-urlencoded", False),
        ("", False),
    ],
)
def test_a_body_is_json_when_it_says_so(announced, accepted):
    assert is_json(announced) is accepted


def test_a_decimal_is_written_out_and_never_in_scientific_form():
    assert dumps({"rate": Decimal("1E+3"), "small": Decimal("1E-7")}) == b'{"rate":"1000","small":"0.0000001"}'


def test_what_has_no_one_form_in_json_is_an_error_and_not_its_python_text():
    with pytest.raises(TypeError):
        dumps({"a": object()})


async def test_a_body_above_a_megabyte_is_refused(vendor):
    body = b'{"title": "' + b"a" * LARGEST_BODY + b'"}'

    answer = await vendor.send("POST", "/v1/notes", body)

    assert (answer.status, answer.problem) == (413, "too_large")


async def test_a_body_that_is_not_announced_as_json_is_refused(vendor):
    answer = await vendor.send("POST", "/v1/notes", b'{"title": "a"}', headers={"content-type": "text/plain"})

    assert (answer.status, answer.problem) == (415, "unsupported_media_type")


async def test_a_body_that_cannot_be_read_is_refused_with_400(vendor):
    answer = await vendor.send("POST", "/v1/notes", b'{"title": "a", "title": "b"}')

    assert (answer.status, answer.problem) == (400, "unreadable_json")
