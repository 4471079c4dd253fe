"""Two who decide at the same time about what belongs together: the second waits for the first, and decides by what is then."""

import asyncio

import pytest

from tests.deals.make import world
from tests.deals.test_conflict_cases import contested
from tests.leads.make import waits_for_a_lock
from tests.system import Tenant

_CHANGED = "UPDATE deals.{0} SET version = version + 1 WHERE tenant_id = $1 AND deal_id = $2"
_CUSTOMER = "SELECT pg_advisory_xact_lock(hashtextextended($1 || customer_id, 0)) FROM deals.deals WHERE tenant_id = $1 AND id = $2"


@pytest.mark.parametrize(
    ("action", "table"),
    [
        ("withdraw", "conflict_cases"),
        ("withdraw", "protection_claims"),
        ("reject", "conflict_cases"),
        ("reject", "protection_claims"),
        ("return", "conflict_cases"),
        ("lose", "protection_claims"),
    ],
)
async def test_what_is_done_to_a_deal_while_its_case_is_resolved_is_done_after_it(
    tenant: Tenant, action: str, table: str
):
    place = await world(tenant)
    seller, rival, first, second, _ = await contested(place)
    deal = first if action == "lose" else second
    who = {"withdraw": rival, "lose": seller}.get(action, place.vendor)
    superuser = tenant.system.superuser

    async with superuser.transaction():
        # As whoever resolves it does: under the customer's lock, and not seen by others before it is done.
        await superuser.execute(_CUSTOMER, tenant.id, deal["id"])
        await superuser.execute(_CHANGED.format(table), tenant.id, deal["id"])
        ending = asyncio.create_task(who.act(f"/v1/deals/{deal['id']}", action, {"reason": "Ours"}))
        await waits_for_a_lock(tenant, ending)

    ended = await ending
    assert (ended.status, ended.problem) == (200, None)
