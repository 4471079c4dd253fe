"""Bodies of account teams."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from shared.web.models import Body, Day, LifecycleOut, Long, Out, Patch, id_of, typeid

Role = Literal["owner", "channel_manager", "sales", "technical", "marketing", "finance", "support"]
AccountId = Annotated[str, typeid("acc")]


class AccountTeamIn(Body):
    """A place in a partner's team on the days from `effective_from` up to, but not including, `effective_to`."""

    id: id_of("team") | None = None  # type: ignore[valid-type]
    partner_id: Annotated[str, typeid("ptr")]
    account_id: AccountId
    role: Role = Field(description="A partner has one owner at a time.")
    backup_account_id: AccountId | None = Field(
        default=None, description="Who takes over when this member of the staff leaves."
    )
    effective_from: Day | None = Field(default=None, description="The first day; today where left out.")
    effective_to: Day | None = None


class AccountTeamPatch(Patch):
    """What can change of a place; its first day only before it has begun."""

    role: Annotated[Role, Field(default_factory=lambda: "support")]
    backup_account_id: AccountId | None = None
    effective_from: Annotated[Day, Field(default_factory=lambda: date.min)]
    effective_to: Day | None = None


class EndIn(Body):
    """From which day on the place is no longer held, today where left out, and why."""

    effective_to: Day | None = None
    reason: Long | None = None


class ReassignIn(Body):
    """Whose places go to whom, from which day on: today where left out."""

    from_account_id: AccountId
    to_account_id: AccountId
    effective_from: Day | None = None
    reason: Long | None = None


class ReassignedOut(Out):
    """How many places went over; while there are more, ask again."""

    object: Literal["reassignment"]
    moved: int
    has_more: bool


class ContactOut(Out):
    """Whom a partner turns to."""

    given_name: str
    family_name: str
    email: str


class AccountTeamOut(LifecycleOut):
    """A place in a partner's team. `vacant`: who held it has left, and nobody has taken over yet."""

    partner_id: str
    account_id: str
    role: str
    backup_account_id: str | None
    effective_from: date
    effective_to: date | None
    contact: ContactOut
