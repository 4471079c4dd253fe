"""Knowing the vendor's staff; an account not heard of yet is read from the gateway, which owns it."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from services.partners.staff.tables import staff
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid, Unavailable

# Held against a leave until the transaction ends: whoever is appointed meanwhile is seen by what ends the appointments.
_HELD: Final = Statement(
    select(staff)
    .where(staff.c.tenant_id == TENANT, staff.c.account_id == bindparam("account"))
    .with_for_update(read=True)
)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account, and how to reach them; only the vendor's own who have not left can be appointed."""

    account_id: str
    kind: str
    status: str
    given_name: str
    family_name: str
    email: str

    @property
    def has_left(self) -> bool:
        """Whether the account was taken away."""
        return self.status == "deactivated"

    @property
    def contact(self) -> dict[str, str]:
        """The columns by which a partner knows whom to turn to."""
        return {"given_name": self.given_name, "family_name": self.family_name, "email": self.email}


async def member(tx: Tx, account_id: str) -> Member | None:
    """Return a member of the vendor's staff who has not left, held; None for anybody else."""
    async with tx.as_engine("the vendor's staff is known to no request"):
        row = await tx.first(_HELD, account=account_id)
        if row is None and await refresh(tx, account_id) is not None:
            row = await tx.first(_HELD, account=account_id)
    found = None if row is None else _member(row)
    return found if found and found.kind == "vendor" and not found.has_left else None


async def require_member(tx: Tx, account_id: str, *, pointer: str) -> Member:
    """Like `member`; raises Invalid at the pointer when there is none."""
    found = await member(tx, account_id)
    if found is None:
        fault = Fault(pointer, "unknown_account", "There is no such member of the vendor's staff.")
        raise Invalid(errors=[fault])
    return found


async def refresh(tx: Tx, account_id: str) -> Member | None:
    """Keep an account as the gateway has it now, and return it; None when there is none. For the engine role."""
    query = f"tenant={tx.tenant_id}&id={account_id}"
    answer = await tx.database.peers["gateway"].get("/internal/accounts", query=query)
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise Unavailable("The account cannot be looked up right now.")
    told = answer.json()
    found: dict[str, Any] = told["data"]
    await tx.project(staff, version=told["version"], **found)
    return _member(found)


def _member(row: Any) -> Member:
    return Member(**{name: row[name] for name in Member.__slots__})
