"""The noun `approval-policies`."""

from services.deals.approval import commands, queries
from services.deals.approval.queries import APPROVAL_POLICIES
from services.deals.approval.schemas import (
    ApprovalPolicyIn,
    ApprovalPolicyOut,
    ApprovalPolicyPatch,
    ApprovalPolicyPreview,
)
from shared.db.resource import Row
from shared.rules import InvalidRule
from shared.web.params import Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("approval-policies")
router.lists(APPROVAL_POLICIES, ApprovalPolicyOut, summary="Approval policies, newest first.")
router.reads(APPROVAL_POLICIES, ApprovalPolicyOut, summary="One approval policy.")


@router.post(
    permission="approval-policies:write",
    returns=APPROVAL_POLICIES,
    out=ApprovalPolicyOut,
    status=201,
    problems=[InvalidRule],
)
async def create_approval_policy(body: ApprovalPolicyIn, tx: Tx, caller: Principal) -> Row:
    """Draft a policy for approving deals without a person."""
    return await commands.create(tx, body, caller=caller)


@router.patch(
    permission="approval-policies:write", returns=APPROVAL_POLICIES, out=ApprovalPolicyOut, problems=[InvalidRule]
)
async def change_approval_policy(
    id: str, body: ApprovalPolicyPatch, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, policy_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission="approval-policies:approve", returns=APPROVAL_POLICIES, out=ApprovalPolicyOut)
async def publish_approval_policy(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force; it never changes again."""
    return await commands.publish(tx, policy_id=id, version=version, caller=caller)


@router.get("/{id}/preview", permission="approval-policies:read", out=ApprovalPolicyPreview)
async def preview_approval_policy(id: str, read: Read) -> ApprovalPolicyPreview:
    """What the policy would have decided about the latest 500 decisions."""
    return await queries.preview(read, policy_id=id)
