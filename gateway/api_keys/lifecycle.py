"""The states of an API key."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("active", "revoked"),
    move("rotate", "active", permission="api-keys:write"),
    move("revoke", "active", permission="api-keys:write", to="revoked"),
    editable={"active": ("name",)},
)
