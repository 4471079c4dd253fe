"""Which policy is in force, and what a draft would have decided."""

from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from services.deals.approval.rules import DEFAULT, ApprovalPolicy, policy_of
from services.deals.approval.schemas import ApprovalPolicyPreview, ChangeOut, TransitionOut
from services.deals.approval.tables import approval_policies, policy_decisions
from shared.db.read import Read
from shared.db.resource import Resource, Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.lifecycle import Lifecycle, move
from shared.rules import Case, replay

PARTS = ("name", "rules", "amount_limits", "protection_days", "protection_terms", "steps", "approver_limits", "review")
LIFECYCLE = Lifecycle(
    ("draft", "published"),
    move("publish", "draft", permission="approval-policies:approve", to="published", by="vendor"),
    editable={"draft": PARTS},
    vendor_fields=PARTS,
)
APPROVAL_POLICIES = Resource(
    "approval_policy",
    approval_policies,
    ("name", "status", "policy_version", *PARTS[1:], "warnings", "published_at"),
    permission="approval-policies:read",
    filters=("status",),
    lifecycle=LIFECYCLE,
)
_POLICIES = approval_policies.c
_IN_FORCE = Statement(
    select(approval_policies)
    .where(_POLICIES.tenant_id == TENANT, _POLICIES.status == "published")
    .order_by(_POLICIES.policy_version.desc())
    .limit(1)
)
_OF_VERSION = Statement(
    select(approval_policies).where(
        _POLICIES.tenant_id == TENANT, _POLICIES.policy_version == bindparam("wanted_version", type_=Integer)
    )
)
_LAST_FACTS = Statement(
    select(policy_decisions.c.facts)
    .where(policy_decisions.c.tenant_id == TENANT, policy_decisions.c.deal_id == bindparam("deal"))
    .order_by(policy_decisions.c.at.desc(), policy_decisions.c.id.desc())
    .limit(1)
)
_BY_ID = Statement(select(approval_policies).where(_POLICIES.tenant_id == TENANT, _POLICIES.id == bindparam("policy")))
LAST_VERSION = Statement(
    select(func.coalesce(func.max(_POLICIES.policy_version), 0)).where(_POLICIES.tenant_id == TENANT)
)
_LATEST_DECISIONS = Statement(
    select(policy_decisions)
    .where(policy_decisions.c.tenant_id == TENANT)
    .order_by(policy_decisions.c.at.desc(), policy_decisions.c.id.desc())
    .limit(500)
)

# What decisions did not ask for that were made before there were quotas and evidence.
_NOT_ASKED = {"partner.within_quota": True, "deal.evidence_ok": True}


async def policy_in_force(tx: Tx) -> ApprovalPolicy:
    """Return the published policy with the highest version, or the built-in one, version 0."""
    async with tx.as_engine("a partner's deal is judged by the vendor's policy"):
        row = await tx.first(_IN_FORCE)
    return DEFAULT if row is None else stored_policy(row)


async def policy_of_version(tx: Tx, version: int | None) -> ApprovalPolicy:
    """Return the policy that a deal was judged by; a deal keeps it when the vendor publishes another."""
    async with tx.as_engine("a partner's deal is judged by the vendor's policy"):
        row = await tx.first(_OF_VERSION, wanted_version=version or 0)
    return DEFAULT if row is None else stored_policy(row)


async def last_facts(tx: Tx, deal_id: str) -> dict[str, Any] | None:
    """Return the facts that a deal was judged by last."""
    async with tx.as_engine("what the vendor's policy decided is the vendor's"):
        row = await tx.first(_LAST_FACTS, deal=deal_id)
    return None if row is None else dict(row["facts"])


def stored_policy(row: Row) -> ApprovalPolicy:
    """Return the policy in a row; a draft that was never published has version 1 for the time being."""
    return policy_of(
        name=row["name"],
        version=row["policy_version"] or 1,
        rules=row["rules"],
        amount_limits=row["amount_limits"],
        protection_days=row["protection_days"],
        protection_terms=row["protection_terms"],
        steps=row["steps"],
        approver_limits=row["approver_limits"],
        review=row["review"],
    )


async def preview(read: Read, *, policy_id: str) -> ApprovalPolicyPreview:
    """Return what a policy would have decided about the latest 500 decisions, beside what was decided."""
    row = await read.one(_BY_ID, policy=policy_id)
    policy = stored_policy(row)
    decisions = await read.all(_LATEST_DECISIONS)
    cases = [
        Case(
            values=_NOT_ASKED | each["facts"] | _limits(policy, each["facts"]),
            recorded=each["outcome"],
            reference=each["deal_id"],
        )
        for each in decisions
    ]
    found = replay(policy.policy, cases)
    return ApprovalPolicyPreview(
        total=found.total,
        outcomes=dict(found.outcomes),
        transitions=[
            TransitionOut(recorded=recorded, outcome=outcome, count=count)
            for (recorded, outcome), count in found.transitions.items()
        ],
        changes=[
            ChangeOut(deal_id=each.reference, recorded=each.recorded, outcome=each.outcome, reasons=list(each.reasons))
            for each in found.changes
        ],
    )


def _limits(policy: ApprovalPolicy, facts: Row) -> dict[str, int | None]:
    """The limit is the tried policy's own, not the one in force when the deal was decided."""
    return {"deal.amount_limit": policy.limit(tier=facts["partner.tier"], currency=facts["deal.currency"])}
