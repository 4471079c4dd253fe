"""The noun `approval-tasks`."""

from services.deals.approval.steps import BeyondApprovalLimit, NotAsked
from services.deals.approval_decisions import deciding
from services.deals.approval_tasks.queries import APPROVAL_TASKS
from services.deals.approval_tasks.schemas import ApprovalTaskOut, DelegationIn
from services.deals.directory.rules import PartnerNotActive
from services.deals.protection.rules import CustomerAlreadyProtected
from services.deals.screening.rules import ConflictUpheld
from shared.db.resource import Row
from shared.errors import FourEyes
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("approval-tasks")
router.lists(APPROVAL_TASKS, ApprovalTaskOut, summary="What accounts are asked to approve, newest first.")
router.reads(APPROVAL_TASKS, ApprovalTaskOut, summary="One task.")
_APPROVE = "approval-tasks:approve"


@router.post(
    "/{id}/approve",
    permission=_APPROVE,
    returns=APPROVAL_TASKS,
    out=ApprovalTaskOut,
    problems=[
        *(NotAsked, FourEyes, BeyondApprovalLimit),
        *(CustomerAlreadyProtected, ConflictUpheld, PartnerNotActive),
    ],
)
async def approve_approval_task(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Approve; the last approval that is needed approves the deal and protects its customer."""
    return await deciding.decide(tx, task_id=id, action="approve", reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/reject", permission=_APPROVE, returns=APPROVAL_TASKS, out=ApprovalTaskOut, problems=[NotAsked, FourEyes]
)
async def reject_approval_task(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Reject; the deal is rejected once the quorum of its step cannot be reached any more."""
    return await deciding.decide(tx, task_id=id, action="reject", reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/return", permission=_APPROVE, returns=APPROVAL_TASKS, out=ApprovalTaskOut, problems=[NotAsked, FourEyes]
)
async def return_approval_task(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Row:
    """Return the deal to its partner for correction, at once; what others have answered does not count any more."""
    return await deciding.decide(tx, task_id=id, action="return", reason=body.reason, version=version, caller=caller)


@router.post(
    "/{id}/delegate", permission=_APPROVE, returns=APPROVAL_TASKS, out=ApprovalTaskOut, problems=[NotAsked, FourEyes]
)
async def delegate_approval_task(id: str, body: DelegationIn, tx: Tx, caller: Principal, version: Version) -> Row:
    """Let another member of the staff answer, who may and is not asked in this step already."""
    return await deciding.delegate(
        tx, task_id=id, account_id=body.account_id, reason=body.reason, version=version, caller=caller
    )
