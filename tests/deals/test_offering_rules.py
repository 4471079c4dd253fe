"""What a deal keeps from whoever reads it, by its dates, its partner, its cases and what was done before."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from services.deals.pipelines.rules import BUILT_IN
from services.deals.protection.pauses import left_by_terms, opened
from services.deals.protection.rules import EXTENSION, VENDOR, Terms
from services.deals.registrations.offering import ruled_out
from shared.auth.principal import Caller

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VENDOR_STAFF = Caller("vendor", "ten_1", "acc_desk", None, "deals:approve")
DEAL: dict[str, Any] = {
    "status": "approved",
    "asked_at": NOW,
    "partner_is_inactive": False,
    "latest_case": None,
    "pipeline_id": None,
    "stage": "qualified",
    "extensions_left": 1,
    "tail_days": 90,
    "protected_until": NOW + timedelta(days=30),
    "lapses_at": None,
    "created_by": "acc_seller",
    "authors": None,
    "tender_id": None,
    "approval_steps": 0,
    "appealed_at": None,
    "decided_at": NOW,
    "lost_at": NOW,
    "lost_reason_code": None,
}
OPEN = {"deal_id": "deal_1", "status": "open", "resolution": None, "chosen_deal_id": None}
UPHELD = OPEN | {"status": "resolved", "resolution": "upheld"}
DISMISSED = OPEN | {"status": "closed", "resolution": "rejected_match"}
CHOSEN = OPEN | {"status": "closed", "resolution": "customer_choice", "chosen_deal_id": "deal_1"}
PASSED_OVER = CHOSEN | {"chosen_deal_id": "deal_2"}
SECOND = timedelta(seconds=1)


def out(status: str, **facts: Any) -> set[str]:
    return set(ruled_out(DEAL | {"status": status} | facts, VENDOR_STAFF))


@pytest.mark.parametrize(
    ("facts", "kept"),
    [
        ({}, set()),
        ({"stage": BUILT_IN.first.code}, {"extend"}),
        ({"pipeline_id": "pip_1", "stage": BUILT_IN.first.code}, set()),
        ({"extensions_left": 0}, {"extend"}),
        ({"extensions_left": None}, {"extend"}),
        ({"protected_until": None}, set()),
        ({"protected_until": NOW}, {"extend"}),
        ({"protected_until": NOW + SECOND}, set()),
        ({"lapses_at": NOW}, {"extend"}),
        ({"protected_until": NOW - timedelta(days=90) + SECOND}, {"extend"}),
        ({"protected_until": NOW - timedelta(days=90)}, {"extend", "win"}),
    ],
)
def test_an_approved_deal_is_given_more_time_and_won_while_it_can_be(facts, kept):
    assert out("approved", **facts) == kept


@pytest.mark.parametrize(
    ("latest", "steps", "kept"),
    [
        (None, 0, {"route"}),
        (None, 2, {"approve"}),
        (OPEN, 2, {"approve", "route"}),
        (OPEN, 0, {"route"}),
        (OPEN | {"status": "appealed"}, 2, {"approve", "route"}),
        (UPHELD, 0, {"approve", "route"}),
        (UPHELD, 2, {"approve", "route"}),
        (DISMISSED, 2, {"approve"}),
        (CHOSEN, 0, {"route"}),
        (PASSED_OVER, 0, {"approve", "route"}),
    ],
)
def test_a_registration_under_review_waits_for_its_case(latest, steps, kept):
    told = None if latest is None else orjson.dumps(latest).decode()

    assert out("in_review", latest_case=told, approval_steps=steps) == kept


def test_a_tender_decides_what_is_in_it():
    assert out("in_review", tender_id="tend_1", approval_steps=2) == {"approve", "route"}


@pytest.mark.parametrize(
    ("status", "facts", "kept"),
    [
        ("rejected", {}, set()),
        ("rejected", {"decided_at": NOW - timedelta(days=10)}, set()),
        ("rejected", {"decided_at": NOW - timedelta(days=10) - SECOND}, {"appeal"}),
        ("rejected", {"appealed_at": NOW}, {"appeal"}),
        ("rejected", {"tender_id": "tend_1"}, {"appeal"}),
        ("lost", {}, set()),
        ("lost", {"lost_at": NOW - timedelta(days=30)}, set()),
        ("lost", {"lost_at": NOW - timedelta(days=30) - SECOND}, {"reopen"}),
        ("lost", {"protected_until": NOW}, {"reopen"}),
        ("lost", {"protected_until": None}, set()),
        ("lost", {"lost_reason_code": "licence_cancelled"}, {"reopen"}),
        ("expired", {"protected_until": NOW - timedelta(days=14)}, set()),
        ("expired", {"protected_until": NOW - timedelta(days=14) - SECOND}, {"reinstate"}),
        ("expired", {"protected_until": NOW - timedelta(days=90)}, {"reinstate", "win"}),
        ("expired", {"protected_until": NOW, "tail_days": 0}, {"win"}),
        ("expired", {"protected_until": NOW, "authors": ["acc_desk"]}, {"approve", "reinstate"}),
        ("won", {}, set()),
    ],
)
def test_what_has_ended_comes_back_in_its_time(status, facts, kept):
    assert out(status, **facts) == kept


@pytest.mark.parametrize("status", ["draft", "returned", "approved", "lost", "expired", "rejected", "in_review"])
def test_nothing_new_is_given_to_a_partner_that_is_not_active(status):
    needing = {"submit", "approve", "appeal", "stage", "extend", "reopen", "reinstate"}

    assert out(status, partner_is_inactive=True) - out(status) <= needing
    assert needing <= out(status, partner_is_inactive=True)


@pytest.mark.parametrize(
    ("most", "used", "cause", "left"),
    [(1, 0, None, 1), (1, 1, None, 0), (2, 1, VENDOR, 1), (2, 1, EXTENSION, 0), (0, 1, None, 0)],
)
def test_more_time_is_left_to_ask_for_while_none_is_asked_for(most, used, cause, left):
    pauses = [] if cause is None else opened([], cause, at=NOW)
    claim = {"terms": Terms(extensions=most, tail_days=7).to_json(), "extensions_used": used, "pauses": pauses}

    assert left_by_terms(claim) == {"extensions_left": left, "tail_days": 7}
