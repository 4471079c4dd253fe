"""The states of an account."""

from typing import Final

from shared.lifecycle import Lifecycle, move

LIFECYCLE: Final = Lifecycle(
    ("invited", "active", "deactivated"),
    move("invite", "invited", permission="accounts:write"),
    move("deactivate", "invited", "active", permission="accounts:write", to="deactivated"),
    editable={"invited": ("given_name", "family_name", "roles"), "active": ("given_name", "family_name", "roles")},
    by_itself={"invited": ("active",), "deactivated": ("invited",)},
)
