"""A test clock on the wire."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Instant, ResourceOut


class ClockOut(ResourceOut):
    """How far a test tenant's clock is ahead of wall time; it ticks on from there."""

    offset_seconds: int


class ClockIn(Body):
    """A new clock, showing wall time until it is advanced."""


class AdvanceIn(Body):
    """Forward by seconds, or to an instant on the tenant's clock."""

    seconds: Annotated[int, Field(ge=-(2**31), le=2**31)] | None = None
    to: Instant | None = None
