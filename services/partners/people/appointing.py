"""Nobody appoints somebody to do what they may not do themselves."""

from collections.abc import Iterable
from typing import Any

from services.partners.people.rules import ROLES
from shared.auth.granting import require_within
from shared.auth.principal import Caller
from shared.auth.scopes import Reach
from shared.db.tx import Tx
from shared.errors import Unavailable


async def require_may_appoint(tx: Tx, roles: Iterable[str], *, caller: Caller) -> None:
    """Raise BeyondOwnRights for roles that give more than the caller has.

    The vendor's own people who keep its partners (`partners:write`) appoint the people of those partners, whose work
    they do not do themselves; a key or an app never gives more than it has.
    """
    if caller.reach("*:*") is Reach.ALL or _keeps_partners(caller):
        return
    assigned = caller.reach("people:write") is Reach.ASSIGNED
    require_within((await _told(tx, roles))["scopes"], own=caller.scopes, vendor=False, assigned=assigned)


async def roles_of_the_tenants_own(tx: Tx, roles: Iterable[str]) -> list[str]:
    """Return which of these the tenant has made itself, for the partner's side; asks only where one is not shipped."""
    others = set(roles) - set(ROLES)
    return list((await _told(tx, others))["known"]) if others else []


async def _told(tx: Tx, roles: Iterable[str]) -> dict[str, Any]:
    codes = ",".join(sorted(set(roles)))
    answer = await tx.database.peers["gateway"].get("/internal/roles", query=f"tenant={tx.tenant_id}&codes={codes}")
    if answer.status != 200:
        raise Unavailable("The roles cannot be looked up right now.")
    told: dict[str, Any] = answer.json()
    return told


def _keeps_partners(caller: Caller) -> bool:
    return caller.is_vendor and caller.is_person and caller.may("partners:write")
