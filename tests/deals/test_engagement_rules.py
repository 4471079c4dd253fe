"""Which engagements make sense, and whose step is which."""

from typing import Any

import pytest

from services.deals.engagements.rules import DealNotOpen, Wanted, after_invitation, kept_from, others
from services.deals.engagements.rules import require_possible as require
from shared.errors import Invalid

POSSIBLE: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("a partner brings another in", {}, "source", None),
    ("the vendor brings another in", {}, "vendor", None),
    ("not the deal's own", {"partner_id": "a"}, "source", "same_partner"),
    ("nothing private that is approved", {"mode": "private", "needs_approval": True}, "source", "needs_approval"),
    ("nothing private by the vendor", {"mode": "private"}, "vendor", "partners_only"),
    ("private between partners", {"mode": "private"}, "source", None),
]


@pytest.mark.parametrize(("wanted", "side", "code"), [row[1:] for row in POSSIBLE], ids=[row[0] for row in POSSIBLE])
def test_which_engagements_make_sense(wanted: dict[str, Any], side: Any, code: str | None):
    facts = {
        "source_partner_id": "a",
        "partner_id": "b",
        "mode": "partner_led",
        "deal_status": "approved",
        "needs_approval": False,
    }
    if code is None:
        require(Wanted(**{**facts, **wanted}), side=side)
        return
    with pytest.raises(Invalid) as refused:
        require(Wanted(**{**facts, **wanted}), side=side)
    assert [each.code for each in refused.value.errors] == [code]


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "lost", "expired", "revoked"])
def test_nobody_takes_part_in_a_deal_that_has_ended_without_a_sale(status: str):
    with pytest.raises(DealNotOpen):
        require(Wanted("a", "b", "co_sell", status, needs_approval=False), side="source")


@pytest.mark.parametrize(
    ("side", "mode", "kept"),
    [
        ("source", "co_sell", {"accept", "decline", "leave"}),
        ("partner", "co_sell", {"invite", "withdraw", "end"}),
        ("vendor", "co_sell", {"accept", "decline", "leave"}),
        ("vendor", "private", {"accept", "decline", "leave", "invite", "withdraw", "end"}),
        ("neither", "co_sell", {"accept", "decline", "leave", "invite", "withdraw", "end", "edit"}),
    ],
)
def test_whose_step_it_is(side: Any, mode: str, kept: set[str]):
    assert set(kept_from(side, mode=mode)) == kept


@pytest.mark.parametrize(
    ("needs_approval", "side", "status"),
    [
        (False, "source", "pending"),
        (True, "source", "in_approval"),
        (True, "vendor", "pending"),
        (False, "vendor", "pending"),
    ],
)
def test_the_vendor_approves_what_is_not_its_own(needs_approval: bool, side: Any, status: str):
    assert after_invitation(needs_approval=needs_approval, side=side) == status


def test_those_who_co_sell_are_told_of_each_other_in_one_order():
    parts = [("c", "fulfil"), ("a", "co_sell"), ("b", "influence")]

    assert others(parts, than="b") == others(reversed(parts), than="b")
    assert [each["partner_id"] for each in others(parts, than="b")] == ["a", "c"]
