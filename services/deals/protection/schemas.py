"""What is shown of a protection claim, and the terms it is held to."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from services.deals.protection.rules import STANDARD
from shared.web.models import Body, LifecycleOut, Out

_Days = Annotated[int, Field(ge=1, le=730)]


class ProtectionTermsIn(Body):
    """What approved deals are held to, in days. What is left out is as if no policy had been written.

    Nothing done for `stale_after_days` warns the partner, for `released_after_days` releases the customer; null: never.
    An extension gives up to `extension_days`, `extensions` times, by the policy itself or when a person agrees.
    Orders up to `tail_days` after the end still credit the partner, and for `incumbency_days` after a sale rivals are
    looked at by a person. When a partner is terminated, its protections are released or offered to other partners.
    """

    stale_after_days: _Days | None = STANDARD.stale_after_days
    released_after_days: _Days | None = STANDARD.released_after_days
    extensions: Annotated[int, Field(ge=0, le=10)] = STANDARD.extensions
    extension_days: Annotated[int, Field(ge=30, le=90)] = STANDARD.extension_days
    extensions_decided_by: Literal["policy", "person"] = "policy"
    tail_days: Annotated[int, Field(ge=0, le=730)] = STANDARD.tail_days
    incumbency_days: Annotated[int, Field(ge=0, le=3650)] = STANDARD.incumbency_days
    on_termination: Literal["release", "offer"] = "release"


class ProtectionTermsOut(Out):
    """What approved deals are held to, in days; null: never."""

    stale_after_days: int | None
    released_after_days: int | None
    extensions: int
    extension_days: int
    extensions_decided_by: Literal["policy", "person"]
    tail_days: int
    incumbency_days: int
    on_termination: Literal["release", "offer"]


class PauseOut(Out):
    """A time `[from, until)` in which the vendor owed something; without `until` it still does."""

    cause: Literal["vendor", "extension", "review"]
    from_: datetime = Field(alias="from")
    until: datetime | None


class ProtectionClaimOut(LifecycleOut):
    """Who holds a customer for a product family, where and when: of those who asked, the lowest `priority_no`.

    No `territories` are everywhere. `customer_id` is for the vendor, null for partners.

    The protection lasts from `protected_from` up to, and without, the earlier of `protected_until` and `lapses_at`, when it
    is released unless something is done for the deal. Both are null while the claim is pending or `paused`. Orders until
    `tail_until` still credit the partner. `terms` are those of the policy by which it was granted.
    """

    deal_id: str
    partner_id: str
    customer_id: str | None
    product_family: str
    territories: list[str]
    priority_no: int
    exclusive: bool
    protected_from: datetime | None
    protected_until: datetime | None
    lapses_at: datetime | None
    paused: bool
    pauses: list[PauseOut]
    extensions_used: int
    tail_until: datetime | None
    incumbent_until: datetime | None
    offered_at: datetime | None
    terms: ProtectionTermsOut | None


class ProtectionExtensionOut(LifecycleOut):
    """A request for more time, granted by the policy at once or decided by a person."""

    deal_id: str
    partner_id: str
    days: int
    expected_close_on: date
    reason: str | None
    asked_by: str
    decided_by: str | None
    decision_reason: str | None
    decided_at: datetime | None
