"""The noun `approval-delegations`."""

from services.deals.approval_delegations import commands
from services.deals.approval_delegations.problems import NotYourDelegation
from services.deals.approval_delegations.queries import APPROVAL_DELEGATIONS
from services.deals.approval_delegations.schemas import ApprovalDelegationIn, ApprovalDelegationOut
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("approval-delegations")
router.lists(APPROVAL_DELEGATIONS, ApprovalDelegationOut, summary="Who answers for whom, and when; newest first.")
router.reads(APPROVAL_DELEGATIONS, ApprovalDelegationOut, summary="One delegation of approval.")
_WRITE = "approval-delegations:write"


@router.post(
    permission=_WRITE,
    returns=APPROVAL_DELEGATIONS,
    out=ApprovalDelegationOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_approval_delegation(body: ApprovalDelegationIn, tx: Tx, caller: Principal) -> Row:
    """Let another member of the staff answer what you are asked to approve, from a time to another."""
    return await commands.create(tx, body, caller=caller)


@router.post(
    "/{id}/revoke",
    permission=_WRITE,
    returns=APPROVAL_DELEGATIONS,
    out=ApprovalDelegationOut,
    problems=[NotYourDelegation],
)
async def revoke_approval_delegation(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Be asked yourself again; what was given to the delegate stays with it."""
    return await commands.revoke(tx, delegation_id=id, version=version, caller=caller)
