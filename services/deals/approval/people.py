"""Who can be asked: the vendor's staff by role, as the gateway knows it, and account teams, as partners does.

They are asked when a step opens, so that an answer is never wanted from somebody who has left.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from services.deals.metadata import PLUMBING
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Unavailable

_SEEN: Final = PLUMBING.visible
_REACHING: Final = Statement(
    select(_SEEN.c.viewer).where(
        _SEEN.c.tenant_id == TENANT,
        _SEEN.c.partner_id == bindparam("partner"),
        _SEEN.c.viewer == any_(bindparam("viewers", type_=ARRAY(Text(collation="C")))),
    )
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the vendor's staff who is active; `reach` is how far its roles let it answer, if at all."""

    account_id: str
    roles: tuple[str, ...]
    reach: str | None


@dataclass(frozen=True, slots=True)
class Staff:
    """The members who were asked about, and which of the roles there are."""

    members: Mapping[str, Member]
    known_roles: frozenset[str]

    def holders(self, role: str) -> list[str]:
        """Return the accounts with a role, in one order."""
        return sorted(each.account_id for each in self.members.values() if role in each.roles)


async def staff_of(tx: Tx, *, roles: Collection[str] = (), accounts: Collection[str] = ()) -> Staff:
    """Return the active members of the staff with any of these roles, and those of these accounts that are active."""
    query = {"tenant": tx.tenant_id, "roles": ",".join(sorted(set(roles))), "accounts": ",".join(sorted(set(accounts)))}
    told = await _asked(tx, "gateway", "/internal/staff", query)
    members = [Member(each["account_id"], tuple(each["roles"]), each["reach"]) for each in told["accounts"]]
    return Staff({each.account_id: each for each in members}, frozenset(told["known_roles"]))


async def team_of(tx: Tx, partner_id: str) -> dict[str, list[str]]:
    """Return who looks after a partner today, by their role in its account team."""
    query = {"tenant": tx.tenant_id, "partner": partner_id, "day": tx.now.date().isoformat()}
    team: dict[str, list[str]] = {}
    for place in (await _asked(tx, "partners", "/internal/account-teams", query))["places"]:
        team.setdefault(place["role"], []).append(place["account_id"])
    return team


async def able(tx: Tx, members: Collection[Member], *, partner_id: str) -> set[str]:
    """Return those of the members whose roles let them answer for this partner. For the engine role."""
    assigned = [each.account_id for each in members if each.reach == "assigned"]
    rows = await tx.all(_REACHING, partner=partner_id, viewers=assigned) if assigned else []
    return {each.account_id for each in members if each.reach == "all"} | {row["viewer"] for row in rows}


async def _asked(tx: Tx, service: str, path: str, query: Mapping[str, str]) -> Any:
    answer = await tx.database.peers[service].get(path, query=urlencode(query))
    if answer.status != 200:
        raise Unavailable("Who approves cannot be looked up right now.")
    return answer.json()
