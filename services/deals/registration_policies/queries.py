"""Reading registration policies."""

from sqlalchemy import func, select

from services.deals.registration_policies.rules import DEFAULT, RegistrationPolicy, stored_policy
from services.deals.registration_policies.tables import registration_policies
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

PARTS = (
    "name",
    "quotas",
    "over_quota",
    "duplicates",
    "evidence_types",
    "evidence_rules",
    "cool_off_days",
    "window_days",
    "stale_after_days",
)
LIFECYCLE = Lifecycle(
    ("draft", "published"),
    move("publish", "draft", permission="registration-policies:approve", to="published", by="vendor"),
    editable={"draft": PARTS},
    vendor_fields=PARTS,
)
REGISTRATION_POLICIES = Resource(
    "registration_policy",
    registration_policies,
    ("name", "status", "policy_version", *PARTS[1:], "published_at"),
    permission="registration-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)
_POLICIES = registration_policies.c
IN_FORCE = (
    select(registration_policies)
    .where(_POLICIES.tenant_id == TENANT, _POLICIES.status == "published")
    .order_by(_POLICIES.policy_version.desc())
    .limit(1)
)
"""The published policy with the highest version, for statements that ask for more than it."""
_IN_FORCE = Statement(IN_FORCE)
LAST_VERSION = Statement(
    select(func.coalesce(func.max(_POLICIES.policy_version), 0)).where(_POLICIES.tenant_id == TENANT)
)


async def policy_in_force(tx: Tx) -> RegistrationPolicy:
    """Return the published policy with the highest version, or the built-in one, version 0."""
    async with tx.as_engine("a partner's registrations are held to the vendor's policy"):
        row = await tx.first(_IN_FORCE)
    return DEFAULT if row is None else stored_policy(row)
