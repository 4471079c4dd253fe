"""The states of an OAuth client."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("active", "revoked"),
    move("rotate-secret", "active", permission="oauth-clients:write"),
    move("revoke", "active", permission="oauth-clients:write", to="revoked"),
    editable={"active": ("name", "redirect_uris", "scopes")},
)
