"""Delegating what one is asked to approve, for a time, and taking that back."""

from collections.abc import Mapping
from typing import Any, Final

from services.deals.approval import people
from services.deals.approval_delegations.lifecycle import LIFECYCLE, STANDING
from services.deals.approval_delegations.problems import NotYourDelegation
from services.deals.approval_delegations.queries import standing
from services.deals.approval_delegations.rules import Delegation, faults
from services.deals.approval_delegations.schemas import ApprovalDelegationIn
from services.deals.approval_delegations.tables import approval_delegations
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.approvals import ApprovalDelegationEnded

BEGINS, ENDS = "approval_delegation_begins", "approval_delegation_ends"
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' approval delegations', 0))"


async def create(tx: Tx, body: ApprovalDelegationIn, *, caller: Caller) -> Row:
    """Let another member of the staff answer what the caller is asked, from a time to another.

    Raises Invalid for somebody who may not approve, for times that overlap, and where it would come back to the caller.
    """
    vendor_only(caller)
    starts_at = body.starts_at or tx.now
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    wanted = Delegation(caller.answerable_id, body.to_account_id, starts_at, body.ends_at)
    wrong = faults(wanted, standing=await standing(tx), at=tx.now)
    if not wrong:
        wrong = await _faults_of_heir(tx, body.to_account_id)
    if wrong:
        raise Invalid(errors=wrong)
    row = await tx.insert(
        approval_delegations,
        id=body.id or tx.new_id("adel"),
        from_account_id=caller.answerable_id,
        to_account_id=body.to_account_id,
        starts_at=starts_at,
        ends_at=body.ends_at,
        reason=body.reason,
        status="scheduled",
        revoked_at=None,
    )
    await tx.remind(BEGINS, subject=row["id"], at=max(starts_at, tx.now))
    await tx.remind(ENDS, subject=row["id"], at=body.ends_at)
    return row


async def revoke(tx: Tx, *, delegation_id: str, version: int | None, caller: Caller) -> Row:
    """Be asked oneself again from now on; what was given stays where it is. Raises NotYourDelegation."""
    vendor_only(caller)
    row = await tx.lock_for(approval_delegations, delegation_id, action="revoke", lifecycle=LIFECYCLE, version=version)
    if row["from_account_id"] != caller.answerable_id:
        raise NotYourDelegation()
    for kind in (BEGINS, ENDS):
        await tx.forget(kind, subject=delegation_id)
    revoked = await tx.update(approval_delegations, row, status="revoked", revoked_at=tx.now)
    if row["status"] == "active":
        _tell_end(tx, revoked)
    return revoked


async def end(tx: Tx, delegation_id: str, _: Mapping[str, Any]) -> None:
    """Notice that a delegation has ended. Its time ended it; this only says so, early or late."""
    row = await tx.lock(approval_delegations, delegation_id)
    if row["status"] not in STANDING:
        return
    if row["ends_at"] > tx.now:
        await tx.remind(ENDS, subject=delegation_id, at=row["ends_at"])
        return
    _tell_end(tx, await tx.update(approval_delegations, row, status="ended"))


def _tell_end(tx: Tx, row: Row) -> None:
    event = ApprovalDelegationEnded(
        delegation_id=row["id"], from_account_id=row["from_account_id"], to_account_id=row["to_account_id"]
    )
    tx.emit(event, subject=row)


async def _faults_of_heir(tx: Tx, account_id: str) -> list[Fault]:
    at = "/to_account_id"
    member = (await people.staff_of(tx, accounts=[account_id])).members.get(account_id)
    if member is None:
        return [Fault(at, "unknown_account", "There is no such member of the vendor's staff.")]
    if member.reach is None:
        return [Fault(at, "cannot_approve", "The roles of this account do not let it answer.")]
    return []
