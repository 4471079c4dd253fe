"""Judging deals by the policy in force, and bringing a new policy into force."""

from typing import Any, Final

from services.deals.approval import queries
from services.deals.approval.references import require_usable
from services.deals.approval.rules import ApprovalPolicy, policy_of
from services.deals.approval.schemas import ApprovalPolicyIn, ApprovalPolicyPatch
from services.deals.approval.tables import approval_policies, policy_decisions
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import InvalidTransition
from shared.rules import Evaluation

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' approval policies', 0))"


async def judge(tx: Tx, policy: ApprovalPolicy, facts: dict[str, Any], *, deal_id: str) -> Evaluation:
    """Return what a policy says of a deal's facts, and keep both for previews of later policies."""
    evaluation = policy.policy.evaluate(facts)
    async with tx.as_engine("what the vendor's policy decided is the vendor's"):
        await tx.add(
            policy_decisions,
            id=tx.new_id("dec"),
            deal_id=deal_id,
            at=tx.now,
            policy_version=evaluation.version,
            facts=facts,
            outcome=evaluation.outcome,
        )
    return evaluation


async def create(tx: Tx, body: ApprovalPolicyIn, *, caller: Caller) -> Row:
    """Draft a policy; raises InvalidRule for a rule that cannot be used."""
    vendor_only(caller)
    parts = body.model_dump(include={*queries.PARTS})
    warnings = await require_usable(tx, policy_of(version=1, **parts))
    policy_id = body.id or tx.new_id("apol")
    return await tx.insert(approval_policies, id=policy_id, status="draft", warnings=warnings, **parts)


async def change(tx: Tx, body: ApprovalPolicyPatch, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a published policy, InvalidRule for a rule that cannot be used."""
    vendor_only(caller)
    row = await tx.lock(approval_policies, policy_id)
    if row["status"] != "draft":
        raise InvalidTransition("A published policy never changes; draft a new one.")
    require_version(row, version)
    changes = body.model_dump(include=body.model_fields_set)
    parts = {name: row[name] for name in queries.PARTS}
    warnings = await require_usable(tx, policy_of(version=1, **(parts | changes)))
    return await tx.update(approval_policies, row, warnings=warnings, **changes)


async def publish(tx: Tx, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force as the next version; deals approved before keep their terms."""
    vendor_only(caller)
    row = await tx.lock_for(
        approval_policies, policy_id, action="publish", lifecycle=queries.LIFECYCLE, version=version
    )
    warnings = await require_usable(tx, queries.stored_policy(row))
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    drawn = int(await tx.value(queries.LAST_VERSION)) + 1
    return await tx.update(
        approval_policies, row, status="published", policy_version=drawn, published_at=tx.now, warnings=warnings
    )
