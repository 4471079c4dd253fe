"""Bodies of the hierarchy."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, Day, LifecycleOut, Long, Patch, id_of, typeid

PartnerId = Annotated[str, typeid("ptr")]
Kind = Literal["parent_of", "distributes_to", "location_of"]
Visibility = Annotated[
    Literal["none", "aggregate", "records", "records_and_money"],
    Field(description="What the partner above sees of the one below, and of those below that."),
]


class RelationshipIn(Body):
    """A partner above another on the days from `effective_from` up to, but not including, `effective_to`.

    The vendor sets it; a partner offers it to the other one.
    """

    id: id_of("rel") | None = None  # type: ignore[valid-type]
    parent_partner_id: PartnerId
    child_partner_id: PartnerId
    kind: Kind
    visibility: Visibility
    effective_from: Day | None = Field(default=None, description="The first day; today where left out.")
    effective_to: Day | None = None


class RelationshipPatch(Patch):
    """What the vendor can change of it."""

    visibility: Annotated[Visibility, Field(default_factory=lambda: "none")]
    effective_to: Day | None = None


class RelationshipEndIn(Body):
    """From which day on it no longer counts, today where left out, and why."""

    effective_to: Day | None = None
    reason: Long | None = None


class RelationshipOut(LifecycleOut):
    """A partner above another. `offered_by` is the partner that has offered it, null where the vendor has set it."""

    parent_partner_id: str
    child_partner_id: str
    kind: str
    visibility: str
    effective_from: date
    effective_to: date | None
    offered_by: str | None
    expires_at: datetime | None
