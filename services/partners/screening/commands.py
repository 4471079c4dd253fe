"""Writes of screening policies."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.partners.screening import queries
from services.partners.screening.tables import LIFECYCLE, screening_policies
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version


async def create(
    tx: Tx,
    *,
    name: str,
    rules: Sequence[Mapping[str, Any]],
    default: str = "pass",
    auto_approve: bool = False,
    denied_parties: Sequence[str] = (),
    competitor_domains: Sequence[str] = (),
    id: str | None = None,  # noqa: A002
) -> Row:
    """Draft a policy; it screens nothing before it is published. Raises InvalidRule naming every fault."""
    vendor_only(tx.caller)
    queries.policy_of(name=name, version=0, default=default, rules=rules)
    return await tx.insert(
        screening_policies,
        id=id or tx.new_id("scp"),
        name=name,
        status="draft",
        policy_version=None,
        auto_approve=auto_approve,
        default_outcome=default,
        rules=list(rules),
        denied_parties=list(denied_parties),
        competitor_domains=list(competitor_domains),
        published_at=None,
        published_by=None,
    )


async def change(tx: Tx, *, policy_id: str, version: int | None = None, **changes: Any) -> Row:
    """Change a draft; raises InvalidTransition once it is published, InvalidRule."""
    vendor_only(tx.caller)
    row = await tx.lock(screening_policies, policy_id)
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    if "default" in changes:
        changes["default_outcome"] = changes.pop("default")
    after = {**row, **changes}
    queries.policy_of(name=after["name"], version=0, default=after["default_outcome"], rules=after["rules"])
    return await tx.update(screening_policies, row, **changes) if changes else row


async def publish(tx: Tx, *, policy_id: str, version: int | None = None) -> Row:
    """Make a draft the policy that counts, under the next number; it never changes again.

    Raises AlreadyExists when another was published in the same moment.
    """
    vendor_only(tx.caller)
    row = await tx.lock_for(screening_policies, policy_id, action="publish", lifecycle=LIFECYCLE, version=version)
    before = await queries.published(tx, lock=True)
    number = await queries.latest_version(tx) + 1
    if before is not None:
        await tx.update(screening_policies, before, status="superseded")
    return await tx.update(
        screening_policies,
        row,
        status="published",
        policy_version=number,
        published_at=tx.now,
        published_by=tx.caller.account_id,
    )
