"""The states of a delegation. What it does is decided by its times; the states only say so, early or late."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("scheduled", "active", "ended", "revoked"),
    move("revoke", "scheduled", "active", permission="approval-delegations:write", to="revoked", by="vendor"),
    by_itself={"scheduled": ("active", "ended"), "active": ("ended",)},
)
STANDING: Final = ("scheduled", "active")
