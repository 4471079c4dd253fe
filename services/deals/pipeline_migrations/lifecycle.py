"""The states of a migration: those of the operation that does it."""

from typing import Final

from shared.lifecycle import Lifecycle

ENDS: Final = ("succeeded", "failed", "cancelled")
LIFECYCLE: Final = Lifecycle(("running", *ENDS), by_itself={"running": ENDS})
