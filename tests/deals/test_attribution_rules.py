"""Splits: what they add up to on every day, what amendments make of them, and what each model gives to whom."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from services.deals.attributions.models import WEIGHTS, Touch, shares_by
from services.deals.attributions.rules import (
    AllocationCapExceeded,
    AllocationIncomplete,
    Amendment,
    Inherited,
    Share,
    amended,
    inherited,
    require_whole,
    require_within_cap,
    sums,
)
from shared.values.basis_points import WHOLE, percent

D1, D2, D3, D4 = (date(2026, 1, day) for day in (1, 2, 3, 4))


def share(basis_points: int, start: date | None = None, end: date | None = None, who: str = "a") -> Share:
    return Share(who, basis_points, start, end)


SUMS: list[tuple[str, list[Share], list[int]]] = [
    ("nothing", [], []),
    ("one for good", [share(WHOLE)], [WHOLE]),
    ("two for good", [share(6_000), share(4_000)], [WHOLE]),
    ("one after the other", [share(WHOLE, end=D2), share(WHOLE, D2)], [WHOLE, WHOLE]),
    ("a day between", [share(WHOLE, end=D2), share(WHOLE, D3)], [WHOLE, 0, WHOLE]),
    ("a day of both", [share(WHOLE, end=D3), share(WHOLE, D2)], [WHOLE, 2 * WHOLE, WHOLE]),
    ("a change of one of two", [share(5_000), share(5_000, end=D2), share(3_000, D2)], [WHOLE, 8_000]),
    ("within days", [share(5_000, D1, D4), share(5_000, D2, D3)], [5_000, WHOLE, 5_000]),
]


@pytest.mark.parametrize(("shares", "totals"), [row[1:] for row in SUMS], ids=[row[0] for row in SUMS])
def test_what_shares_add_up_to_on_every_day(shares: list[Share], totals: list[int]):
    assert list(sums(shares)) == list(sums(reversed(shares))) == totals


@pytest.mark.parametrize(("shares", "totals"), [row[1:] for row in SUMS], ids=[row[0] for row in SUMS])
def test_never_more_than_the_whole_and_locked_never_less(shares: list[Share], totals: list[int]):
    if max(totals, default=0) > WHOLE:
        with pytest.raises(AllocationCapExceeded):
            require_within_cap(shares)
    else:
        require_within_cap(shares)
    if set(totals) == {WHOLE}:
        require_whole(shares)
    else:
        with pytest.raises(AllocationIncomplete):
            require_whole(shares)


def test_a_hundredth_of_a_percent_is_not_lost():
    thirds = [share(3_334), share(3_333), share(3_333)]

    require_whole(thirds)
    with pytest.raises(AllocationIncomplete):
        require_whole([share(3_333)] * 3)
    with pytest.raises(AllocationCapExceeded):
        require_within_cap([*thirds, share(1)])


AMENDED: list[tuple[str, list[Share], date | None, Amendment]] = [
    ("a correction replaces everything", [share(WHOLE), share(1, D1, D2)], None, Amendment((), (0, 1))),
    ("what is in force ends on the day", [share(6_000), share(4_000)], D2, Amendment((0, 1), ())),
    ("what would have begun is replaced", [share(WHOLE, end=D3), share(WHOLE, D3)], D2, Amendment((0,), (1,))),
    ("what begins on the day is replaced", [share(WHOLE, end=D2), share(WHOLE, D2)], D2, Amendment((), (1,))),
    ("what has ended stays", [share(WHOLE, end=D1), share(WHOLE, D1)], D3, Amendment((1,), ())),
]


@pytest.mark.parametrize(("locked", "since", "becomes"), [row[1:] for row in AMENDED], ids=[row[0] for row in AMENDED])
def test_what_an_amendment_makes_of_the_split_in_force(locked: list[Share], since: date | None, becomes: Amendment):
    assert amended(locked, since=since) == becomes


@pytest.mark.parametrize(("basis_points", "text"), [(3_334, "33.34"), (10_000, "100.00"), (5, "0.05"), (250, "2.50")])
def test_basis_points_in_percent(basis_points: int, text: str):
    assert percent(basis_points) == text


def touches(who: str) -> list[Touch]:
    """One touch a day by each partner named, in order."""
    return [Touch(datetime(2026, 1, day, tzinfo=UTC), "engagement", each, "co_sell") for day, each in enumerate(who, 1)]


MODELS: list[tuple[str, str, dict[str, int]]] = [
    ("first_touch", "", {}),
    ("linear", "", {}),
    ("first_touch", "abc", {"a": 10_000}),
    ("last_touch", "abc", {"c": 10_000}),
    ("last_touch", "a", {"a": 10_000}),
    ("linear", "ab", {"a": 5_000, "b": 5_000}),
    ("linear", "abc", {"a": 3_334, "b": 3_333, "c": 3_333}),
    ("linear", "aab", {"a": 6_667, "b": 3_333}),
    ("position_based", "a", {"a": 10_000}),
    ("position_based", "ab", {"a": 5_000, "b": 5_000}),
    ("position_based", "abc", {"a": 4_000, "b": 2_000, "c": 4_000}),
    ("position_based", "abcd", {"a": 4_000, "b": 1_000, "c": 1_000, "d": 4_000}),
    ("position_based", "abcde", {"a": 4_000, "b": 667, "c": 667, "d": 666, "e": 4_000}),
    ("position_based", "aba", {"a": 8_000, "b": 2_000}),
]


@pytest.mark.parametrize(("model", "who", "given"), MODELS, ids=[f"{row[0]} {row[1]}" for row in MODELS])
def test_what_a_model_gives_to_whom(model: str, who: str, given: dict[str, int]):
    found = shares_by(model, touches(who))

    assert {each.partner_id: each.basis_points for each in found} == given
    assert shares_by(model, touches(who)[::-1]) == found


@pytest.mark.parametrize("model", sorted(WEIGHTS))
@pytest.mark.parametrize("count", range(1, 30))
def test_what_a_model_gives_is_always_exactly_the_whole(model: str, count: int):
    given: Sequence[int] = [each.basis_points for each in shares_by(model, touches(("abcdefg" * 5)[:count]))]

    assert sum(given) == WHOLE and all(part > 0 for part in given)


def test_a_partner_has_the_role_of_its_first_touch():
    early = Touch(datetime(2026, 1, 1, tzinfo=UTC), "registration", "a", "source")
    late = Touch(datetime(2026, 1, 2, tzinfo=UTC), "engagement", "a", "fulfil")

    assert [each.role for each in shares_by("linear", [late, early])] == ["source"]


def part(
    who: str, basis_points: int, start: date | None = None, end: date | None = None, role: str = "co_sell"
) -> Inherited:
    return Inherited(who, role, basis_points, start, end)


@pytest.mark.parametrize(
    ("locked", "after"),
    [
        ([], []),
        ([part("old", 6_000), part("x", 4_000)], [part("new", 6_000, D2), part("x", 4_000, D2)]),
        ([part("old", WHOLE, None, D2)], []),
        ([part("old", WHOLE, None, D3)], [part("new", WHOLE, D2, D3)]),
        ([part("old", WHOLE, D3)], [part("new", WHOLE, D3)]),
        ([part("old", 6_000, role="source"), part("new", 4_000)], [part("new", WHOLE, D2, role="source")]),
        # What the heir had ends on a day of its own.
        (
            [part("old", 6_000), part("new", 4_000, None, D3), part("x", 4_000, D3)],
            [part("new", WHOLE, D2, D3), part("new", 6_000, D3), part("x", 4_000, D3)],
        ),
        # Nothing of "x" changes on the day.
        (
            [part("x", 4_000), part("old", 6_000, None, D3), part("y", 6_000, D3)],
            [part("x", 4_000, D2), part("new", 6_000, D2, D3), part("y", 6_000, D3)],
        ),
    ],
)
def test_a_split_is_handed_on_from_a_day_with_the_heir_in_the_place_of_the_giver(
    locked: list[Inherited], after: list[Inherited]
):
    found = inherited(locked, giver="old", heir="new", since=D2)

    assert sorted(found, key=str) == sorted(after, key=str)
