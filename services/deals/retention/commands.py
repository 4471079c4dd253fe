"""Bringing a retention policy into force, and the daily walk that erases what was kept for long enough."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from services.deals.erasure.commands import erase_kept, erase_of_deals
from services.deals.retention import queries
from services.deals.retention.schemas import RetentionPolicyIn
from services.deals.retention.tables import retention_policies
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx

WALKS: Final = "contacts_kept"
_EVERY: Final = timedelta(days=1)
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' retention policies', 0))"


async def create(tx: Tx, body: RetentionPolicyIn, *, caller: Caller) -> Row:
    """Bring a policy into force in the place of the one before; what it lets go of is erased within a day."""
    vendor_only(caller)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    former = await queries.in_force(tx)
    if former is not None:
        await tx.update(retention_policies, former, status="superseded")
    row = await tx.insert(
        retention_policies,
        id=body.id or tx.new_id("rtp"),
        status="in_force",
        contact_days=body.contact_days,
        created_by=caller.account_id,
    )
    await tx.remind(WALKS, subject=tx.tenant_id, at=tx.now, after="")
    return row


async def walk(tx: Tx, tenant_id: str, arguments: Mapping[str, Any]) -> None:
    """Look at the next customers, and wake up again: at once until all were looked at, then in a day."""
    policy = await queries.in_force(tx)
    if policy is None or policy["contact_days"] is None:
        return
    before = tx.now - timedelta(days=policy["contact_days"])
    looked_at = await queries.next_customers(tx, after=arguments["after"])
    due = await queries.kept_for_long(tx, looked_at, before=before)
    for customer_id in due:
        await erase_kept(tx, customer_id)
    drafts = await queries.forsaken_drafts(tx, before=before)
    await erase_of_deals(tx, drafts)
    if len(due) == queries.ERASED:
        await tx.remind(WALKS, subject=tenant_id, at=tx.now, after=due[-1])
    elif len(looked_at) == queries.LOOKED_AT or len(drafts) == queries.ERASED:
        last = looked_at[-1] if looked_at else arguments["after"]
        await tx.remind(WALKS, subject=tenant_id, at=tx.now, after=last)
    else:
        await tx.remind(WALKS, subject=tenant_id, at=tx.now + _EVERY, after="")
