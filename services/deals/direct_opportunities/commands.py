"""Following what the vendor sells itself."""

from collections.abc import Sequence
from typing import Any

from services.deals.customers.commands import resolve
from services.deals.customers.origins import brought_by
from services.deals.direct_opportunities.lifecycle import LIFECYCLE
from services.deals.direct_opportunities.queries import of_customer
from services.deals.direct_opportunities.schemas import DirectOpportunityIn, DirectOpportunityPatch
from services.deals.direct_opportunities.tables import direct_opportunities
from services.deals.products.queries import family_for_registration
from services.deals.screening.territories import territory_of
from shared.auth.sides import vendor_only
from shared.db.afterwards import Afterwards
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.extensions.references import as_expected, find
from shared.web.conditional import UNCONDITIONAL, Condition
from shared.web.models import ExternalReferenceIn


async def create(tx: Tx, body: DirectOpportunityIn) -> Row:
    """Take in an open opportunity; raises CustomerNotIdentified, Invalid at /product_family, AlreadyExists."""
    vendor_only(tx.caller)
    family = await family_for_registration(tx, body.product_family)
    named = body.external_reference
    return await tx.insert(
        direct_opportunities,
        id=body.id or tx.new_id("dopp"),
        title=body.title,
        customer_id=(await resolve(tx, body.customer.company(body.customer.name)))["id"],
        product_family=family.code,
        status="open",
        opened_on=body.opened_on or tx.now.date(),
        ended_at=None,
        external_system=named and named.system,
        external_type=named and named.type,
        external_id=named and named.id,
        **_territory(body.territories),
    )


async def change(tx: Tx, body: DirectOpportunityPatch, *, opportunity_id: str, version: int | None) -> Row:
    """Change an open opportunity; raises InvalidTransition for one that has ended."""
    vendor_only(tx.caller)
    row = await tx.lock(direct_opportunities, opportunity_id)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    changes: dict[str, Any] = body.changes()
    if "product_family" in changes:
        await family_for_registration(tx, changes["product_family"])
    if "territories" in changes:
        changes |= _territory(changes["territories"])
    return await tx.update(direct_opportunities, row, **changes)


async def put(
    tx: Tx, body: DirectOpportunityIn, reference: ExternalReferenceIn, *, condition: Condition = UNCONDITIONAL
) -> Row:
    """Take in the opportunity that the CRM knows by a reference, or bring it up to date; safe to repeat."""
    vendor_only(tx.caller)
    known = await find(tx, direct_opportunities, reference.model_dump())
    known = await as_expected(tx, direct_opportunities, known, condition)
    if known is None:
        return await create(tx, body.model_copy(update={"external_reference": reference}))
    tx.afterwards = Afterwards(200)
    sent = body.model_dump(include=set(DirectOpportunityPatch.model_fields) & body.model_fields_set)
    wanted = {name: value for name, value in sent.items() if value is not None and value != known[name]}
    if not wanted:
        return known
    patch = DirectOpportunityPatch.model_construct(_fields_set=set(wanted), **wanted)
    return await change(tx, patch, opportunity_id=known["id"], version=None)


async def end(tx: Tx, *, opportunity_id: str, version: int | None, action: str, status: str) -> Row:
    """End an open opportunity; nothing is compared with it any more."""
    vendor_only(tx.caller)
    row = await tx.lock_for(direct_opportunities, opportunity_id, action=action, lifecycle=LIFECYCLE, version=version)
    return await tx.update(direct_opportunities, row, status=status, ended_at=tx.now)


async def reopen(tx: Tx, *, opportunity_id: str, version: int | None) -> Row:
    """Take up again what has ended."""
    vendor_only(tx.caller)
    row = await tx.lock_for(direct_opportunities, opportunity_id, action="reopen", lifecycle=LIFECYCLE, version=version)
    return await tx.update(direct_opportunities, row, status="open", ended_at=None)


async def follow_merger(tx: Tx, *, merged_id: str, into: str) -> None:
    """Give the opportunities of a customer that was merged to the one that is left."""
    for each in await of_customer(tx, merged_id):
        came_through = [*(each["came_through"] or []), merged_id]
        await tx.update(direct_opportunities, each, customer_id=into, came_through=came_through)


async def follow_split(tx: Tx, *, source_id: str, other_id: str) -> None:
    """Give the opportunities back that came with a customer when it was merged, now that it is one of its own again."""
    for each in await of_customer(tx, source_id):
        before = brought_by(each["came_through"] or (), other_id)
        if before is not None:
            await tx.update(direct_opportunities, each, customer_id=other_id, came_through=before)


def _territory(countries: Sequence[str]) -> dict[str, Any]:
    return {"territories": list(countries), "territory": territory_of(countries)}
