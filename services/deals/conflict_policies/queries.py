"""Which conflict policy is in force for whom."""

from typing import Any

from sqlalchemy import Text, bindparam, cast, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from services.deals.conflict_policies.rules import BUILT_IN, ConflictPolicy, policy_of
from services.deals.conflict_policies.tables import conflict_policies
from shared.db.read import Read
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move

TERMS = ("thresholds", "weights", "look_back_days", "checks_a_day", "appeal_days")
_PARTS = ("name", "tiers", *TERMS)
LIFECYCLE = Lifecycle(
    ("draft", "published"),
    move("publish", "draft", permission="conflict-policies:approve", to="published", by="vendor"),
    editable={"draft": _PARTS},
    vendor_fields=_PARTS,
)
CONFLICT_POLICIES = Resource(
    "conflict_policy",
    conflict_policies,
    ("name", "tiers", "status", "policy_version", *TERMS, "published_at"),
    permission="conflict-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)
_P = conflict_policies.c
_NONE = cast(literal("[]", Text), JSONB)
_IN_FORCE = Statement(
    select(conflict_policies)
    .where(
        _P.tenant_id == TENANT,
        _P.policy_version.isnot(None),
        or_(_P.tiers == _NONE, _P.tiers.has_key(bindparam("tier", type_=Text))),  # noqa: W601
    )
    .order_by((_P.tiers == _NONE).asc(), _P.policy_version.desc())
    .limit(1)
)
LAST_VERSION = Statement(
    select(func.coalesce(func.max(_P.policy_version), 0)).where(_P.tenant_id == TENANT, _P.policy_version.isnot(None))
)


async def policy_in_force(tx: Tx, *, tier: str | None) -> ConflictPolicy:
    """Return the published policy for partners of this tier, or the built-in one, version 0."""
    async with tx.as_engine("a partner's deal is judged by the vendor's policy"):
        row = await tx.first(_IN_FORCE, tier=tier or "")
    return BUILT_IN if row is None else stored_policy(row)


async def policy_shown(read: Read, *, tier: str | None) -> ConflictPolicy:
    """Return the same to the vendor, who may see it."""
    row = await read.first(_IN_FORCE, tier=tier or "")
    return BUILT_IN if row is None else stored_policy(row)


def stored_policy(row: Row) -> ConflictPolicy:
    """Return the policy in a row; a draft that was never published has version 1 for the time being."""
    return policy_of(version=row["policy_version"] or 1, **parts_of(row))


def parts_of(row: Row) -> dict[str, Any]:
    """Return the terms of a policy's row."""
    return {name: row[name] for name in TERMS}
