"""Screening policies over HTTP."""

from services.partners.screening import commands
from services.partners.screening.queries import SCREENING_POLICIES
from services.partners.screening.schemas import ScreeningPolicyIn, ScreeningPolicyOut, ScreeningPolicyPatch
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.rules import InvalidRule
from shared.web.params import Tx, Version
from shared.web.router import Router

router = Router("screening-policies")
router.lists(SCREENING_POLICIES, ScreeningPolicyOut, summary="Versions of the screening policy, newest first.")
router.reads(SCREENING_POLICIES, ScreeningPolicyOut, summary="One version of the screening policy.")


@router.post(
    permission="screening-policies:write",
    returns=SCREENING_POLICIES,
    out=ScreeningPolicyOut,
    status=201,
    problems=[InvalidRule],
)
async def create_screening_policy(body: ScreeningPolicyIn, tx: Tx) -> Row:
    """Draft a screening policy; it counts once published."""
    return await commands.create(tx, **body.model_dump())


@router.patch(
    permission="screening-policies:write", returns=SCREENING_POLICIES, out=ScreeningPolicyOut, problems=[InvalidRule]
)
async def patch_screening_policy(id: str, body: ScreeningPolicyPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change a draft."""
    changes = {name: value for name, value in body.model_dump().items() if name in body.model_fields_set}
    return await commands.change(tx, policy_id=id, version=version, **changes)


@router.post(
    "/{id}/publish",
    permission="screening-policies:approve",
    returns=SCREENING_POLICIES,
    out=ScreeningPolicyOut,
    problems=[AlreadyExists],
)
async def publish_screening_policy(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Make a draft the policy that new applications are screened by; it never changes again."""
    return await commands.publish(tx, policy_id=id, version=version)
