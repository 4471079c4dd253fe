"""Ids, money and periods."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.ids import encode, is_id, milliseconds_of, new_id, pattern
from shared.values.money import LARGEST, Money, allocate, from_major, rounded, to_major
from shared.values.period import Period, calendar_day, month_of, quarter_of

NOON = datetime(2026, 5, 17, 12, tzinfo=UTC)


def test_an_id_is_its_prefix_and_26_letters():
    made = new_id("deal", at=NOON)

    assert is_id(made, "deal") and is_id(made)
    assert len(made) == len("deal_") + 26


def test_an_id_remembers_when_it_was_made_and_sorts_by_it():
    earlier, later = new_id("deal", at=NOON), new_id("deal", at=NOON + timedelta(milliseconds=1))

    assert milliseconds_of(earlier) == int(NOON.timestamp() * 1000)
    assert earlier < later


def test_an_id_is_a_uuid_of_version_7():
    # Example of RFC 9562, appendix A.6: 017F22E2-79B0-7CC3-98C4-DC0C0C07398F.
    rand_a, rand_b = 0xCC3, 0x18C4DC0C0C07398F
    made = encode("x", milliseconds=0x017F22E279B0, random=(rand_a << 68) | rand_b)
    number = 0
    for letter in made[2:]:
        number = number << 5 | "0123456789abcdefghjkmnpqrstvwxyz".index(letter)

    assert number == 0x017F22E279B07CC398C4DC0C0C07398F


@pytest.mark.parametrize(
    "text",
    [
        "deal_01h455vb4pex5vsknk084sn02Q",
        "deal_81h455vb4pex5vsknk084sn02q",
        "deal_01h455vb4pex5vsknk084sn02",
        "deal_01h455vb4pex5vsknk084sn02i",
        "deal_01h455vb4pex5vsknk084sn02q\n",
        "Deal_01h455vb4pex5vsknk084sn02q",
        "_01h455vb4pex5vsknk084sn02q",
        "01h455vb4pex5vsknk084sn02q",
        "",
    ],
)
def test_it_is_no_id(text):
    assert not is_id(text)


def test_an_id_of_another_kind_is_not_one_of_this_kind():
    assert not is_id("lead_01h455vb4pex5vsknk084sn02q", "deal")
    assert pattern("deal").startswith("^deal_")


amounts = st.integers(-LARGEST, LARGEST)
weights = st.lists(
    st.integers(0, LARGEST) | st.decimals(0, 10**12, places=6, allow_nan=False), min_size=1, max_size=20
).filter(any)


@given(amounts, weights)
def test_the_parts_of_an_amount_sum_to_it_exactly(total, shares):
    assert sum(allocate(total, shares)) == total


@given(amounts, weights)
def test_no_part_is_further_than_one_unit_from_its_exact_share(total, shares):
    from fractions import Fraction

    whole = sum(Fraction(share) for share in shares)

    for part, share in zip(allocate(total, shares), shares, strict=True):
        assert abs(part - total * Fraction(share) / whole) < 1


@given(amounts, weights)
def test_taking_back_is_the_mirror_of_giving(total, shares):
    assert allocate(-total, shares) == [-part for part in allocate(total, shares)]


def test_the_cent_that_is_left_goes_to_the_earlier_of_equals():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]


def test_a_part_without_weight_gets_nothing():
    assert allocate(7, [0, 1, 0]) == [0, 7, 0]


@pytest.mark.parametrize("shares", [[], [0, 0], [1, -1]])
def test_weights_that_say_nothing_are_refused(shares):
    with pytest.raises(ValueError):
        allocate(1, shares)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1250.50", "EUR", 125050),
        ("-0.01", "USD", -1),
        ("1250", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("0.0001", "CLF", 1),
        ("1.500", "EUR", 150),
        (Decimal("1E+2"), "EUR", 10000),
        ("92233720368547758.07", "EUR", LARGEST),
    ],
)
def test_an_amount_in_major_units_is_read(text, currency, minor):
    assert from_major(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("1.505", "EUR"),
        ("1.5", "JPY"),
        ("1.0001", "KWD"),
        ("1.00000000000000000000000000000001", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("many", "EUR"),
        ("", "EUR"),
        ("1e1000000", "EUR"),
        ("1e-1000000", "EUR"),
        ("92233720368547758.08", "EUR"),
        ("1", "XXX"),
    ],
)
def test_what_is_no_amount_of_its_currency_is_refused(text, currency):
    with pytest.raises(ValueError):
        from_major(text, currency)


@given(amounts, st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_an_amount_survives_being_written_and_read(amount, currency):
    assert from_major(to_major(Money(amount, currency)), currency) == Money(amount, currency)


def test_an_amount_is_written_with_the_decimals_of_its_currency():
    assert [to_major(Money(1250, code)) for code in ("EUR", "JPY", "KWD")] == ["12.50", "1250", "1.250"]


@pytest.mark.parametrize(("exact", "whole"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("-2.5", -2), ("2.51", 3)])
def test_half_a_unit_is_rounded_to_the_even_neighbour(exact, whole):
    assert rounded(Decimal(exact)) == whole


def test_money_of_two_currencies_is_not_added():
    with pytest.raises(ValueError):
        Money(1, "EUR") + Money(1, "USD")
    assert Money(3, "EUR") - Money(5, "EUR") == -Money(2, "EUR")


def test_a_period_holds_its_first_day_and_not_its_last():
    may = Period(date(2026, 5, 1), date(2026, 6, 1))

    assert date(2026, 5, 1) in may and date(2026, 5, 31) in may
    assert date(2026, 6, 1) not in may and date(2026, 4, 30) not in may


def test_a_period_that_does_not_go_forward_is_refused():
    with pytest.raises(ValueError):
        Period(date(2026, 5, 1), date(2026, 5, 1))


@given(st.dates(max_value=date(9998, 12, 31)))
def test_every_day_is_in_its_month_and_its_month_in_its_quarter(day):
    month, quarter = month_of(day), quarter_of(day)

    assert day in month and month.start in quarter and month.end <= quarter.end
    assert quarter.start.month in (1, 4, 7, 10)


def test_the_day_of_an_instant_is_the_day_in_utc():
    tokyo = timezone(timedelta(hours=9))

    assert calendar_day(datetime(2026, 1, 1, 8, tzinfo=tokyo)) == date(2025, 12, 31)
