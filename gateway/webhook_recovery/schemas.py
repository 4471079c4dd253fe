"""Body of a recovery."""

from pydantic import Field

from shared.web.models import Body, Instant


class RecoverIn(Body):
    """From when on events are sent again: 90 days back at the most, as far as the log goes."""

    since: Instant = Field(description="Events that happened then or later, until now.")
    only_unreceived: bool = Field(
        default=False, description="Leaves out what this endpoint has received; otherwise everything is sent again."
    )
