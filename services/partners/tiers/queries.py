"""Reads of tiers and of their history."""

from datetime import date

from sqlalchemy import ARRAY, Date, Text, any_, bindparam, exists, select

from services.partners.tiers.rules import Assignment, tier_on
from services.partners.tiers.tables import LIFECYCLE, tier_assignments, tiers
from shared.db.pool import Record
from shared.db.resource import Resource, Row, money
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.events.catalog.partners import TierState

TIERS = Resource(
    "tier",
    tiers,
    (
        "program",
        "code",
        "name",
        "rank",
        "protection_days",
        money("deal_limit", currency="deal_limit_currency"),
        "benefits",
        "status",
    ),
    permission="tiers:read",
    sorts=("created_at", "rank"),
    filters=("status", "code", "program"),
    lifecycle=LIFECYCLE,
)
TIER_ASSIGNMENTS = Resource(
    "tier_assignment",
    tier_assignments,
    ("partner_id", "tier", "effective_on", "reason", "assigned_by"),
    expands={"partner_id": "partners"},
    permission="partners:read",
    sorts=("effective_on",),
    filters=("tier", "effective_on"),
)
_BY_CODE = select(tiers).where(tiers.c.tenant_id == TENANT, tiers.c.code == bindparam("wanted_code"))
_NAMED = Statement(_BY_CODE)
_NAMED_LOCKED = Statement(_BY_CODE.with_for_update(key_share=True))
_AT_RANK = Statement(
    select(tiers.c.id).where(
        tiers.c.tenant_id == TENANT,
        tiers.c.program == bindparam("wanted_program"),
        tiers.c.rank == bindparam("wanted_rank"),
        tiers.c.status == "active",
    )
)
_HISTORY = Statement(
    select(tier_assignments).where(
        tier_assignments.c.tenant_id == TENANT, tier_assignments.c.partner_id == bindparam("of_partner")
    )
)
_HISTORIES = Statement(
    select(tier_assignments).where(
        tier_assignments.c.tenant_id == TENANT,
        tier_assignments.c.partner_id == any_(bindparam("of_partners", type_=ARRAY(Text(collation="C")))),
    )
)
_EVER_IN = Statement(
    select(tier_assignments.c.partner_id)
    .where(tier_assignments.c.tenant_id == TENANT, tier_assignments.c.tier == bindparam("of_tier"))
    .distinct()
)
_FUTURE = Statement(
    select(
        exists().where(
            tier_assignments.c.tenant_id == TENANT,
            tier_assignments.c.tier == bindparam("of_tier"),
            tier_assignments.c.effective_on > bindparam("today", type_=Date),
        )
    )
)


async def by_code(tx: Tx, code: str, *, lock: bool = False) -> Record | None:
    """Return the tier with this code, if there is one; `lock` keeps it from being retired meanwhile."""
    return await tx.first(_NAMED_LOCKED if lock else _NAMED, wanted_code=code)


async def has_rank(tx: Tx, *, program: str, rank: int) -> bool:
    """Tell whether an active tier of the program has this rank."""
    return await tx.first(_AT_RANK, wanted_program=program, wanted_rank=rank) is not None


async def assignment_on(tx: Tx, *, partner_id: str, day: date) -> Assignment | None:
    """Return the assignment that counts for a partner on a day."""
    return tier_on((_assignment(row) for row in await tx.all(_HISTORY, of_partner=partner_id)), day)


async def is_used(tx: Tx, tier: str, *, day: date) -> bool:
    """Tell whether a partner is in this tier on a day, or will come into it later."""
    if await tx.value(_FUTURE, of_tier=tier, today=day):
        return True
    partners = [row["partner_id"] for row in await tx.all(_EVER_IN, of_tier=tier)]
    histories: dict[str, list[Assignment]] = {}
    for row in await tx.all(_HISTORIES, of_partners=partners):
        histories.setdefault(row["partner_id"], []).append(_assignment(row))
    current = (tier_on(history, day) for history in histories.values())
    return any(found is not None and found.tier == tier for found in current)


def _assignment(row: Row) -> Assignment:
    return Assignment(tier=row["tier"], effective_on=row["effective_on"], made_at=row["created_at"], id=row["id"])


def state(row: Row) -> TierState:
    """Return the full state of a tier as sister services get it."""
    return TierState(
        code=row["code"],
        program=row["program"],
        name=row["name"],
        rank=row["rank"],
        status=row["status"],
        protection_days=row["protection_days"],
        deal_limit=row["deal_limit"],
        deal_limit_currency=row["deal_limit_currency"],
    )
