"""Bodies of what keeps a deal protected."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, Day, Long


class ExtensionIn(Body):
    """For how many days more, the new day on which the deal is expected to close, and why.

    Without `days` it is as long as the policy lets it be.
    """

    days: Annotated[int, Field(ge=30, le=90)] | None = None
    expected_close_on: Day
    reason: Long | None = None


class ReinstatementIn(Body):
    """Why an expired deal comes back, and for how many days; without `days` for as long as an extension lasts."""

    days: Annotated[int, Field(ge=1, le=90)] | None = None
    reason: Long
