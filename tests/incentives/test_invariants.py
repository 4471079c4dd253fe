"""What holds for every plan and every history of sales and returns."""

from datetime import date
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.incentives.accrual.crediting import Contribution, replay
from services.incentives.exchange.rules import Rate, converted
from services.incentives.plans.rules import Mode, Standing, Terms, credited, rate_at, taken_back, terms_of
from shared.values.money import allocate
from tests.incentives.make import FLAT

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
                    source = f"ret_{sale.sale_id}_{part}"
                    returning.append(
                        Contribution("return", source, sale.sale_id, amount, converted(-amount, RATE), terms)
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


@steady
@given(plans(), st.lists(amounts, min_size=1, max_size=8), st.data())
def test_an_invoice_that_is_not_served_in_part_keeps_between_nothing_and_what_it_has_earned(
    terms: Terms, invoiced: list[int], data: st.DataObject
) -> None:
    sold = [_sale(number, amount, terms) for number, amount in enumerate(invoiced)]
    unserved = [data.draw(st.integers(min_value=0, max_value=each.amount)) for each in sold]
    back = [
        Contribution("return", each.source_id, each.sale_id, amount, Decimal(-amount), terms)
        for each, amount in zip(sold, unserved, strict=True)
    ]

    credits = [each.credit.total for each in replay([*sold, *back], standing=Standing())]

    for earned, taken in zip(credits[: len(sold)], credits[len(sold) :], strict=True):
        assert 0 <= earned + taken <= earned or earned <= earned + taken <= 0


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
