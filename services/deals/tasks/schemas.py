"""Bodies of tasks."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from services.deals.ids import AccountId, DealId, DealTaskId
from shared.web.models import Body, Day, LifecycleOut, Patch, Short


class DealTaskIn(Body):
    """Something to do about a deal until the end of a day; left out, the assignee is who enters it."""

    id: DealTaskId | None = None
    deal_id: DealId
    title: Short
    assignee_id: AccountId | None = None
    due_on: Day


class DealTaskPatch(Patch):
    """A change to a task that is open."""

    title: Annotated[Short, Field(default_factory=str)]
    assignee_id: Annotated[AccountId, Field(default_factory=str)]
    due_on: Annotated[Day, Field(default_factory=lambda: date.max)]


class DealTaskOut(LifecycleOut):
    """A task; `overdue_at` says since when it should have been done."""

    deal_id: str
    partner_id: str
    title: str
    assignee_id: str
    due_on: date
    overdue_at: datetime | None
    created_by: str
    ended_by: str | None
    ended_at: datetime | None
