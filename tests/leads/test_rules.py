"""Who may receive a lead, whose turn it is, and until when an offer stands."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from services.leads.handover.rules import OfferExpired, require_standing
from services.leads.routing.policy import BUILT_IN, FACTS, condition
from services.leads.routing.rules import Candidate, Judgement, Refusal, in_turn, standing_refusals

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
FREE = Candidate(
    partner_id="ptr_a", working=True, accepts_leads=True, capacity=3, open_leads=2, last_turn=0, earlier_offer=None
)


@pytest.mark.parametrize(
    ("candidate", "codes"),
    [
        (FREE, []),
        (replace(FREE, working=False), ["not_active"]),
        (replace(FREE, accepts_leads=False), ["not_accepting"]),
        (replace(FREE, open_leads=3), ["at_capacity"]),
        (replace(FREE, capacity=0, open_leads=0), ["at_capacity"]),
        (replace(FREE, earlier_offer="declined"), ["offered_before"]),
        (
            replace(FREE, working=False, accepts_leads=False, open_leads=9, earlier_offer="recalled"),
            ["not_active", "not_accepting", "at_capacity", "offered_before"],
        ),
    ],
)
def test_every_standing_reason_is_named(candidate: Candidate, codes: list[str]) -> None:
    assert [each.code for each in standing_refusals(candidate)] == codes


def judged(partner_id: str, last_turn: int, *refusals: Refusal) -> Judgement:
    return Judgement(candidate=replace(FREE, partner_id=partner_id, last_turn=last_turn), refusals=refusals, facts={})


@pytest.mark.parametrize(
    ("judgements", "order"),
    [
        ([], []),
        ([judged("a", 3), judged("b", 1), judged("c", 2)], ["b", "c", "a"]),
        ([judged("b", 0), judged("a", 0)], ["a", "b"]),
        ([judged("a", 1, Refusal("policy", "")), judged("b", 9)], ["b"]),
    ],
)
def test_who_waited_longest_is_next(judgements: list[Judgement], order: list[str]) -> None:
    assert [each.candidate.partner_id for each in in_turn(judgements)] == order


@pytest.mark.parametrize(
    ("after", "stands"), [(timedelta(microseconds=-1), True), (timedelta(0), False), (timedelta(days=2), False)]
)
def test_an_offer_stands_up_to_its_end_and_not_at_it(after: timedelta, stands: bool) -> None:
    if stands:
        require_standing(expires_at=NOON, now=NOON + after)
        return
    with pytest.raises(OfferExpired):
        require_standing(expires_at=NOON, now=NOON + after)


@pytest.mark.parametrize(("covers", "sells", "holds"), [(True, True, True), (True, False, False), (False, True, False)])
def test_the_built_in_policy_asks_for_country_and_family(covers: bool, sells: bool, holds: bool) -> None:
    facts = {"partner.covers_country": covers, "partner.sells_family": sells}

    assert BUILT_IN.eligibility.evaluate(facts).holds is holds
    assert BUILT_IN.version == 0


def test_every_fact_of_routing_can_be_asked_about() -> None:
    for fact in FACTS.kinds:
        assert condition(f"{fact}.known").used == (fact,)
