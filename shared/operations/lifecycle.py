"""The states of an operation."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("queued", "running", "cancelling", "succeeded", "failed", "cancelled"),
    move("cancel", "queued", "running", permission="operations:write", to="cancelling"),
    by_itself={
        "queued": ("running",),
        "running": ("succeeded", "failed"),
        # The work may have come to its end before it heard of it.
        "cancelling": ("cancelled", "succeeded", "failed"),
    },
)
