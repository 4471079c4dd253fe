"""Who may receive a lead, and whose turn it is. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.errors import Conflict

RefusalCode = Literal["not_active", "not_accepting", "at_capacity", "offered_before", "policy"]
Outcome = Literal["offered", "hop_limit", "no_candidate"]
"""What became of routing a lead; the last two are why it is unroutable."""


class PartnerNotEligible(Conflict):
    """This partner cannot be given this lead; `reasons` says why."""

    code, title = "partner_not_eligible", "The partner cannot be given this lead"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason not to give a lead to a partner: a stable code and a sentence."""

    code: RefusalCode
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A partner as routing sees it; `last_turn` is 0 when it has never received, `earlier_offer` how one of this lead ended."""

    partner_id: str
    working: bool
    accepts_leads: bool
    capacity: int
    open_leads: int
    last_turn: int
    earlier_offer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A candidate, every reason against it, and the facts a policy's condition used when it was one of them."""

    candidate: Candidate
    refusals: tuple[Refusal, ...]
    facts: Mapping[str, object]

    @property
    def eligible(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.refusals


def standing_refusals(candidate: Candidate) -> list[Refusal]:
    """Return what no policy and no person can set aside, in a fixed order."""
    found: list[Refusal] = []
    if not candidate.working:
        found.append(Refusal("not_active", "The partnership is not active."))
    if not candidate.accepts_leads:
        found.append(Refusal("not_accepting", "The partner does not accept leads."))
    if candidate.open_leads >= candidate.capacity:
        found.append(Refusal("at_capacity", f"It has {candidate.open_leads} open leads of {candidate.capacity}."))
    if candidate.earlier_offer is not None:
        found.append(Refusal("offered_before", f"An earlier offer of this lead was {candidate.earlier_offer}."))
    return found


def in_turn(judgements: Iterable[Judgement]) -> Sequence[Judgement]:
    """Return the eligible ones, who waited longest first.

    Serving the least recently served is round robin that needs no fixed ring: among partners that stay eligible the
    counts never differ by more than one; one that is left out hands its turn to nobody in particular, and one that
    comes back or joins gets the next lead, not all it has missed.
    """
    eligible = [each for each in judgements if each.eligible]
    return sorted(eligible, key=lambda each: (each.candidate.last_turn, each.candidate.partner_id))
