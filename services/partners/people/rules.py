"""Decisions about people and their roles inside a partner."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from shared.errors import Conflict, Fault, Forbidden, Invalid

ADMIN: Final = "partner_admin"
ROLES: Final = (
    "partner_admin",
    "sales_manager",
    "sales",
    "marketing",
    "finance",
    "technical",
    "learner",
    "viewer",
    "distributor_admin",
)
# It reaches the partners below; a partner cannot widen its own reach.
VENDOR_GRANTS: Final = frozenset({"distributor_admin"})
_NEARNESS: Final = {"new": 0, "invited": 1, "active": 2}


class LastAdmin(Conflict):
    """The partner would be left without an administrator who can act."""

    code, title = "last_admin", "The last administrator stays"


@dataclass(frozen=True, slots=True)
class Member:
    """A person as far as administration goes."""

    id: str
    status: str
    roles: tuple[str, ...]

    @property
    def administers(self) -> bool:
        """Whether this person is, or is about to be, an administrator."""
        return ADMIN in self.roles and self.status in _NEARNESS


def checked_roles(
    roles: Iterable[str], *, granted_before: Collection[str] = (), own: Collection[str] = (), by_partner: bool
) -> list[str]:
    """Return the roles in a settled order; `own` are those that the tenant has made itself.

    Raises Invalid for none or an unknown one, Forbidden for the vendor's to grant.
    """
    wanted = set(roles)
    unknown = wanted - set(ROLES) - set(own)
    if unknown or not wanted:
        raise Invalid(
            errors=[Fault("/roles", "unknown_role", f"One or more of: {', '.join(ROLES)}, or a role of your own.")]
        )
    if by_partner and (wanted - set(granted_before)) & VENDOR_GRANTS:
        raise Forbidden(
            "Only the vendor grants this role.", errors=[Fault("/roles", "vendor_only", "The vendor's to grant.")]
        )
    return [*(role for role in ROLES if role in wanted), *sorted(wanted - set(ROLES))]


def require_another_admin(leaving: Member, others: Iterable[Member]) -> None:
    """Raise LastAdmin when nobody at least as near to acting remains.

    Someone merely invited cannot stand in for an administrator who has signed in.
    """
    if not leaving.administers:
        return
    nearness = _NEARNESS[leaving.status]
    if not any(each.administers and _NEARNESS[each.status] >= nearness for each in others if each.id != leaving.id):
        raise LastAdmin()
