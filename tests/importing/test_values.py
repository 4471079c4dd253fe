"""What people type into cells."""

from datetime import date
from decimal import Decimal

import pytest

from deploy.importing import values
from shared.values.money import Money


@pytest.mark.parametrize(
    ("cell", "mark", "value"),
    [
        ("1.250,50", None, "1250.50"),
        ("1,250.50", None, "1250.50"),
        ("1 250,50", None, "1250.50"),
        ("1\u202f250,50", None, "1250.50"),
        ("1'250.50", None, "1250.50"),
        ("1.250.000", None, "1250000"),
        ("12,5", None, "12.5"),
        ("12345.678", None, "12345.678"),
        ("1,25,000", None, "125000"),
        ("1.250,-", None, "1250"),
        ("1.250", None, "1250"),
        ("1.250", ".", "1.250"),
        ("1.250", ",", "1250"),
        ("-5", None, "-5"),
    ],
)
def test_a_number_is_read_with_either_decimal_mark(cell: str, mark: str | None, value: str) -> None:
    assert values.number(cell, mark=mark) == Decimal(value)


@pytest.mark.parametrize("cell", ["abc", "", "1,2,3", "1.234,567.8", "1.2.3", "12.34.567", "--5", "1e5"])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        values.number(cell)


def test_one_telling_cell_decides_the_decimal_mark_of_its_column() -> None:
    assert values.decimal_mark(["1.250", "99", "12,50"]) == ","
    assert values.decimal_mark(["1,250", "1,250.75"]) == "."
    assert values.decimal_mark(["1.250", "2.500"]) is None
    assert values.decimal_mark(["12,50", "12.50"]) is None


@pytest.mark.parametrize(
    ("cell", "currency", "amount"),
    [
        ("1.250,50", "EUR", Money(125050, "EUR")),
        ("€ 1.250,50", None, Money(125050, "EUR")),
        ("1,250.50 USD", None, Money(125050, "USD")),
        ("12 500 000 Ft", None, Money(1_250_000_000, "HUF")),
        ("12500", "JPY", Money(12500, "JPY")),
        ("12.5005", "KWD", "more decimals than KWD"),
        ("1250.50", "JPY", "more decimals than JPY, which has 0"),
        ("1.250", "KWD", "two amounts"),
        ("500 USD", "EUR", "is in USD, but the row's currency is EUR"),
        ("500", None, "has no currency"),
        ("99999999999999999", "EUR", "too large"),
    ],
)
def test_an_amount_becomes_minor_units_of_its_currency(cell: str, currency: str | None, amount: Money | str) -> None:
    if isinstance(amount, Money):
        assert values.money(cell, currency=currency) == amount
    else:
        with pytest.raises(ValueError, match=amount):
            values.money(cell, currency=currency)


@pytest.mark.parametrize(
    ("cell", "form", "day"),
    [
        ("2026-12-31", None, date(2026, 12, 31)),
        ("2026-12-31 00:00:00", None, date(2026, 12, 31)),
        ("31.12.2026", None, date(2026, 12, 31)),
        ("1. 2. 2026", None, date(2026, 2, 1)),
        ("2026. 12. 31.", None, date(2026, 12, 31)),
        ("12/31/2026", "MM/DD/YYYY", date(2026, 12, 31)),
        ("31/12/26", "DD/MM/YY", date(2026, 12, 31)),
        ("12/31/2026", None, "--date-format"),
        ("31/12/2026", "MM/DD/YYYY", "does not exist"),
        ("30.02.2026", None, "does not exist"),
        ("soon", None, "is not a date"),
    ],
)
def test_a_date_with_two_meanings_needs_to_be_told(cell: str, form: str | None, day: date | str) -> None:
    if isinstance(day, date):
        assert values.day(cell, form=form) == day
    else:
        with pytest.raises(ValueError, match=day):
            values.day(cell, form=form)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("DE", "DE"), ("Deutschland", "DE"), ("németország", "DE"), ("ÖSTERREICH", "AT"), ("中国", "CN"), ("България", "BG"), ("UK", "GB"), ("U.S.A.", "US")],
)  # fmt: skip
def test_a_country_is_known_by_its_name_in_several_languages(cell: str, code: str) -> None:
    assert values.country(cell) == code


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="is not a country"):
        values.country("Atlantis")


def test_names_of_products_become_codes() -> None:
    assert values.code("Fleet Cloud") == "fleet-cloud"
    assert values.code("drives_2") == "drives_2"
    with pytest.raises(ValueError, match="is not a code"):
        values.code("驱动")
