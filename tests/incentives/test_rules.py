"""Bands, returns, precedence and posting days, as pure decisions."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

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
    Standing,
    Version,
    choose,
    credit,
    period_of,
    rate_at,
    require_publishable,
    terms_of,
)
from services.incentives.statements import rules as statements
from shared.errors import FourEyes, Invalid
from shared.values.period import Period
from tests.incentives.make import GOLDEN, component

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
