"""The rules of deliveries and returns, and of what they count for."""

import random
from datetime import date, timedelta

import pytest

from services.deals.consumption.rules import Consumption, Counted, returned_from
from services.deals.orders.rules import (
    Moved,
    Progress,
    fault_of_day,
    fault_of_return_day,
    faults_of_fulfilment,
    faults_of_return,
    faults_of_serials,
    status_after,
)

TODAY = date(2026, 5, 10)
LINES = {"a": Progress("a", 10, 6, 2), "b": Progress("b", 3, 3, 0)}


@pytest.mark.parametrize(
    ("moved", "codes"),
    [
        ([Moved("a", 4)], []),
        ([Moved("a", 5)], ["exceeds_order"]),
        ([Moved("b", 1)], ["exceeds_order"]),
        ([Moved("a", 1), Moved("a", 1)], ["repeated"]),
        ([Moved("c", 1)], ["unknown_line"]),
        ([Moved("a", 2, ("x", "y"))], []),
        ([Moved("a", 2, ("x", "x"))], ["serial_count"]),
    ],
)
def test_a_delivery_stays_within_what_is_open(moved: list[Moved], codes: list[str]):
    assert [each.code for each in faults_of_fulfilment(moved, LINES)] == codes


@pytest.mark.parametrize(
    ("moved", "places"),
    [
        ([Moved("a", 2, ("x", "y"))], []),
        ([Moved("a", 2, ("x", "old")), Moved("b", 1, ("y",))], ["/lines/0/serials"]),
        ([Moved("a", 1, ("x",)), Moved("b", 1, ("x",))], ["/lines/1/serials"]),
        # Of another SKU.
        ([Moved("a", 1, ("x",)), Moved("c", 2, ("x", "old"))], []),
        ([Moved("nothing", 1, ("x",))], []),
    ],
)
def test_a_piece_is_delivered_once(moved: list[Moved], places: list[str]):
    skus = {"a": "GX-100", "b": "GX-100", "c": "GX-200"}
    found = faults_of_serials(moved, skus=skus, delivered=[("GX-100", "old")])
    assert [each.pointer for each in found] == places


@pytest.mark.parametrize(("days", "wrong"), [((), False), ((0, -2), False), ((-2, 1), True)])
def test_what_is_given_back_was_delivered_before(days: tuple[int, ...], wrong: bool):
    first = [TODAY + timedelta(days=each) for each in days]
    assert (fault_of_return_day(TODAY, delivered_on=first, pointer="/x") is not None) == wrong


@pytest.mark.parametrize(
    ("moved", "codes"), [([Moved("a", 4), Moved("b", 3)], []), ([Moved("a", 5)], ["exceeds_fulfilled"])]
)
def test_a_return_stays_within_what_was_delivered_and_kept(moved: list[Moved], codes: list[str]):
    assert [each.code for each in faults_of_return(moved, LINES)] == codes


@pytest.mark.parametrize(
    ("fulfilled", "invoiced", "status"),
    [
        ((0, 0), 0, "accepted"),
        ((0, 0), 100, "accepted"),
        ((1, 0), 0, "part_fulfilled"),
        ((10, 2), 100, "part_fulfilled"),
        ((10, 3), 99, "fulfilled"),
        ((10, 3), 100, "invoiced"),
    ],
)
def test_the_state_of_an_order_follows_from_what_is_delivered_and_invoiced(
    fulfilled: tuple[int, int], invoiced: int, status: str
):
    lines = [Progress("a", 10, fulfilled[0], 0), Progress("b", 3, fulfilled[1], 0)]

    assert status_after(lines, amount=100, invoiced=invoiced) == status


def test_an_order_of_nothing_is_delivered_and_never_invoiced():
    assert status_after([Progress("a", 1, 1, 0)], amount=0, invoiced=0) == "fulfilled"


@pytest.mark.parametrize(
    ("day", "wrong"),
    [
        (TODAY, False),
        (TODAY - timedelta(days=3), False),
        (TODAY - timedelta(days=4), True),
        (TODAY.replace(day=11), True),
    ],
)
def test_a_day_lies_between_the_order_and_today(day: date, wrong: bool):
    fault = fault_of_day(day, ordered_on=TODAY - timedelta(days=3), today=TODAY, pointer="/x")

    assert (fault is not None) == wrong


def test_what_is_returned_is_never_above_what_was_delivered_nor_that_above_what_was_ordered():
    chance = random.Random(20261122)
    for _ in range(300):
        quantity = chance.randint(1, 50)
        line, matches = Progress("a", quantity, 0, 0), list[Counted]()
        for step in range(20):
            amount = chance.randint(1, 12)
            moved = [Moved("a", amount)]
            if chance.random() < 0.6 and not faults_of_fulfilment(moved, {"a": line}):
                line = Progress("a", quantity, line.fulfilled + amount, line.returned)
                matches.insert(0, Counted(f"m{step}", amount, 7, amount * 7, 0, 0))
            elif not faults_of_return(moved, {"a": line}):
                line = Progress("a", quantity, line.fulfilled, line.returned + amount)
                taken = {each.id: part for each, part in returned_from(matches, amount)}
                assert sum(taken.values()) == amount
                matches = [
                    Counted(
                        each.id,
                        each.quantity,
                        each.unit_price,
                        each.amount,
                        each.returned_quantity + taken.get(each.id, 0),
                        each.returned_amount + (each.taken_back(taken[each.id]) if each.id in taken else 0),
                    )
                    for each in matches
                ]
            assert 0 <= line.returned <= line.fulfilled <= line.quantity
            assert sum(each.quantity - each.returned_quantity for each in matches) == line.kept
            assert sum(each.amount - each.returned_amount for each in matches) == line.kept * 7


@pytest.mark.parametrize(
    ("registered", "used", "remaining", "exceeded"),
    [(100, 40, 60, False), (100, 100, 0, False), (100, 101, 0, True), (None, 5, None, False)],
)
def test_what_is_left_of_a_deal_is_never_below_zero(
    registered: int | None, used: int, remaining: int | None, exceeded: bool
):
    found = Consumption(registered, used)

    assert (found.remaining, found.exceeded) == (remaining, exceeded)
