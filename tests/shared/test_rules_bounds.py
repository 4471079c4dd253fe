"""No expression, however hostile, holds the process or its memory; one compiled expression serves everybody."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import psutil  # type: ignore[import-untyped]
import pytest

from shared.rules import FactSet, InvalidRule, Kind, Result, compile_rule

FACTS = FactSet("bounds", {"l": Kind.STRINGS, "m": Kind.ATTRIBUTES, "s": Kind.STRING, "t": Kind.STRING, "n": Kind.INT})
FULL = {
    "l": [f"product-{number:05d}" for number in range(200)],
    "m": {f"key-{number:05d}": "x" * 100 for number in range(50)},
    "s": "a" * 2_000,
    "t": "a" * 999 + "b",
    "n": 1,
}


def filled(before: str, item: str, after: str) -> str:
    """Repeat a term with || until the expression has its greatest length."""
    return before + "||".join([item] * ((2_000 - len(before) - len(after)) // (len(item) + 2))) + after


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("l.exists(a, l.exists(b, a == b))", "nested_loop"),
        ("l.all(a, l.filter(b, a == b).size() > 1)", "nested_loop"),
        ("l.exists(a, {a: l.exists_one(b, b == a)}[a])", "nested_loop"),
        ("l.exists(a, [1].exists(b, [2].exists(c, b == c)))", "nested_loop"),
        ("(l + l).size() > 5", "lists_joined"),
        ("l.exists(a, [a] + [a] == [])", "lists_joined"),
        ("l.filter(a, ([a] + l).size() > 1) == l", "lists_joined"),
        ("s + s == t", "type_mismatch"),
        ("string(n) == s", "unknown_function"),
        ("dyn(n) == 1", "unknown_function"),
        ("('a' in l ? [1, 's'] : [2, 's'])[0] == n", "mixed_types"),
        ("(" * 40 + "true" + ")" * 40, "too_deep"),
        ("[" * 40 + "1" + "]" * 40 + " == []", "too_deep"),
        ("n" + "+ 1" * 60 + " > 0", "too_deep"),
        ("true ? false : " * 60 + "true", "too_deep"),
    ],
)
def test_what_could_grow_without_bound_is_refused_when_saved(expression: str, code: str) -> None:
    with pytest.raises(InvalidRule) as refused:
        compile_rule(expression, facts=FACTS)

    assert refused.value.errors[0].code == code


@pytest.mark.parametrize("expression", [filled("", "l.exists(x,x=='')", ""), filled("", "l.filter(x,true)!=l", "")])
def test_more_than_ten_thousand_steps_end_in_an_error(expression: str) -> None:
    verdict = compile_rule(expression, facts=FACTS).evaluate(FULL)

    assert (verdict.result, verdict.error) == (Result.ERROR, "Iteration budget exceeded")


@pytest.mark.parametrize(
    "expression",
    [
        filled("l.exists(x,", "l!=l", ")"),
        filled("l.exists(x,", "m!=m", ")"),
        filled("l.exists(x,", "'y' in l", ")"),
        filled("l.exists(x,", "s.contains(t)", ")"),
        "l" + ".filter(x,true)" * 24 + " == []",
    ],
)
def test_the_worst_expression_we_know_costs_no_more_than_seconds(expression: str) -> None:
    condition = compile_rule(expression, facts=FACTS)

    before = time.process_time()
    condition.evaluate(FULL)

    assert time.process_time() - before < 5


def test_a_chain_of_filters_and_one_loop_over_it_is_welcome() -> None:
    condition = compile_rule("l.filter(x, x != 'a').filter(x, x in l).exists(x, x.endsWith('7'))", facts=FACTS)

    assert condition.evaluate(FULL).holds


def test_memory_does_not_grow_with_evaluations() -> None:
    condition = compile_rule("n > 3 && 'x' in l || s.size() > 9000", facts=FACTS)
    process = psutil.Process()
    values = {"n": 5, "l": ["x" * 100, "x"], "s": "y" * 1_000}
    for _ in range(2_000):
        condition.evaluate(values)
    before = process.memory_info().rss

    for _ in range(100_000):
        condition.evaluate(values)

    assert process.memory_info().rss - before < 4_000_000


def test_many_threads_share_one_compiled_expression() -> None:
    condition = compile_rule("n % 2 == 0 && s == 'even'", facts=FACTS)

    def count(start: int) -> int:
        return sum(condition.evaluate({"n": start + n, "s": "even"}).holds for n in range(2_000))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(count, range(16))) == [1_000] * 16


def test_many_threads_compile_and_evaluate_expressions_of_their_own() -> None:
    def truth(limit: int) -> bool:
        return compile_rule(f"n > {limit}", facts=FACTS).evaluate({"n": 200}).holds

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(truth, range(400))) == [limit < 200 for limit in range(400)]


async def test_many_tasks_share_one_compiled_expression() -> None:
    condition = compile_rule("n > 50", facts=FACTS)

    async def ask(number: int) -> bool:
        await asyncio.sleep(0)
        return condition.evaluate({"n": number}).holds

    assert await asyncio.gather(*(ask(number) for number in range(100))) == [number > 50 for number in range(100)]
