"""The noun `registration-policies`."""

from services.deals.registration_policies import commands
from services.deals.registration_policies.queries import REGISTRATION_POLICIES
from services.deals.registration_policies.schemas import (
    RegistrationPolicyIn,
    RegistrationPolicyOut,
    RegistrationPolicyPatch,
)
from shared.db.resource import Row
from shared.errors import AlreadyExists
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("registration-policies")
router.lists(REGISTRATION_POLICIES, RegistrationPolicyOut, summary="Registration policies, newest first.")
router.reads(REGISTRATION_POLICIES, RegistrationPolicyOut, summary="One registration policy.")


@router.post(
    permission="registration-policies:write",
    returns=REGISTRATION_POLICIES,
    out=RegistrationPolicyOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_registration_policy(body: RegistrationPolicyIn, tx: Tx, caller: Principal) -> Row:
    """Draft a policy: quotas by tier, which deals need evidence, what becomes of duplicates."""
    return await commands.create(tx, body, caller=caller)


@router.patch(permission="registration-policies:write", returns=REGISTRATION_POLICIES, out=RegistrationPolicyOut)
async def change_registration_policy(
    id: str, body: RegistrationPolicyPatch, tx: Tx, caller: Principal, version: Version
) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, policy_id=id, version=version, caller=caller)


@router.post(
    "/{id}/publish",
    permission="registration-policies:approve",
    returns=REGISTRATION_POLICIES,
    out=RegistrationPolicyOut,
)
async def publish_registration_policy(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Bring a draft into force; it never changes again."""
    return await commands.publish(tx, policy_id=id, version=version, caller=caller)
