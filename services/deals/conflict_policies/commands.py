"""Drafting conflict policies and bringing them into force."""

from typing import Final

from services.deals.conflict_policies import queries
from services.deals.conflict_policies.queries import TERMS, parts_of
from services.deals.conflict_policies.rules import policy_of
from services.deals.conflict_policies.schemas import ConflictPolicyIn, ConflictPolicyPatch
from services.deals.conflict_policies.tables import conflict_policies
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import InvalidTransition

_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' conflict policies', 0))"


async def create(tx: Tx, body: ConflictPolicyIn, *, caller: Caller) -> Row:
    """Draft a policy; raises Invalid at /thresholds where they do not rise."""
    vendor_only(caller)
    parts = body.model_dump(include={"name", "tiers", *TERMS})
    policy_of(version=1, **{name: parts[name] for name in TERMS})
    return await tx.insert(conflict_policies, id=body.id or tx.new_id("cpol"), status="draft", **parts)


async def change(tx: Tx, body: ConflictPolicyPatch, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a published policy."""
    vendor_only(caller)
    row = await tx.lock(conflict_policies, policy_id)
    if row["status"] != "draft":
        raise InvalidTransition("A published policy never changes; draft a new one.")
    require_version(row, version)
    changes = body.model_dump(include=body.model_fields_set)
    policy_of(version=1, **(parts_of(row) | {name: changes[name] for name in TERMS if name in changes}))
    return await tx.update(conflict_policies, row, **changes)


async def publish(tx: Tx, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force as the next version; what was judged before keeps the terms it was judged by."""
    vendor_only(caller)
    row = await tx.lock_for(
        conflict_policies, policy_id, action="publish", lifecycle=queries.LIFECYCLE, version=version
    )
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    drawn = int(await tx.value(queries.LAST_VERSION)) + 1
    return await tx.update(conflict_policies, row, status="published", policy_version=drawn, published_at=tx.now)
