"""The states of a second factor."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("pending", "active", "removed"),
    move("confirm", "pending", permission="sessions:write", to="active"),
    move("remove", "pending", "active", permission="sessions:write", to="removed"),
    editable={},
)
