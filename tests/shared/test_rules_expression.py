"""A rule is one CEL expression: refused with useful words when it cannot work, and true only when it is really true."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.rules import Condition, FactSet, InvalidRule, Kind, Result, compile_rule

ORDER = FactSet(
    "order",
    {
        "order.total": Kind.MONEY,
        "order.lines": Kind.INT,
        "order.country": Kind.STRING,
        "order.paid": Kind.BOOL,
        "order.tags": Kind.STRINGS,
        "order.placed_at": Kind.TIMESTAMP,
        "order.attributes": Kind.ATTRIBUTES,
    },
)
GLOBEX = {
    "order.total": 1_250_00,
    "order.lines": 3,
    "order.country": "HU",
    "order.paid": False,
    "order.tags": ["renewal", "public"],
    "order.placed_at": datetime(2030, 5, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    "order.attributes": {"region": "EMEA"},
}


def rule(expression: str) -> Condition:
    return compile_rule(expression, facts=ORDER, pointer="/rules/2/when")


def refusal_of(expression: str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidRule) as refused:
        rule(expression)
    assert {fault.pointer for fault in refused.value.errors} == {"/rules/2/when"}
    return [(fault.code, fault.detail) for fault in refused.value.errors]


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        ("order.total > 100000", True),
        ("order.total > 100000 && order.paid", False),
        ("!order.paid || order.total == 0", True),
        ("order.total / order.lines == 41666", True),
        ("-order.total < 0 && order.total % 2 == 0", True),
        ("order.country in ['HU', 'RO']", True),
        ("order.country.startsWith('H') && order.country.size() == 2", True),
        ("'renewal' in order.tags && size(order.tags) == 2", True),
        ("order.tags.exists(tag, tag.endsWith('lic'))", True),
        ("order.tags.all(tag, tag != 'public')", False),
        ("order.tags.exists_one(tag, tag.contains('new'))", True),
        ("[order.total > 1, order.lines > 5, order.country == 'HU'].filter(met, met).size() >= 2", True),
        ("{'HU': 1000, 'DE': 2000}[order.country] < order.total", True),
        ("order.attributes['region'] == 'EMEA' && order.attributes.region == 'EMEA'", True),
        ("order.placed_at == timestamp('2030-05-01T10:00:00Z')", True),
        ("order.placed_at + duration('24h') > timestamp('2030-05-02T10:00:00Z')", False),
        ("order.paid ? order.total > 0 : order.lines == 3", True),
        ("order.total > 1 // in minor units", True),
    ],
)
def test_an_expression_answers_over_the_facts(expression: str, holds: bool) -> None:
    verdict = rule(expression).evaluate(GLOBEX)

    assert verdict.error is None
    assert verdict.holds is holds


@pytest.mark.parametrize("country", ["Magyarország, Győr", "Россия", "中国 🎉", "İstanbul", "'\"\\"])
def test_texts_of_every_script_are_compared_as_they_are(country: str) -> None:
    quoted = country.replace("\\", "\\\\").replace("'", "\\'")

    assert rule(f"order.country == '{quoted}'").evaluate({"order.country": country}).holds
    assert not rule(f"order.country == '{quoted}'").evaluate({"order.country": country + "́"}).holds


@pytest.mark.parametrize(
    ("expression", "code", "words"),
    [
        ("", "expression_empty", "needed"),
        (" \n", "expression_empty", "needed"),
        ("true || " * 300 + "true", "expression_too_long", "2,000 characters"),
        ("order.country == '\ud800'", "syntax_error", "Unicode"),
        ("order.total >", "syntax_error", "line 1, column 14"),
        ("order.total = 5", "syntax_error", "line 1, column 13"),
        ("order.paid and order.paid", "syntax_error", "line 1, column 12"),
        ("order.totl > 5", "unknown_fact", "the nearest are order.total"),
        ("order > 5", "unknown_fact", "no such fact"),
        ("order.recursion_limit == 'CANCELLED: '", "unknown_fact", "no such fact"),
        ("order.contry == 'HU'", "unknown_fact", "order.country"),
        ("order.country.lowerAscii() == 'hu'", "unknown_function", "startsWith"),
        ("order.country\n + 'x' == ''", "type_mismatch", "line 2, column 2"),
        ("order.country < 'HU'", "type_mismatch", "(string, string)"),
        ("order.total > 5.5", "type_mismatch", "> does not apply to (int, double); decimals are not part of rules"),
        ("order.total * 1.1 > 5", "type_mismatch", "whole minor units"),
        ("order.total == '5'", "type_mismatch", "== does not apply to (int, string)"),
        ("order.total == null", "type_mismatch", "null"),
        ("\n\n order.country > 5", "type_mismatch", "line 3, column 16"),
        ("order.total", "not_boolean", "this gives int"),
        ("order.paid ? 1 : 0", "not_boolean", "this gives int"),
        ("9223372036854775808 > order.total", "invalid_literal", "64 bits"),
        ("double(order.total) > 1.0", "not_in_rules", "whole minor units"),
        ("has(order.paid)", "not_in_rules", ".known"),
        ("order.country.matches('^H')", "not_in_rules", "startsWith"),
        ("order.tags.map(tag, tag) == order.tags", "not_in_rules", "exists"),
        ("google.protobuf.Int64Value{value: 3} == 3", "message_literal", "messages"),
        ("[1, 'x'][0] == 1", "mixed_types", "one type"),
    ],
)
def test_what_cannot_work_is_refused_when_saved(expression: str, code: str, words: str) -> None:
    refusals = refusal_of(expression)

    assert refusals[0][0] == code
    assert words in refusals[0][1]


def test_a_refusal_is_a_422_that_names_every_unknown_fact() -> None:
    with pytest.raises(InvalidRule) as refused:
        rule("order.totl > 5 && order.lnes == 1")

    assert isinstance(refused.value, Invalid) and refused.value.status == 422
    assert [fault.code for fault in refused.value.errors] == ["unknown_fact", "unknown_fact"]
    assert "order.lines" in refused.value.errors[1].detail


@pytest.mark.parametrize(
    ("expression", "error"),
    [
        ("order.total / (order.lines - 3) > 1", "divide by zero"),
        ("order.total % (order.lines - 3) > 1", "modulus by zero"),
        ("order.total * 9223372036854775807 > 1", "integer overflow"),
        ("order.total - 9223372036854775807 - 9223372036854775807 > 1", "integer overflow"),
        ("order.tags[7] == 'x'", "Index error"),
        ("order.attributes['size'] == 'x'", "Key not found"),
        ("order.placed_at > timestamp(order.country)", "Timestamp conversion failed"),
    ],
)
def test_an_error_is_a_result_of_its_own_and_never_true(expression: str, error: str) -> None:
    verdict = rule(expression).evaluate(GLOBEX)

    assert verdict.result is Result.ERROR
    assert not verdict.holds
    assert error in (verdict.error or "")
    assert verdict.error_code == "evaluation_failed"


def test_an_error_that_cannot_change_the_answer_does_not_matter() -> None:
    assert rule("order.lines == 3 || order.total / (order.lines - 3) > 1").evaluate(GLOBEX).holds
    assert rule("order.total / (order.lines - 3) > 1 && order.paid").evaluate(GLOBEX).result is Result.FALSE


def test_the_verdict_shows_only_the_facts_the_expression_used_as_json() -> None:
    verdict = rule("order.tags.exists(total, total == 'x') || order.placed_at.known && order.lines > 2").evaluate(
        GLOBEX
    )

    assert verdict.to_json() == {
        "expression": verdict.expression,
        "inputs": {
            "order.lines": 3,
            "order.placed_at": "2030-05-01T12:00:00+02:00",
            "order.tags": ["renewal", "public"],
        },
        "result": "true",
        "error": None,
        "error_code": None,
    }


def test_the_same_expression_is_compiled_once() -> None:
    assert rule("order.lines > 77") is rule("order.lines > 77")
    assert rule("order.lines > 77") is not compile_rule("order.lines > 77", facts=FactSet("other", ORDER.kinds))


@given(total=st.integers(-(2**63), 2**63 - 1), limit=st.integers(-(2**63) + 1, 2**63 - 1))
def test_whole_numbers_compare_as_they_do_everywhere(total: int, limit: int) -> None:
    assert rule(f"order.total > {limit}").evaluate({"order.total": total}).holds is (total > limit)


@given(st.text(alphabet=st.sampled_from("ordetalin.s()[]{}'\"\\=<>!&|?:+-*/%,0159 \n中é`@$"), max_size=60))
def test_whatever_is_typed_compiles_or_is_refused(expression: str) -> None:
    try:
        verdict = rule(expression).evaluate(GLOBEX)
    except InvalidRule as refused:
        assert refused.errors and all(fault.detail for fault in refused.errors)
    else:
        assert verdict.result in Result


def test_instants_are_compared_across_offsets() -> None:
    noon = {"order.placed_at": datetime(2030, 5, 1, 10, tzinfo=UTC)}

    assert rule("order.placed_at == timestamp('2030-05-01T12:00:00+02:00')").evaluate(noon).holds
