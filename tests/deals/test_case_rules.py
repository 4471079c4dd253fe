"""Who is in a case, and what it says of those who are left."""

from datetime import UTC, datetime, timedelta

import pytest
from asyncpg import Range

from services.deals.screening.findings import handed_over, has_let_go, is_elsewhere, told_by

_NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rival", "found_at", "apart", "is_rival", "elsewhere"),
    [
        (("X", "cloud"), "X", [], True, False),
        (("Y", "cloud"), "X", [], True, True),
        (("X", "drives"), "X", [], True, True),
        (("X", "drives"), "X", [], False, False),
        # Like the own one, and a customer of its own; or known to be another.
        (("Z", "cloud"), "Z", [], True, False),
        (("Z", "cloud"), "Z", ["Z"], True, True),
        ((None, "cloud"), "X", [], True, True),
    ],
)
def test_who_was_found_is_elsewhere_at_another_customer_or_with_another_product(
    rival, found_at, apart, is_rival, elsewhere
):
    own = {"customer_id": "X", "product_family": "cloud"}
    there = dict(zip(own, rival, strict=True))

    assert is_elsewhere(there, own=own, found_at=found_at, apart_from=apart, is_rival=is_rival) is elsewhere


def test_a_case_says_the_gravest_of_what_is_left():
    blocking = {
        "deal_id": "A",
        "partner_id": "P",
        "source": "registration",
        "class": "blocking",
        "reasons": ["same_domain"],
    }
    probable = blocking | {"deal_id": "B", "class": "probable", "reasons": ["same_name"]}
    note = blocking | {"deal_id": "C", "class": "none", "source": "ended"}

    assert told_by([probable, note])["class"] == "probable"
    assert told_by([probable, note])["reasons"] == ["same_name", "recently_registered"]
    assert told_by([])["class"] == "none"
    assert told_by([blocking, probable])["reasons"] == ["same_domain"]
    new = {"id": "N", "partner_id": "Q"}
    assert handed_over([blocking], old={"id": "A"}, new=new, asked_by="R")[0]["deal_id"] == "N"
    assert handed_over([blocking, note], old={"id": "A"}, new=new, asked_by="Q") == [note]


@pytest.mark.parametrize(
    ("status", "ends_at", "incumbent_until", "gone"),
    [
        ("pending", None, None, False),
        ("active", None, None, False),
        ("active", _NOON + timedelta(days=1), None, False),
        ("active", _NOON, None, True),
        ("released", _NOON + timedelta(days=1), None, True),
        ("transferred", _NOON, None, True),
        ("expired", _NOON, _NOON + timedelta(days=1), False),
        ("expired", _NOON, _NOON, True),
    ],
)
def test_a_customer_is_let_go_when_a_claim_neither_protects_nor_asks_to_and_no_sale_is_remembered(
    status, ends_at, incumbent_until, gone
):
    claim = {"status": status, "period": Range(None, ends_at), "incumbent_until": incumbent_until}

    assert has_let_go(claim, at=_NOON) is gone
    assert has_let_go(None, at=_NOON)
