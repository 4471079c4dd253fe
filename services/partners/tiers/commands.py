"""Writes of tiers, and of who is in which."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.partners.programs.commands import open_program
from services.partners.tiers import queries
from services.partners.tiers.rules import Assignment
from services.partners.tiers.tables import LIFECYCLE, tier_assignments, tiers
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Conflict, Fault, Invalid


class RankTaken(Conflict):
    """Another tier of this program has this rank."""

    code, title = "rank_taken", "Rank taken"


class TierInUse(Conflict):
    """A partner is in this tier, or will come into it."""

    code, title = "tier_in_use", "Tier in use"


async def create(
    tx: Tx,
    *,
    code: str,
    name: str,
    rank: int,
    program: str | None = None,
    protection_days: int | None = None,
    deal_limit: int | None = None,
    deal_limit_currency: str | None = None,
    benefits: Sequence[Mapping[str, Any]] = (),
    id: str | None = None,  # noqa: A002
) -> Row:
    """Add a tier to an open program; `deal_limit` is in minor units. Raises RankTaken, or AlreadyExists for its code."""
    vendor_only(tx.caller)
    home = await open_program(tx, program)
    try:
        row = await tx.insert(
            tiers,
            id=id or tx.new_id("tier"),
            program=home["code"],
            code=code,
            name=name,
            rank=rank,
            protection_days=protection_days,
            deal_limit=deal_limit,
            deal_limit_currency=deal_limit_currency,
            benefits=list(benefits),
            status="active",
        )
    except AlreadyExists:
        if await queries.by_code(tx, code) is None and await queries.has_rank(tx, program=home["code"], rank=rank):
            raise RankTaken() from None
        raise
    tx.emit(queries.state(row), subject=row)
    return row


async def change(tx: Tx, *, tier_id: str, version: int | None, **changes: Any) -> Row:
    """Change what a tier gives from now on; what was decided under it keeps its terms. Raises RankTaken."""
    vendor_only(tx.caller)
    row = await tx.lock(tiers, tier_id)
    LIFECYCLE.require_editable(row["status"], set(changes) - {"deal_limit_currency"})
    require_version(row, version)
    if not changes:
        return row
    try:
        row = await tx.update(tiers, row, **changes)
    except AlreadyExists as taken:
        raise RankTaken() from taken
    tx.emit(queries.state(row), subject=row)
    return row


async def retire(tx: Tx, *, tier_id: str, version: int | None) -> Row:
    """Take a tier out of use; raises TierInUse while a partner is in it or will be."""
    vendor_only(tx.caller)
    row = await tx.lock_for(tiers, tier_id, action="retire", lifecycle=LIFECYCLE, version=version)
    async with tx.as_engine("a tier may be used by a partner the caller is not assigned to"):
        used = await queries.is_used(tx, row["code"], day=tx.now.date())
    if used:
        raise TierInUse()
    row = await tx.update(tiers, row, status="retired")
    tx.emit(queries.state(row), subject=row)
    return row


async def assign(tx: Tx, *, partner_id: str, tier: str, effective_on: date, reason: str | None = None) -> Assignment:
    """Add to a partner's tier history; raises Invalid unless the tier exists and is not retired."""
    found = await queries.by_code(tx, tier, lock=True)
    if found is None or found["status"] != "active":
        raise Invalid(errors=[Fault("/tier", "unknown_tier", "There is no active tier with this code.")])
    row = await tx.insert(
        tier_assignments,
        id=tx.new_id("tas"),
        partner_id=partner_id,
        tier=tier,
        effective_on=effective_on,
        reason=reason,
        assigned_by=tx.caller.account_id,
    )
    return Assignment(tier=tier, effective_on=effective_on, made_at=row["created_at"], id=row["id"])
