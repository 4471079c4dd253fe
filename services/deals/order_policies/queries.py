"""Which order policy is in force."""

from sqlalchemy import func, select

from services.deals.order_policies.rules import BUILT_IN_POLICY, OrderPolicy, policy_of
from services.deals.order_policies.tables import order_policies
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

PARTS = ("name", "rules", "accept_when")
LIFECYCLE = Lifecycle(
    ("draft", "published"),
    move("publish", "draft", permission="order-policies:approve", to="published", by="vendor"),
    editable={"draft": PARTS},
    vendor_fields=PARTS,
)
ORDER_POLICIES = Resource(
    "order_policy",
    order_policies,
    ("name", "status", "policy_version", "rules", "accept_when", "published_at"),
    permission="order-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)
_POLICIES = order_policies.c
_IN_FORCE = Statement(
    select(order_policies)
    .where(_POLICIES.tenant_id == TENANT, _POLICIES.status == "published")
    .order_by(_POLICIES.policy_version.desc())
    .limit(1)
)
LAST_VERSION = Statement(
    select(func.coalesce(func.max(_POLICIES.policy_version), 0)).where(_POLICIES.tenant_id == TENANT)
)


async def order_policy_in_force(tx: Tx) -> OrderPolicy:
    """Return the published policy with the highest version, or the built-in one, version 0."""
    async with tx.as_engine("a partner's order is checked by the vendor's policy"):
        row = await tx.first(_IN_FORCE)
    if row is None:
        return BUILT_IN_POLICY
    return policy_of(
        name=row["name"], version=row["policy_version"], rules=row["rules"], accept_when=row["accept_when"]
    )
