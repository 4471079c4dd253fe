"""Facts are typed and dotted; what is missing or of the wrong type is told, never guessed."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from shared.rules import FactSet, Kind, Result, compile_rule

ORDER = FactSet(
    "order",
    {
        "order.total": Kind.MONEY,
        "order.paid": Kind.BOOL,
        "order.country": Kind.STRING,
        "order.tags": Kind.STRINGS,
        "order.paid_at": Kind.TIMESTAMP,
        "order.attributes": Kind.ATTRIBUTES,
    },
)


@pytest.mark.parametrize("values", [{}, {"order.total": None}])
def test_a_missing_fact_is_an_error_that_names_it(values: dict[str, object]) -> None:
    verdict = compile_rule("order.total > 5", facts=ORDER).evaluate(values)

    assert (verdict.result, verdict.error) == (Result.ERROR, "fact order.total is missing")
    assert verdict.inputs == {"order.total": None}


@pytest.mark.parametrize(
    ("expression", "values", "result"),
    [
        ("order.total > 5 || order.paid", {"order.paid": True}, Result.TRUE),
        ("order.total > 5 || order.paid", {"order.paid": False}, Result.ERROR),
        ("order.total > 5 && order.paid", {"order.paid": False}, Result.FALSE),
        ("order.total > 5 && order.paid", {"order.paid": True}, Result.ERROR),
        ("order.total != 5", {}, Result.ERROR),
        ("!(order.total == 5)", {}, Result.ERROR),
        ("!order.total.known || order.total > 5", {}, Result.TRUE),
        ("!order.total.known || order.total > 5", {"order.total": 4}, Result.FALSE),
        ("order.total.known && order.total > 5", {}, Result.FALSE),
        ("order.paid.known", {"order.paid": False}, Result.TRUE),
        ("order.paid.known", {}, Result.FALSE),
        ("order.tags.known && order.tags == []", {"order.tags": []}, Result.TRUE),
        ("order.attributes.known && 'known' in order.attributes", {"order.attributes": {"known": "x"}}, Result.TRUE),
    ],
)
def test_absence_matters_only_where_the_answer_depends_on_it(
    expression: str, values: dict[str, object], result: Result
) -> None:
    assert compile_rule(expression, facts=ORDER).evaluate(values).result is result


@pytest.mark.parametrize(
    ("fact", "value", "fault"),
    [
        ("order.total", 12.5, "is not a whole number"),
        ("order.total", Decimal("12"), "is not a whole number"),
        ("order.total", True, "is not a whole number"),
        ("order.total", "12", "is not a whole number"),
        ("order.total", 2**63, "exceeds 64 bits"),
        ("order.total", -(2**63) - 1, "exceeds 64 bits"),
        ("order.paid", 1, "is not a boolean"),
        ("order.paid", "true", "is not a boolean"),
        ("order.country", b"HU", "is not a text"),
        ("order.country", "x" * 2_001, "is longer than 2,000 characters"),
        ("order.country", "\ud800", "is not valid Unicode"),
        ("order.country", "HU\0x", "holds a NUL character"),
        ("order.tags", "renewal", "is not a list of texts"),
        ("order.tags", ["renewal", 5], "is not a text"),
        ("order.tags", ["x"] * 201, "holds more than 200 entries"),
        ("order.attributes", ["x"], "is not a map of texts"),
        ("order.attributes", {"x": None}, "is not a text"),
        ("order.attributes", {str(key): "x" for key in range(51)}, "holds more than 50 entries"),
        ("order.paid_at", date(2030, 1, 1), "is not an instant"),
        ("order.paid_at", datetime(2030, 1, 1), "is an instant without an offset"),  # noqa: DTZ001
    ],
)
def test_a_value_of_the_wrong_type_is_never_coerced(fact: str, value: object, fault: str) -> None:
    for expression in (f"{fact} == {fact}", f"{fact}.known"):
        verdict = compile_rule(expression, facts=ORDER).evaluate({fact: value})

        assert (verdict.result, verdict.error) == (Result.ERROR, f"fact {fact} {fault}")


def test_a_tuple_serves_as_a_list() -> None:
    assert compile_rule("'b' in order.tags", facts=ORDER).evaluate({"order.tags": ("a", "b")}).holds


def test_a_value_for_an_undeclared_fact_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match=r"not facts of order: order\.totl"):
        compile_rule("order.paid", facts=ORDER).evaluate({"order.totl": 5})


@pytest.mark.parametrize(
    "name", ["Order.total", "order..total", "order total", "", "order.in", "1st", "order.paid.known"]
)
def test_a_name_no_rule_could_use_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot name a fact"):
        FactSet("order", {name: Kind.INT})


def test_a_fact_set_does_not_change_once_declared() -> None:
    kinds = {"order.total": Kind.MONEY}
    facts = FactSet("order", kinds)
    kinds["order.paid"] = Kind.BOOL

    assert list(facts.kinds) == ["order.total"]
    with pytest.raises(TypeError):
        facts.kinds["order.paid"] = Kind.BOOL  # type: ignore[index]
