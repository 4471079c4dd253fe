"""Which deal a sold line belongs to, by its name or by its score."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.deals.sell_out.rules import (
    Candidate,
    Part,
    Sold,
    Standing,
    by_name,
    by_score,
    faults_of_parts,
    held_against,
    objection_to,
)

SOLD = Sold("cloud", date(2026, 3, 15))


def a_deal(deal_id: str = "deal_1", **facts: Any) -> Candidate:
    """An approved deal of the family that is protected that day; its customer is the line's."""
    known: dict[str, Any] = {
        "status": "approved",
        "product_family": "cloud",
        "identity": 1.0,
        "features": {},
        "protected_from": datetime(2026, 1, 1, tzinfo=UTC),
        "protected_until": datetime(2026, 4, 1, tzinfo=UTC),
        "tail_until": datetime(2026, 6, 30, tzinfo=UTC),
    }
    return Candidate(deal_id, **known | facts)


@pytest.mark.parametrize(
    ("facts", "sold", "reason", "score"),
    [
        ({}, SOLD, "close_enough", 1.0),
        ({}, Sold(None, SOLD.sold_on), "close_enough", 0.9),
        ({"identity": 0.9}, SOLD, "close_enough", 0.9),
        ({"identity": 0.9}, Sold(None, SOLD.sold_on), "too_unlike", 0.81),
        ({}, Sold("network", SOLD.sold_on), "no_candidate", None),
        ({}, Sold(None, SOLD.sold_on, frozenset({"network"})), "no_candidate", None),
        ({}, Sold(None, SOLD.sold_on, frozenset({"network", "cloud"})), "close_enough", 1.0),
        ({}, Sold("cloud", SOLD.sold_on, frozenset({"network"})), "no_candidate", None),
        ({}, Sold("cloud", date(2025, 12, 31)), "no_candidate", None),
        ({}, Sold("cloud", date(2026, 6, 30)), "close_enough", 0.95),
        ({}, Sold("cloud", date(2026, 7, 1)), "no_candidate", None),
        ({"tail_until": None}, Sold("cloud", date(2026, 4, 2)), "no_candidate", None),
        ({"protected_until": None, "tail_until": None}, Sold("cloud", date(2027, 1, 1)), "close_enough", 1.0),
        ({"status": "lost"}, SOLD, "no_candidate", None),
    ],
)
def test_a_line_belongs_to_a_deal_by_customer_product_and_date(
    facts: dict[str, Any], sold: Sold, reason: str, score: float | None
):
    verdict = by_score([a_deal(**facts)], sold)

    assert (verdict.reason, verdict.score) == (reason, score)
    assert (verdict.deal_id is not None) == (reason == "close_enough")


@pytest.mark.parametrize(("second", "reason"), [(1.0, "ambiguous"), (0.96, "ambiguous"), (0.95, "close_enough")])
def test_the_best_deal_has_to_lead_the_second(second: float, reason: str):
    assert by_score([a_deal(), a_deal("deal_2", identity=second)], SOLD).reason == reason


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (a_deal(identity=0.85), "deal_named"),
        (a_deal(identity=0.84), "other_customer"),
        (None, "unknown_deal"),
        (a_deal(product_family="network"), "other_family"),
        (a_deal(status="revoked"), "deal_not_live"),
    ],
)
def test_a_deal_that_is_named_has_to_be_live_of_the_family_and_of_the_same_customer(
    candidate: Candidate | None, reason: str
):
    assert by_name(candidate, SOLD).reason == reason


@pytest.mark.parametrize(
    ("standing", "reason"),
    [
        (Standing(is_known_sku=True, is_delivered=False, left=100), None),
        (Standing(is_known_sku=True, is_delivered=False, left=99), "exceeds_registration"),
        (Standing(is_known_sku=True, is_delivered=False, left=None), "no_amount_in_currency"),
        (Standing(is_known_sku=True, is_delivered=True, left=100), "already_delivered"),
        (Standing(is_known_sku=False, is_delivered=True, left=0), "unknown_sku"),
    ],
)
def test_what_stands_against_a_line_leaves_it_to_a_person_with_what_was_found(standing: Standing, reason: str | None):
    found = by_name(a_deal(), SOLD)

    told = held_against(found, objection_to(100, standing))

    assert (told.deal_id, told.reason) == (("deal_1", "deal_named") if reason is None else (None, reason))
    assert told.candidates == found.candidates


@pytest.mark.parametrize(
    ("parts", "codes"),
    [
        ([("a", 2), ("b", 1)], []),
        ([("a", 2), ("b", 2)], ["not_the_whole"]),
        ([("a", 2), ("a", 1)], ["repeated"]),
    ],
)
def test_the_parts_of_a_line_are_the_line(parts: list[tuple[str, int]], codes: list[str]):
    assert [each.code for each in faults_of_parts([Part(*each) for each in parts], quantity=3)] == codes
