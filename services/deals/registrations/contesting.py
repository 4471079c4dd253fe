"""What becomes of the others when a registration lets its customer go or takes it up again.

Who was approved beside it has the customer alone, and who shared it has its ground back; who waits for what is another's
now gets a case, since nobody could approve it; and a case that waits for a decision is no longer about who has gone.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Text, and_, bindparam, exists, or_, select

from services.deals.conflict_policies.queries import policy_in_force
from services.deals.directory.queries import partner_of
from services.deals.protection.exclusivity import holds, leave_alone
from services.deals.protection.queries import claim_of
from services.deals.protection.sharing import give_back
from services.deals.protection.tables import protection_claims
from services.deals.registrations.encounters import met
from services.deals.registrations.presence import whereabouts
from services.deals.registrations.rules import Facts
from services.deals.registrations.tables import deals
from services.deals.screening.commands import find_only, open_case
from services.deals.screening.queries import open_cases, undecided_cases
from services.deals.screening.tables import conflict_cases
from shared.db.resource import Row
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company


def _waiting_in_vain() -> Statement:
    own, holding = protection_claims.c, protection_claims.alias("holding").c
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
            exists(select(holding.id).where(holds(holding, of=own), holding.partner_id != own.partner_id)),
            ~exists(select(conflict_cases.c.id).where(looked_at)),
        )
        .order_by(own.priority_no, own.id)
    )


_WAITING_IN_VAIN: Final = _waiting_in_vain()


async def look_again(tx: Tx, customer_id: str, _: Mapping[str, Any]) -> None:
    """See what it means to others that somebody has let a customer go, or has taken it up again. Its lock is held."""
    await settle(tx, customer_id)
    await drop_who_left(tx, customer_id)


async def drop_who_left(tx: Tx, customer_id: str) -> None:
    """Take out of the undecided cases of a customer, whose lock is held, who has let it go; what meets nobody then is closed."""
    async with tx.as_engine("a case is about those who want a customer now"):
        cases = await undecided_cases(tx, customer_id)
        known = await whereabouts(tx, cases)
        for case in cases:
            standing = known.standing(case, at=tx.now)
            if len(standing) < len(case["findings"]):
                await find_only(tx, case, standing)


async def settle(tx: Tx, customer_id: str) -> None:
    """Let whoever is left protect a customer alone, and all that it asked for, and have a case for who waits in vain.

    That is each registration that waits for what another holds. The customer's lock is held. Rows of deals are left as they
    are: whoever approves one of them waits for that lock.
    """
    async with tx.as_engine("what becomes of one registration of a customer concerns the others"):
        await give_back(tx, customer_id)
        await leave_alone(tx, customer_id)
        for deal in await tx.all(_WAITING_IN_VAIN, customer=customer_id, at=tx.now):
            await screen_again(tx, deal, company=Facts.of(deal).customer, customer_id=customer_id)


async def screen_again(tx: Tx, deal: Row, *, company: Company, customer_id: str) -> None:
    """Open a case for a registration that meets another's now, unless a person is looking at one already."""
    claim = await claim_of(tx, deal["id"])
    if claim is None or claim["status"] not in ("pending", "active") or await open_cases(tx, deal["id"]):
        return
    policy = await policy_in_force(tx, tier=(await partner_of(tx, deal["partner_id"])).tier)
    screening = await met(tx, deal, {**claim, "customer_id": customer_id}, company=company, policy=policy)
    if screening.needs_a_case:
        await open_case(tx, screening, deal=deal, customer=company, customer_id=customer_id)
