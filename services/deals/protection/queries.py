"""Reading protection claims."""

from datetime import datetime, timedelta

import orjson
from sqlalchemy import bindparam, func, select

from services.deals.directory.queries import suspensions_of
from services.deals.four_eyes.rules import is_among, listed
from services.deals.protection.lifecycle import CLAIM_LIFECYCLE, EXTENSION_LIFECYCLE
from services.deals.protection.pauses import pauses_of
from services.deals.protection.rules import VENDOR, Pause
from services.deals.protection.rules import time_left as left_of
from services.deals.protection.tables import protection_claims, protection_extensions
from services.deals.screening.territories import countries_of
from shared.auth.principal import Caller
from shared.db.pool import Record
from shared.db.resource import Resource, Row, computed, withheld
from shared.db.statements import ASKED_AT, TENANT, Statement
from shared.db.tx import Tx

_CLAIMS = protection_claims.c


def protected_from(row: Row) -> datetime | None:
    """Return when the protection of a claim began; None while it is pending."""
    start: datetime | None = None if row["status"] == "pending" else row["period"].lower
    return start


def is_paused(row: Row) -> bool:
    """Tell whether the clock of a claim stands still."""
    return bool(row["status"] == "active" and row["period"].upper is None)


def is_kept_by_sale(row: Row) -> bool:
    """Tell whether a claim protects what its deal has sold: no activity is asked of it any more, nor does the vendor owe anything."""
    return bool(row["status"] == "active" and row["active_at"] is None)


def _open_pause(row: Row) -> bool:
    pauses = row["pauses"]
    listed = orjson.loads(pauses) if isinstance(pauses, str) else pauses
    return any(each["cause"] == VENDOR and each["until"] is None for each in listed)


def _not_now(row: Row) -> tuple[str, ...]:
    """A clock is stopped that runs, and started that stands, while the claim protects: its dates end that before anybody looks."""
    end = row["period"].upper
    if end is not None and end <= row["asked_at"]:
        return ("pause", "resume")
    if _open_pause(row):
        return ("pause",)
    return ("pause", "resume") if is_kept_by_sale(row) else ("resume",)


PROTECTION_CLAIMS = Resource(
    "protection_claim",
    protection_claims,
    (
        "deal_id",
        "partner_id",
        withheld("customer_id"),
        "product_family",
        computed("territories", lambda row: countries_of(row["territory"]), "territory"),
        "priority_no",
        "exclusive",
        "status",
        computed("protected_from", protected_from, "status", "period"),
        "protected_until",
        "lapses_at",
        computed("paused", is_paused, "status", "period"),
        "pauses",
        "extensions_used",
        "tail_until",
        "incumbent_until",
        "offered_at",
        "terms",
    ),
    expands={"deal_id": "deals", "partner_id": "partners", "customer_id": "customers"},
    permission="protection-claims:read",
    filters=("deal_id", "partner_id", "customer_id", "product_family", "status", "protected_until"),
    lifecycle=CLAIM_LIFECYCLE,
    ruled_out=lambda row, _: _not_now(row),
    beside={"asked_at": ASKED_AT},
)


def _not_to_give(row: Row, caller: Caller) -> tuple[str, ...]:
    return ("approve",) if caller.is_vendor and is_among(listed(row["authors"]), caller) else ()


PROTECTION_EXTENSIONS = Resource(
    "protection_extension",
    protection_extensions,
    (
        "deal_id",
        "partner_id",
        "status",
        "days",
        "expected_close_on",
        "reason",
        "asked_by",
        "decided_by",
        "decision_reason",
        "decided_at",
    ),
    expands={"deal_id": "deals", "partner_id": "partners"},
    permission="protection-extensions:read",
    filters=("status", "deal_id", "partner_id"),
    lifecycle=EXTENSION_LIFECYCLE,
    ruled_out=_not_to_give,
)
_E = protection_extensions.c
_ASKED = Statement(
    select(protection_extensions).where(_E.tenant_id == TENANT, _E.deal_id == bindparam("deal"), _E.status == "asked")
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
_OWN_WON = Statement(
    select(protection_claims).where(
        _CLAIMS.tenant_id == TENANT,
        _CLAIMS.customer_id == bindparam("customer"),
        _CLAIMS.status == "active",
        _CLAIMS.partner_id == bindparam("partner"),
        _CLAIMS.incumbent_until.is_not(None),
        _CLAIMS.exclusive,
    )
)


async def claim_of(tx: Tx, deal_id: str) -> Record | None:
    """Return the claim of a deal, if it has one."""
    return await tx.first(_OF_DEAL, deal=deal_id)


async def asked_extension(tx: Tx, deal_id: str) -> Record | None:
    """Return the request for more time that waits for a decision, if there is one."""
    return await tx.first(_ASKED, deal=deal_id)


async def active_claims_of(tx: Tx, partner_id: str) -> list[Record]:
    """Return a partner's claims that were granted and neither released nor expired."""
    return await tx.all(_ACTIVE_OF_PARTNER, partner=partner_id)


async def own_won_claims(tx: Tx, claim: Row) -> list[Record]:
    """Return the claims by which the same partner keeps the customer it has sold to."""
    return await tx.all(_OWN_WON, customer=claim["customer_id"], partner=claim["partner_id"])


async def last_priority(tx: Tx, customer_id: str) -> int:
    """Return the highest priority number drawn for a customer, or 0."""
    return int(await tx.value(_LAST_PRIORITY, customer=customer_id) or 0)


async def pauses_over(tx: Tx, claim: Row) -> list[Pause]:
    """Return the times in which a claim's clock stood still: suspensions of its partner, and what the vendor owed."""
    suspended = [(each.start, each.end) for each in await suspensions_of(tx, claim["partner_id"])]
    return [*suspended, *pauses_of(claim["pauses"])]


async def time_left(tx: Tx, claim: Row) -> timedelta:
    """Return how much of the time that a claim was granted it has not used up now."""
    return left_of(
        granted_from=claim["period"].lower,
        granted_until=claim["granted_until"],
        pauses=await pauses_over(tx, claim),
        at=tx.now,
    )
