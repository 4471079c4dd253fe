"""Reading delegations of approval, and who answers for whom now."""

from typing import Final

from sqlalchemy import DateTime, bindparam, select
from sqlalchemy import text as sql

from services.deals.approval_delegations.lifecycle import LIFECYCLE
from services.deals.approval_delegations.rules import Delegation
from services.deals.approval_delegations.tables import approval_delegations
from shared.auth.principal import Caller
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx


def _not_given(row: Row, caller: Caller) -> tuple[str, ...]:
    """Only who has delegated takes it back."""
    return () if row["from_account_id"] == caller.answerable_id else ("revoke",)


APPROVAL_DELEGATIONS: Final = Resource(
    "approval_delegation",
    approval_delegations,
    ("from_account_id", "to_account_id", "starts_at", "ends_at", "reason", "status", "revoked_at"),
    expands={"to_account_id": "accounts"},
    permission="approval-delegations:read",
    filters=("status", "from_account_id", "to_account_id"),
    lifecycle=LIFECYCLE,
    ruled_out=_not_given,
)
_A = approval_delegations.c
# The states are behind the clock now and then; the times decide.
_STANDING = Statement(
    select(_A.from_account_id, _A.to_account_id, _A.starts_at, _A.ends_at)
    .where(
        _A.tenant_id == TENANT,
        _A.ends_at > bindparam("at", type_=DateTime(timezone=True)),
        sql("status IN ('scheduled', 'active')"),
    )
    .order_by(_A.ends_at, _A.id)
)


async def standing(tx: Tx) -> list[Delegation]:
    """Return the delegations that are in force or will be."""
    rows = await tx.all(_STANDING, at=tx.now)
    return [
        Delegation(each["from_account_id"], each["to_account_id"], each["starts_at"], each["ends_at"]) for each in rows
    ]


async def in_force(tx: Tx) -> dict[str, str]:
    """Return who answers for whom now."""
    return {each.giver: each.heir for each in await standing(tx) if each.start <= tx.now}
