"""An operation on the wire."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from shared.web.models import FaultOut, LifecycleOut, Out


class OperationProgressOut(Out):
    """How far the work has come; `total` is null while it is not known."""

    done: int
    total: int | None
    unit: str | None


class OperationResultOut(Out):
    """The object that came of it, and where it is read."""

    object: str
    id: str
    href: str


class OperationProblemOut(Out):
    """Why it failed: the members of an RFC 9457 problem, in the reader's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FaultOut]


class OperationOut(LifecycleOut):
    """Long work: how far it has come, and what came of it. `partner_id` is null where the vendor started it."""

    kind: str
    progress: OperationProgressOut
    counts: dict[str, int] = Field(description="What was done so far, by the kind of work: numbers by name.")
    result: OperationResultOut | None
    problem: OperationProblemOut | None
    partner_id: str | None
    created_by: str
    cancelled_by: str | None
    started_at: datetime | None
    finished_at: datetime | None


class OperationListOut(Out):
    """Operations of all services. `unavailable` names the services that gave no answer in time: theirs are missing here."""

    object: Literal["list"]
    data: list[OperationOut]
    has_more: bool
    next_cursor: str | None
    unavailable: list[str]
