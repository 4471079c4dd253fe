"""The states of a session."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("active", "ended"),
    move("switch", "active", permission="sessions:write", to="ended"),
    move("enter-sandbox", "active", permission="sandbox:enter", by="vendor"),
    move("delete", "active", permission="sessions:write", to="ended"),
    by_itself={"active": ("ended",)},
)
