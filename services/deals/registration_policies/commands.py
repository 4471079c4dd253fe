"""Writing registration policies and bringing one into force."""

from typing import Final

from services.deals.registration_policies.queries import LAST_VERSION, LIFECYCLE, PARTS
from services.deals.registration_policies.schemas import RegistrationPolicyIn, RegistrationPolicyPatch
from services.deals.registration_policies.tables import registration_policies
from shared.auth.principal import Caller
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import InvalidTransition

PUBLISHED: Final = "registration_policy_published"
"""The timer by which partners are shown the quota that is in force now."""
_TAKE_TURN: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1 || ' registration policies', 0))"


async def create(tx: Tx, body: RegistrationPolicyIn, *, caller: Caller) -> Row:
    """Draft a policy."""
    vendor_only(caller)
    policy_id = body.id or tx.new_id("rgp")
    return await tx.insert(
        registration_policies, id=policy_id, status="draft", **body.model_dump(mode="json", include=set(PARTS))
    )


async def change(tx: Tx, body: RegistrationPolicyPatch, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Change a draft; raises InvalidTransition for a published policy."""
    vendor_only(caller)
    row = await tx.lock(registration_policies, policy_id)
    if row["status"] != "draft":
        raise InvalidTransition("A published policy never changes; draft a new one.")
    require_version(row, version)
    return await tx.update(
        registration_policies, row, **body.model_dump(mode="json", include=set(body.model_fields_set))
    )


async def publish(tx: Tx, *, policy_id: str, version: int | None, caller: Caller) -> Row:
    """Bring a draft into force as the next version; what was decided before stands."""
    vendor_only(caller)
    row = await tx.lock_for(registration_policies, policy_id, action="publish", lifecycle=LIFECYCLE, version=version)
    await tx.connection.execute(_TAKE_TURN, tx.tenant_id)
    drawn = int(await tx.value(LAST_VERSION)) + 1
    published = await tx.update(
        registration_policies, row, status="published", policy_version=drawn, published_at=tx.now
    )
    await tx.remind(PUBLISHED, subject=policy_id, at=tx.now)
    return published
