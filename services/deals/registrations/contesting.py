"""Registrations that wait for a customer which is another partner's by now: they get a case, since nobody could approve them."""

from typing import Final

from sqlalchemy import DateTime, Text, and_, bindparam, exists, func, or_, select

from services.deals.conflict_policies.queries import policy_in_force
from services.deals.directory.queries import partner_of
from services.deals.protection.queries import claim_of
from services.deals.protection.tables import protection_claims
from services.deals.registrations.register import extent_of, screened
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.commands import open_case
from services.deals.screening.queries import open_cases
from services.deals.screening.rules import Asked
from services.deals.screening.tables import conflict_cases
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company


def _waiting_in_vain() -> Statement:
    own, holding = protection_claims.c, protection_claims.alias("holding")
    meets = and_(
        holding.c.tenant_id == TENANT,
        holding.c.customer_id == own.customer_id,
        holding.c.partner_id != own.partner_id,
        holding.c.status == "active",
        holding.c.exclusive,
        holding.c.family.op("&&")(own.family),
        holding.c.territory.op("&&")(own.territory),
        or_(
            func.upper_inf(holding.c.period),
            func.upper(holding.c.period) > bindparam("at", type_=DateTime(timezone=True)),
        ),
    )
    looked_at = and_(
        conflict_cases.c.tenant_id == TENANT,
        conflict_cases.c.deal_id == own.deal_id,
        conflict_cases.c.status != "closed",
    )
    return Statement(
        select(deals)
        .select_from(protection_claims.join(deals, and_(deals.c.tenant_id == TENANT, deals.c.id == own.deal_id)))
        .where(
            own.tenant_id == TENANT,
            own.customer_id == bindparam("customer", type_=Text(collation="C")),
            own.status == "pending",
            or_(deals.c.status == "in_review", deals.c.status == "pending_approval"),
            exists(select(holding.c.id).where(meets)),
            ~exists(select(conflict_cases.c.id).where(looked_at)),
        )
        .order_by(own.priority_no, own.id)
    )


_WAITING_IN_VAIN: Final = _waiting_in_vain()


async def contest_waiting(tx: Tx, customer_id: str) -> None:
    """Open a case for each registration that waits for what another protects now, unless somebody is looking at one.

    Its customer's lock is held, and its deals' rows are left alone: whoever approves one of them waits for that lock.
    """
    async with tx.as_engine("who waits for a customer learns that it is another's now"):
        for deal in await tx.all(_WAITING_IN_VAIN, customer=customer_id, at=tx.now):
            await screen_again(tx, deal, company=Facts.of(deal).customer, customer_id=customer_id)


async def screen_again(tx: Tx, deal: Row, *, company: Company, customer_id: str) -> None:
    """Open a case for a registration that meets another's now, unless a person is looking at one already."""
    claim = await claim_of(tx, deal["id"])
    if claim is None or claim["status"] not in ("pending", "active") or await open_cases(tx, deal["id"]):
        return
    extent = extent_of(claim, project=deal["title"])
    policy = await policy_in_force(tx, tier=(await partner_of(tx, deal["partner_id"])).tier)
    asked = Asked(company, deal["product_family"], customer_id, extent, deal["id"])
    screening = await screened(tx, asked, partner_id=deal["partner_id"], policy=policy)
    if screening.needs_a_case:
        await open_case(tx, screening, deal=deal, customer=company, customer_id=customer_id)
