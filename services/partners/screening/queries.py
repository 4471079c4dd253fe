"""Reads of screening policies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from services.partners.screening.facts import APPLICATION, BUILT_IN, Lists
from services.partners.screening.tables import LIFECYCLE, screening_policies
from shared.db.pool import Record
from shared.db.resource import Resource, Row, renamed
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.rules import Mode, Policy, Rule

SCREENING_POLICIES = Resource(
    "screening_policy",
    screening_policies,
    (
        "name",
        "status",
        "policy_version",
        "auto_approve",
        renamed("default", "default_outcome"),
        "rules",
        "denied_parties",
        "competitor_domains",
        "published_at",
        "published_by",
    ),
    permission="screening-policies:read",
    filters=("status", "policy_version"),
    lifecycle=LIFECYCLE,
)
_COUNTS = select(screening_policies).where(
    screening_policies.c.tenant_id == TENANT, screening_policies.c.status == "published"
)
_PUBLISHED = Statement(_COUNTS)
_PUBLISHED_LOCKED = Statement(_COUNTS.with_for_update(key_share=True))
_LATEST = Statement(
    select(func.coalesce(func.max(screening_policies.c.policy_version), 0)).where(
        screening_policies.c.tenant_id == TENANT
    )
)


@dataclass(frozen=True, slots=True)
class Screening:
    """A policy ready to be applied, with its lists and what it does with a pass."""

    policy: Policy
    lists: Lists
    auto_approve: bool


async def published(tx: Tx, *, lock: bool = False) -> Record | None:
    """Return the row of the policy that counts, or None while the built-in one does; `lock` holds it."""
    return await tx.first(_PUBLISHED_LOCKED if lock else _PUBLISHED)


async def latest_version(tx: Tx) -> int:
    """Return the number of the newest published version, 0 before the first."""
    return int(await tx.value(_LATEST))


async def current(tx: Tx) -> Screening:
    """Return what new applications are screened by."""
    row = await published(tx)
    return Screening(BUILT_IN, Lists(), auto_approve=False) if row is None else screening(row)


def screening(row: Row) -> Screening:
    """Return a stored policy ready to be applied."""
    policy = policy_of(
        name=row["name"], version=row["policy_version"] or 0, default=row["default_outcome"], rules=row["rules"]
    )
    lists = Lists(tuple(row["denied_parties"]), tuple(row["competitor_domains"]))
    return Screening(policy, lists, auto_approve=row["auto_approve"])


def policy_of(*, name: str, version: int, default: str, rules: Sequence[Mapping[str, Any]]) -> Policy:
    """Return the policy these rules make; raises InvalidRule naming each fault by its place."""
    made = tuple(
        Rule(code=rule["code"], when=rule["when"], outcome=rule["outcome"], reason=rule["reason"]) for rule in rules
    )
    return Policy(name=name, version=version, facts=APPLICATION, mode=Mode.WORST_OF, rules=made, default=default)
