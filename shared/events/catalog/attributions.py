"""Events of attributions: each partner is told of its own share; the whole split goes to sister services alone."""

from datetime import date

from pydantic import BaseModel

from shared.events.envelope import Event


class SplitShare(BaseModel):
    """A partner's share on the days `[effective_from, effective_to)`, in basis points."""

    partner_id: str
    role: str
    basis_points: int
    effective_from: date | None
    effective_to: date | None


class AttributionLocked(Event):
    """A partner's share in a deal was locked."""

    type = "deal.attribution.locked.v1"
    attribution_id: str
    deal_id: str
    partner_id: str
    role: str
    credit_type: str
    basis_points: int
    effective_from: date | None
    effective_to: date | None


class AttributionAmended(Event):
    """A partner's locked share in a deal was replaced, or ends on a day."""

    type = "deal.attribution.amended.v1"
    attribution_id: str
    deal_id: str
    partner_id: str
    role: str
    credit_type: str
    basis_points: int
    effective_from: date | None
    effective_to: date | None


class AttributionSplit(Event):
    """Full state of a locked split, and what it was before: what was posted by `before` is adjusted to `after`.

    Subject: the deal. Of one deal and kind of credit, the highest `split_version` stands; shares add up to 10,000 basis
    points on every day from the first to the last.
    """

    type = "deal.attribution.split.v1"
    public = False

    deal_id: str
    credit_type: str
    split_version: int
    why: str
    before: list[SplitShare]
    after: list[SplitShare]
