"""The noun `retention-policies`."""

from services.deals.retention import commands
from services.deals.retention.queries import RETENTION_POLICIES
from services.deals.retention.schemas import RetentionPolicyIn, RetentionPolicyOut
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx
from shared.web.router import Router

router = Router("retention-policies")
router.lists(RETENTION_POLICIES, RetentionPolicyOut, summary="Retention policies, newest first; one is in force.")
router.reads(RETENTION_POLICIES, RetentionPolicyOut, summary="One retention policy.")


@router.post(
    permission="retention-policies:write",
    returns=RETENTION_POLICIES,
    out=RetentionPolicyOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_retention_policy(body: RetentionPolicyIn, tx: Tx, caller: Principal) -> Row:
    """Say for how long it is kept how customers' people are reached, in force at once; what is older is erased within a day."""
    return await commands.create(tx, body, caller=caller)
