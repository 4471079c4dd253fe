"""Reading protection claims."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, DateTime, Text, and_, any_, bindparam, func, or_, select

from services.deals.protection.tables import protection_claims
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, withheld
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx

_CLAIMS = protection_claims.c


def protected_from(row: Row) -> datetime | None:
    """Return when the protection of a claim began; None while it is pending."""
    start: datetime | None = None if row["status"] == "pending" else row["period"].lower
    return start


def protected_until(row: Row) -> datetime | None:
    """Return when the protection of a claim ends; None while it is pending or paused."""
    end: datetime | None = None if row["status"] == "pending" else row["period"].upper
    return end


PROTECTION_CLAIMS = Resource(
    "protection_claim",
    protection_claims,
    (
        "deal_id",
        "partner_id",
        withheld("customer_id"),
        "product_family",
        "exclusive",
        "status",
        computed("protected_from", protected_from, "status", "period"),
        computed("protected_until", protected_until, "status", "period"),
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "customer_id": "customers"},
    permission="protection-claims:read",
    filters=("deal_id", "partner_id", "product_family", "status"),
)

_OF_DEAL = Statement(select(protection_claims).where(_CLAIMS.tenant_id == TENANT, _CLAIMS.deal_id == bindparam("deal")))
_ACTIVE_OF_PARTNER = Statement(
    select(protection_claims)
    .where(_CLAIMS.tenant_id == TENANT, _CLAIMS.partner_id == bindparam("partner"), _CLAIMS.status == "active")
    .order_by(_CLAIMS.customer_id, _CLAIMS.id)
)
_LAST_PRIORITY = Statement(
    select(func.max(_CLAIMS.priority_no)).where(
        _CLAIMS.tenant_id == TENANT, _CLAIMS.customer_id == bindparam("customer")
    )
)
# Whether a claim still protects is decided by its dates, never by whether a timer has run. Its beginning does not count: a
# rival's request may have begun a moment before the one that got there first.
_LIVE = Statement(
    select(protection_claims)
    .where(
        _CLAIMS.tenant_id == TENANT,
        _CLAIMS.customer_id == any_(bindparam("customer_ids", type_=ARRAY(Text(collation="C")))),
        or_(
            _CLAIMS.status == "pending",
            and_(
                _CLAIMS.status == "active",
                or_(
                    func.upper_inf(_CLAIMS.period),
                    func.upper(_CLAIMS.period) > bindparam("at", type_=DateTime(timezone=True)),
                ),
            ),
        ),
    )
    .order_by(_CLAIMS.priority_no, _CLAIMS.id)
)


async def claim_of(tx: Tx, deal_id: str) -> Record | None:
    """Return the claim of a deal, if it has one."""
    return await tx.first(_OF_DEAL, deal=deal_id)


async def active_claims_of(tx: Tx, partner_id: str) -> list[Record]:
    """Return a partner's claims that were granted and neither released nor expired."""
    return await tx.all(_ACTIVE_OF_PARTNER, partner=partner_id)


async def live_claims(tx: Tx, customer_ids: Sequence[str]) -> list[Record]:
    """Return what is registered and undecided, or protected now, for these customers, in the order of priority."""
    return await tx.all(_LIVE, customer_ids=list(customer_ids), at=tx.now)


async def last_priority(tx: Tx, customer_id: str) -> int:
    """Return the highest priority number drawn for a customer, or 0."""
    return int(await tx.value(_LAST_PRIORITY, customer=customer_id) or 0)
