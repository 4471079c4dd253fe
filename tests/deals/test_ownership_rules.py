"""Who can be given a deal, and in which states, as pure decisions."""

import pytest

from services.deals.ownership.rules import Member, next_owner
from services.deals.registrations.lifecycle import LIFECYCLE
from shared.errors import Invalid

ANNA = Member("acc_anna", is_active=True, writes_deals=True)
REFUSED = [
    (None, "unknown_account"),
    (Member("acc_owner", is_active=True, writes_deals=True), "already_owner"),
    (Member("acc_anna", is_active=False, writes_deals=True), "account_not_active"),
    (Member("acc_anna", is_active=True, writes_deals=False), "cannot_write_deals"),
]


def test_a_deal_goes_to_whoever_acts_for_its_partner_and_may_write_deals() -> None:
    assert next_owner(ANNA, owner="acc_owner", at="/account_id") == "acc_anna"


@pytest.mark.parametrize(("member", "code"), REFUSED)
def test_anybody_else_is_refused(member: Member | None, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        next_owner(member, owner="acc_owner", at="/person_id")

    assert [(each.pointer, each.code) for each in refused.value.errors] == [("/person_id", code)]


def test_a_deal_is_given_in_every_state_that_something_may_follow() -> None:
    assert LIFECYCLE.moves["assign"].sources == set(LIFECYCLE.states) - set(LIFECYCLE.terminal)
