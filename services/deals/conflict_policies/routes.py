"""The noun `conflict-policies`."""

from services.deals.conflict_policies import commands
from services.deals.conflict_policies.queries import CONFLICT_POLICIES
from services.deals.conflict_policies.schemas import ConflictPolicyIn, ConflictPolicyOut, ConflictPolicyPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("conflict-policies")
router.lists(CONFLICT_POLICIES, ConflictPolicyOut, summary="Conflict policies, newest first.")
router.reads(CONFLICT_POLICIES, ConflictPolicyOut, summary="One conflict policy.")
_WRITE = "conflict-policies:write"


@router.post(permission=_WRITE, returns=CONFLICT_POLICIES, out=ConflictPolicyOut, status=201, problems=[AlreadyExists])
async def create_conflict_policy(body: ConflictPolicyIn, tx: Tx, caller: Principal) -> Row:
    """Draft the terms by which conflicts are judged; what is left out is as shipped."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=CONFLICT_POLICIES, out=ConflictPolicyOut)
async def change_conflict_policy(
    id: str, body: ConflictPolicyPatch, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, policy_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission="conflict-policies:approve", returns=CONFLICT_POLICIES, out=ConflictPolicyOut)
async def publish_conflict_policy(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force; it never changes again, and results keep the version they were judged by."""
    return await commands.publish(tx, policy_id=id, version=version, caller=caller)
