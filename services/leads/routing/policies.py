"""Writes of routing policies: drafts are edited, a published version never changes; the vendor's alone."""

from sqlalchemy import func, select

from services.leads.routing.commands import take_turn
from services.leads.routing.policy import condition
from services.leads.routing.schemas import RoutingPolicyIn, RoutingPolicyPatch
from services.leads.routing.tables import LIFECYCLE, routing_policies
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx, require_version

_LAST = Statement(select(func.max(routing_policies.c.policy_version)).where(routing_policies.c.tenant_id == TENANT))
_CURRENT = Statement(
    select(routing_policies)
    .where(routing_policies.c.tenant_id == TENANT, routing_policies.c.status == "published")
    .with_for_update()
)


async def draft(tx: Tx, body: RoutingPolicyIn) -> Record:
    """Store a draft; raises InvalidRule when its condition cannot be used."""
    vendor_only(tx.caller)
    condition(body.eligibility)
    values = body.model_dump(exclude={"id"})
    return await tx.insert(routing_policies, id=body.id or tx.new_id("rpol"), status="draft", **values)


async def change(tx: Tx, policy_id: str, body: RoutingPolicyPatch, *, version: int | None) -> Record:
    """Change a draft; raises InvalidTransition for a published version, InvalidRule for a condition of no use."""
    vendor_only(tx.caller)
    row = await tx.lock(routing_policies, policy_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    if "eligibility" in body.model_fields_set:
        condition(body.eligibility)
    changes = body.changes()
    return await tx.update(routing_policies, row, **changes) if changes else row


async def publish(tx: Tx, policy_id: str, *, version: int | None) -> Record:
    """Put a draft in force under the next number and retire the one before; leads offered already keep theirs."""
    vendor_only(tx.caller)
    row = await tx.lock_for(routing_policies, policy_id, action="publish", lifecycle=LIFECYCLE, version=version)
    # Holding the pool orders this publication among others and among the routings of leads.
    await take_turn(tx)
    current = await tx.first(_CURRENT)
    if current is not None:
        await tx.update(routing_policies, current, status="retired")
    return await tx.update(
        routing_policies,
        row,
        status="published",
        policy_version=(await tx.value(_LAST) or 0) + 1,
        published_at=tx.now,
        published_by=tx.caller.account_id,
    )
