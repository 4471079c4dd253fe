"""Bands, returns, precedence and posting days, as pure decisions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.incentives.accrual.crediting import Contribution, replay
from services.incentives.exchange.rules import Rate, converted
from services.incentives.ledger.rules import (
    ACCRUED,
    CASH,
    EXPENSE,
    PAYABLE,
    RECEIVABLE,
    Movement,
    account_of_clawback,
    movement,
    posting_day,
)
from services.incentives.payouts import rules as payouts
from services.incentives.plans.rules import (
    Assigned,
    InvalidPlan,
    Mode,
    Standing,
    Terms,
    Version,
    choose,
    credit,
    credited,
    period_of,
    rate_at,
    require_publishable,
    taken_back,
    terms_of,
)
from services.incentives.statements import rules as statements
from shared.errors import FourEyes, Invalid
from shared.values.money import allocate
from shared.values.period import Period
from tests.incentives.make import FLAT, GOLDEN, component

MARGINAL = terms_of({"mode": "marginal", "bands": GOLDEN, "cap": None})
RETROACTIVE = terms_of({"mode": "retroactive", "bands": GOLDEN, "cap": None})
NINETY = Standing(Decimal(9_000_000), 450_000)


@pytest.mark.parametrize(
    ("before", "amount", "earned"),
    [
        (9_000_000, 3_000_000, 210_000),
        (12_000_000, -3_000_000, -210_000),
        (0, 10_000_000, 500_000),
        (10_000_000, 1_00, 8),
        (9_999_900, 1_00, 5),
        (0, 30_000_000, 500_000 + 1_200_000 + 500_000),
    ],
)
def test_marginal_commission_is_the_difference_of_what_is_credited(before: int, amount: int, earned: int) -> None:
    assert credit(Decimal(amount), MARGINAL, Standing(Decimal(before))).own == earned


def test_retroactive_commission_brings_the_whole_period_to_the_rate_reached() -> None:
    found = credit(Decimal(3_000_000), RETROACTIVE, NINETY)

    assert (found.own, found.true_up, found.total) == (240_000, 270_000, 510_000)


@pytest.mark.parametrize(("attainment", "rate"), [(9_999_999, "0.05"), (10_000_000, "0.08"), (25_000_000, "0.10")])
def test_an_edge_belongs_to_the_band_it_opens(attainment: int, rate: str) -> None:
    assert rate_at(attainment, MARGINAL.bands) == Decimal(rate)


@pytest.mark.parametrize(
    ("bands", "pointer", "code"),
    [
        ([], "/components/0/bands", "no_bands"),
        ([(1, None)], "/components/0/bands/0/from", "gap"),
        ([(0, 100), (120, None)], "/components/0/bands/1/from", "gap"),
        ([(0, 100), (90, None)], "/components/0/bands/1/from", "overlap"),
        ([(0, None), (100, None)], "/components/0/bands/1/from", "overlap"),
        ([(0, 100)], "/components/0/bands/0/to", "gap"),
        ([(0, 0), (0, None)], "/components/0/bands/0/to", "empty_band"),
    ],
)
def test_bands_must_cover_every_attainment_exactly_once(
    bands: list[tuple[int, int | None]], pointer: str, code: str
) -> None:
    wrong = component(bands=[{"from": start, "to": end, "rate": "0.1"} for start, end in bands])

    with pytest.raises(InvalidPlan) as refused:
        require_publishable([wrong])

    assert (pointer, code) in {(fault.pointer, fault.code) for fault in refused.value.errors}


def test_a_plan_needs_components_with_codes_of_their_own() -> None:
    for components, code in (([], "no_components"), ([component(), component()], "duplicate_code")):
        with pytest.raises(InvalidPlan) as refused:
            require_publishable(components)
        assert [fault.code for fault in refused.value.errors] == [code]


@pytest.mark.parametrize(
    ("length", "name", "start", "end"),
    [
        ("month", "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("year", "2026", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_an_attainment_window_is_a_calendar_period(length: str, name: str, start: date, end: date) -> None:
    assert period_of(date(2026, 12, 31), length) == (name, Period(start, end))


def _assigned(level: Any, target: str = "", start: date = date(2026, 1, 1), end: date | None = None) -> Assigned:
    return Assigned(level, target, start, end, f"plan_{level}", level, "EUR")


def _version(level: str, number: int, start: date = date(2026, 1, 1), end: date | None = None) -> Version:
    return Version(f"plv_{number}", f"plan_{level}", number, start, end, ())


ALL, GOLD, OWN = _assigned("all"), _assigned("tier", "gold"), _assigned("partner", "ptr_1")


@pytest.mark.parametrize(
    ("tier", "assigned", "level", "reasons"),
    [
        ("gold", [ALL, GOLD, OWN], "partner", ["outranked", "outranked"]),
        ("gold", [ALL, GOLD], "tier", ["outranked"]),
        ("silver", [ALL, GOLD], "all", ["other_tier"]),
        (None, [GOLD], None, ["no_tier"]),
        (None, [], None, []),
        ("gold", [_assigned("all", end=date(2026, 3, 10))], None, ["outside_dates"]),
        ("gold", [_assigned("all", start=date(2026, 3, 11))], None, ["outside_dates"]),
    ],
)
def test_the_narrowest_assignment_in_force_stands_and_the_others_say_why_not(
    tier: str | None, assigned: list[Assigned], level: str | None, reasons: list[str]
) -> None:
    versions = [_version(each.level, 1) for each in assigned]

    choice = choose(day=date(2026, 3, 10), tier=tier, assigned=assigned, versions=versions)

    assert (choice.assigned.level if choice.assigned else None) == level
    assert [each.reason for each in choice.rejected] == reasons


def test_of_overlapping_versions_the_latest_published_stands() -> None:
    versions = [_version("all", 1), _version("all", 2), _version("all", 3, start=date(2027, 1, 1))]

    choice = choose(day=date(2026, 3, 10), tier=None, assigned=[ALL], versions=versions)

    assert choice.version is not None and choice.version.number == 2


def test_a_plan_without_a_version_in_force_pays_nothing() -> None:
    choice = choose(
        day=date(2026, 3, 10), tier=None, assigned=[ALL], versions=[_version("all", 1, end=date(2026, 2, 1))]
    )

    assert (choice.version, choice.rejected[0].reason) == (None, "outside_dates")


@pytest.mark.parametrize(
    ("amount", "base", "quote", "rate", "minor"),
    [
        (1_000, "JPY", "EUR", "0.0061", "610"),
        (1_000, "KWD", "EUR", "3", "300"),
        (300, "EUR", "KWD", "0.3333333", "999.9999"),
        (1, "EUR", "JPY", "163.55", "1.6355"),
    ],
)
def test_conversion_minds_the_decimals_of_both_currencies(
    amount: int, base: str, quote: str, rate: str, minor: str
) -> None:
    assert converted(amount, Rate("fxr_1", base, quote, Decimal(rate), date(2026, 1, 1))) == Decimal(minor)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(5, Movement(EXPENSE, ACCRUED, 5)), (-5, Movement(ACCRUED, EXPENSE, 5)), (0, None)],
)
def test_a_negative_line_moves_the_other_way(amount: int, expected: Movement | None) -> None:
    assert movement(amount, origin=EXPENSE, destination=ACCRUED) == expected


@pytest.mark.parametrize(
    ("original", "account"),
    [(None, ACCRUED), (ACCRUED, ACCRUED), (PAYABLE, PAYABLE), (CASH, RECEIVABLE), (RECEIVABLE, RECEIVABLE)],
)
def test_a_clawback_comes_out_of_where_the_money_is(original: str | None, account: str) -> None:
    assert account_of_clawback(original) == account


MARCH, APRIL = Period(date(2026, 3, 1), date(2026, 4, 1)), Period(date(2026, 4, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("day", "today", "closed", "posted"),
    [
        (date(2026, 3, 5), date(2026, 4, 9), [], date(2026, 3, 5)),
        (date(2026, 3, 5), date(2026, 4, 9), [MARCH], date(2026, 4, 9)),
        (date(2026, 3, 5), date(2026, 3, 9), [MARCH], date(2026, 4, 1)),
        (date(2026, 3, 5), date(2026, 3, 9), [APRIL, MARCH], date(2026, 5, 1)),
        (date(2026, 3, 5), date(2026, 5, 2), [MARCH, APRIL], date(2026, 5, 2)),
    ],
)
def test_nothing_is_posted_in_a_closed_period(day: date, today: date, closed: list[Period], posted: date) -> None:
    assert posting_day(day, today=today, closed=closed) == posted


def test_a_statement_has_one_currency() -> None:
    assert statements.currency_of({"EUR"}, asked=None) == "EUR"
    assert statements.currency_of({"EUR", "JPY"}, asked="JPY") == "JPY"
    with pytest.raises(statements.MixedCurrencies):
        statements.currency_of({"EUR", "JPY"}, asked=None)
    for found, asked in ((set(), None), ({"EUR"}, "JPY")):
        with pytest.raises(statements.NothingToState):
            statements.currency_of(found, asked=asked)


def test_a_payout_is_of_one_partner_above_zero_and_approved_by_another_person() -> None:
    one = payouts.Payable("stm_1", "ptr_1", "EUR", 100, True)
    debt = payouts.Payable("stm_2", "ptr_1", "EUR", -100, True)
    assert payouts.sum_of([one]) == payouts.Sum("ptr_1", "EUR", 100)
    with pytest.raises(payouts.NothingToPay):
        payouts.sum_of([one, debt])
    with pytest.raises(payouts.MixedStatements):
        payouts.require_together([one, payouts.Payable("stm_3", "ptr_2", "EUR", 1, True)], asked=[])
    with pytest.raises(payouts.StatementNotPayable):
        payouts.require_together([payouts.Payable("stm_3", "ptr_1", "EUR", 1, False)], asked=["stm_3"])
    with pytest.raises(Invalid):
        payouts.require_together([one], asked=["stm_1", "stm_9"])
    with pytest.raises(FourEyes):
        payouts.require_second_person(created_by="acc_1", approver="acc_1")


# Invariants ---------------------------------------------------------------------------------------------------------

# A busy machine is not a fault of the product.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
amounts = st.integers(min_value=1, max_value=10**15)
rates = st.decimals(min_value=0, max_value=1, places=6)


@st.composite
def plans(draw: st.DrawFn, modes: tuple[Mode, ...] = ("marginal", "retroactive")) -> Terms:
    edges = sorted(draw(st.sets(st.integers(min_value=1, max_value=10**12), max_size=5)))
    bands = [
        {"from": start, "to": end, "rate": str(draw(rates))}
        for start, end in zip([0, *edges], [*edges, None], strict=True)
    ]
    cap = draw(st.none() | st.integers(min_value=0, max_value=10**11))
    return terms_of({"mode": draw(st.sampled_from(modes)), "bands": bands, "cap": cap})


RATE = Rate("fxr_1", "JPY", "EUR", Decimal("123456.987654321987"), date(2026, 1, 1))


def _sale(number: int, amount: int, terms: Terms, rate: Rate | None = None) -> Contribution:
    return Contribution("sale", f"deal_{number}", f"deal_{number}", amount, converted(amount, rate), terms)


@steady
@given(plans(modes=("marginal",)), st.lists(amounts, max_size=20))
def test_marginal_lines_sum_to_what_the_whole_attainment_is_credited(terms: Terms, sales: list[int]) -> None:
    outcomes = list(replay([_sale(n, amount, terms) for n, amount in enumerate(sales)], standing=Standing()))

    assert sum((each.credit.exact for each in outcomes), Decimal(0)) == credited(sum(sales), terms)


@steady
@given(plans(modes=("retroactive",)), st.lists(amounts, min_size=1, max_size=20))
def test_retroactive_lines_sum_to_the_last_rate_on_everything(terms: Terms, sales: list[int]) -> None:
    outcomes = list(replay([_sale(n, amount, terms) for n, amount in enumerate(sales)], standing=Standing()))

    whole = rate_at(sum(sales), terms.bands) * sum(sales)
    whole = whole if terms.cap is None else min(whole, Decimal(terms.cap))
    assert abs(outcomes[-1].standing.credited - whole) <= Decimal("0.5")


@steady
@given(plans(), st.lists(amounts, min_size=1, max_size=12), st.data())
def test_any_order_of_sales_and_returns_back_to_zero_earns_zero(
    terms: Terms, sales: list[int], data: st.DataObject
) -> None:
    waiting = [_sale(n, amount, terms, RATE) for n, amount in enumerate(sales)]
    returning: list[Contribution] = []
    history: list[Contribution] = []
    while waiting or returning:
        if waiting and (not returning or data.draw(st.booleans())):
            sale = waiting.pop(0)
            history.append(sale)
            first = data.draw(st.integers(min_value=0, max_value=sale.amount))
            for part, amount in enumerate((first, sale.amount - first)):
                if amount:
                    source = f"ret_{sale.deal_id}_{part}"
                    returning.append(
                        Contribution("return", source, sale.deal_id, amount, converted(-amount, RATE), terms)
                    )
        else:
            history.append(returning.pop(data.draw(st.integers(0, len(returning) - 1))))

    last = list(replay(history, standing=Standing()))[-1].standing

    assert last == Standing(Decimal(0), 0)


@steady
@given(amounts, st.integers(min_value=-(10**12), max_value=10**12), st.lists(amounts, min_size=1, max_size=6))
def test_returns_that_add_up_to_the_sale_take_back_exactly_what_it_earned(
    sold: int, original: int, parts: list[int]
) -> None:
    shares, returned, taken = allocate(sold, parts), 0, 0
    for share in shares:
        taken += taken_back(original, sold=sold, returned_before=returned, returned=share)
        returned += share

    assert taken == -original


def test_a_return_beyond_the_sale_takes_back_no_more_than_it_earned() -> None:
    terms = terms_of({"mode": "marginal", "bands": FLAT, "cap": None})
    history = [
        _sale(1, 1_000, terms),
        Contribution("return", "ret_1", "deal_1", 600, Decimal(-600), terms),
        Contribution("return", "ret_2", "deal_1", 600, Decimal(-600), terms),
    ]

    assert [each.credit.total for each in replay(history, standing=Standing())] == [100, -60, -40]


def test_a_three_way_split_of_a_hundred_sums_to_a_hundred() -> None:
    assert allocate(10_000, [1, 1, 1]) == [3_334, 3_333, 3_333]
