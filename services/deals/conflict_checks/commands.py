"""Checking before registering."""

from services.deals.conflict_policies.queries import policy_in_force
from services.deals.directory.queries import partner_of
from services.deals.products.queries import family_for_registration
from services.deals.registrations.register import screened
from services.deals.screening import queries
from services.deals.screening.budgets import spend
from services.deals.screening.days import require_checks_left
from services.deals.screening.rules import Asked
from services.deals.screening.schemas import ConflictCheckIn
from services.deals.screening.scope import Extent, from_now
from services.deals.screening.tables import conflict_checks
from services.deals.screening.territories import spans_of
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.resource import Row
from shared.db.tx import Tx


async def check(tx: Tx, body: ConflictCheckIn, *, caller: Caller) -> Row:
    """Tell whether a registration would meet another, and log the question; nothing is reserved.

    Raises ConflictCheckBudget when the partner has asked too often today.
    """
    partner_id = None if is_vendor_side(caller) else caller.partner_id
    family = await family_for_registration(tx, body.product_family)
    customer = body.customer
    extent = Extent(
        frozenset({family.ordinal}), spans_of(body.territories), period=from_now(tx.now), project=body.project
    )
    # One look beyond the caller instead of one for each question: every change of role is a way to the server and back.
    async with tx.as_engine("a check is answered by the register and the policy of the whole tenant"):
        tier = None if partner_id is None else (await partner_of(tx, partner_id)).tier
        policy = await policy_in_force(tx, tier=tier)
        if partner_id is not None:
            # Before anything is looked up: who has none left learns the same, as fast, of every customer.
            require_checks_left(await spend(tx, partner_id), of=policy.checks_a_day, at=tx.now)
        asked = await queries.customer_named_by_keys(
            tx, Asked(customer.company(customer.name), family.code, None, extent)
        )
        screening = await screened(tx, asked, partner_id=partner_id, policy=policy)
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
        policy_version=policy.version,
        **{"class": screening.conflict_class},
    )
