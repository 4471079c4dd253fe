"""Checking before registering, and the cases that screening opens."""

from typing import Final

from sqlalchemy import Date, bindparam
from sqlalchemy.dialects.postgresql import insert

from services.deals.products.queries import family_for_registration
from services.deals.screening import queries
from services.deals.screening.rules import CHECKS_A_DAY, Asked, ConflictCheckBudget, ConflictUpheld, Screening, next_day
from services.deals.screening.schemas import ConflictCheckIn, ResolutionIn
from services.deals.screening.tables import conflict_cases, conflict_check_budgets, conflict_checks
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, vendor_only
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Fault, Invalid
from shared.events.catalog.deals import RegistrationConflictFound
from shared.matching import Company

_SPEND: Final = Statement(
    insert(conflict_check_budgets)
    .values(tenant_id=TENANT, partner_id=bindparam("partner"), day=bindparam("today", type_=Date), used=1)
    .on_conflict_do_update(
        index_elements=["tenant_id", "partner_id", "day"], set_={"used": conflict_check_budgets.c.used + 1}
    )
    .returning(conflict_check_budgets.c.used)
)


async def check(tx: Tx, body: ConflictCheckIn, *, caller: Caller) -> Row:
    """Tell whether a registration would meet another, and log the question; nothing is reserved.

    Raises ConflictCheckBudget when the partner has asked too often today.
    """
    partner_id = None if is_vendor_side(caller) else caller.partner_id
    family = await family_for_registration(tx, body.product_family)
    if partner_id is not None:
        await _spend(tx, partner_id)
    customer = body.customer
    company = Company(customer.name, country=customer.country, domain=customer.domain, tax_id=customer.tax_id)
    asked = await queries.customer_named_by_keys(tx, Asked(company, family.code, None))
    screening = await queries.screen(tx, asked, partner_id=partner_id)
    return await tx.insert(
        conflict_checks,
        id=tx.new_id("chk"),
        partner_id=partner_id,
        customer_name=customer.name,
        customer_domain=customer.domain,
        customer_country=customer.country,
        customer_tax_id=customer.tax_id,
        product_family=family.code,
        reasons=list(screening.reasons),
        engine_version=screening.engine_version,
        **{"class": screening.conflict_class},
    )


async def open_case(tx: Tx, screening: Screening, *, deal: Row, customer_id: str) -> None:
    """Open a case for a registration that met another, and tell its partner that it did."""
    async with tx.as_engine("a case keeps what screening found about rivals"):
        await tx.insert(
            conflict_cases,
            id=tx.new_id("case"),
            deal_id=deal["id"],
            partner_id=deal["partner_id"],
            customer_id=customer_id,
            product_family=deal["product_family"],
            reasons=list(screening.reasons),
            findings=[finding.to_json() for finding in screening.findings],
            engine_version=screening.engine_version,
            status="open",
            resolution=None,
            identity=None,
            **{"class": screening.conflict_class},
        )
    found = RegistrationConflictFound(
        deal_id=deal["id"], partner_id=deal["partner_id"], conflict_class=screening.conflict_class
    )
    tx.emit(found, subject=deal, audience=[deal["partner_id"]])


async def resolve(tx: Tx, body: ResolutionIn, *, case_id: str, version: int | None, caller: Caller) -> Row:
    """Decide a case; an upheld conflict keeps its registration from being approved."""
    vendor_only(caller)
    if (body.resolution, body.identity) == ("upheld", "different"):
        raise Invalid(errors=[Fault("/identity", "contradiction", "Two customers are no conflict to uphold.")])
    case = await tx.lock_for(
        conflict_cases, case_id, action="resolve", lifecycle=queries.CASE_LIFECYCLE, version=version
    )
    return await tx.update(
        conflict_cases,
        case,
        status="resolved",
        resolution=body.resolution,
        identity=body.identity,
        note=body.note,
        resolved_by=caller.account_id,
        resolved_at=tx.now,
    )


async def supersede_cases(tx: Tx, deal_id: str) -> None:
    """Close the open cases of a deal that was decided, or taken back, otherwise."""
    async with tx.as_engine("a decision about a registration closes its cases"):
        for case in await queries.open_cases(tx, deal_id):
            await tx.update(
                conflict_cases,
                case,
                status="resolved",
                resolution="superseded",
                resolved_by=tx.caller.account_id,
                resolved_at=tx.now,
            )


async def require_not_upheld(tx: Tx, deal_id: str) -> None:
    """Raise ConflictUpheld when the deal's conflict was decided against it."""
    if await queries.is_upheld(tx, deal_id):
        raise ConflictUpheld()


async def _spend(tx: Tx, partner_id: str) -> None:
    day, seconds_left = next_day(tx.now)
    if int(await tx.value(_SPEND, partner=partner_id, today=day)) > CHECKS_A_DAY:
        raise ConflictCheckBudget(headers={"Retry-After": str(seconds_left)})
