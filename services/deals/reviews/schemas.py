"""Bodies of the terms of a review."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Code, Out

Hours = Annotated[int, Field(ge=1, le=2000)]


class ReviewTermsIn(Body):
    """How long a registration without steps waits for the deal desk, in business hours of the calendar named.

    When the decision is due, those with the role in `escalate_to` hear of it; or it is approved by itself, where
    `approve_on_breach` says so and no person has to decide.
    """

    calendar: Code = "default"
    remind_after_hours: Hours = 24
    due_after_hours: Hours = 48
    escalate_to: Code | None = "program_admin"
    approve_on_breach: bool = False


class ReviewTermsOut(Out):
    """How long a registration without steps waits for the deal desk."""

    calendar: str
    remind_after_hours: int
    due_after_hours: int
    escalate_to: str | None
    approve_on_breach: bool
