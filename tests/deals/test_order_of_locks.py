"""Deals are held before their cases, and both before the customer's lock, so that no two who do so wait for each other."""

import asyncio
from typing import Any

import pytest

from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, changes, submits, world
from tests.deals.test_conflict_cases import contested
from tests.deals.test_merged_tenders import tender
from tests.leads.make import waits_for_a_lock
from tests.system import Response, Tenant

_CASE = "SELECT id FROM deals.conflict_cases WHERE tenant_id = $1 AND deal_id = $2 FOR UPDATE NOWAIT"
_DEAL = "SELECT id FROM deals.deals WHERE tenant_id = $1 AND id = $2 FOR UPDATE"
_BUDGET = "SELECT used FROM deals.conflict_check_budgets WHERE tenant_id = $1 AND partner_id = $2 FOR UPDATE NOWAIT"
_IS_FREE = "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || customer_id, 0)) FROM deals.deals WHERE tenant_id = $1 AND id = $2"


async def _act(place: World, action: str, deal: Response) -> Response:
    customer_id = (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"]
    if action == "split":
        return await place.vendor.act(f"/v1/customers/{customer_id}", "split", {"deal_ids": [deal["id"]]})
    other = await place.vendor.post("/v1/customers", {"name": "Initech", "domain": "initech.com"})
    return await place.vendor.act(f"/v1/customers/{other['id']}", "merge", {"customer_id": customer_id})


@pytest.mark.parametrize("action", ["merge", "split"])
async def test_who_corrects_customers_waits_for_whoever_decides_a_case_before_it_holds_them(
    tenant: Tenant, action: str
):
    place = await world(tenant)
    _, _, _, second, _ = await contested(place)
    superuser = tenant.system.superuser

    async with superuser.transaction():
        await superuser.execute(_CASE, tenant.id, second["id"])
        work = asyncio.create_task(_act(place, action, second))
        await waits_for_a_lock(tenant, work)
        is_free = await superuser.fetchval(_IS_FREE, tenant.id, second["id"])

    assert (is_free, (await work).status) == (True, 200)


@pytest.mark.parametrize(
    "said", [{"resolution": "upheld", "identity": "same"}, {"resolution": "rejected_match", "identity": None}]
)
async def test_who_says_in_a_case_who_is_who_holds_the_deals_before_the_case(tenant: Tenant, said: dict[str, Any]):
    place = await world(tenant)
    _, _, _, second, path = await contested(place)
    superuser = tenant.system.superuser

    async with superuser.transaction():
        await superuser.execute(_DEAL, tenant.id, second["id"])
        work = asyncio.create_task(place.vendor.act(path, "resolve", said))
        await waits_for_a_lock(tenant, work)
        held = await superuser.fetchval(_CASE, tenant.id, second["id"])

    assert (path.endswith(held), (await work)["status"]) == (True, "resolved")


async def test_who_turns_a_deal_to_another_customer_waits_for_that_one_before_it_counts_as_a_check(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await seller.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})
    known = await submits(await place.partner(), GLOBEX)
    turned = await submits(seller, {"name": "Initech", "domain": "initech.com"})
    superuser = tenant.system.superuser

    async with superuser.transaction():
        assert await superuser.fetchval(_IS_FREE, tenant.id, known["id"])
        work = asyncio.create_task(changes(seller, f"/v1/deals/{turned['id']}", {"customer": GLOBEX}))
        await waits_for_a_lock(tenant, work)
        used = await superuser.fetchval(_BUDGET, tenant.id, seller.partner_id)

    assert (used, (await work)["status"]) == (1, "in_review")


@pytest.mark.parametrize("action", ["open", "award", "cancel"])
async def test_who_decides_a_tender_holds_its_deals_before_the_customer(tenant: Tenant, action: str):
    place = await world(tenant)
    globex = await place.vendor.post("/v1/customers", GLOBEX)
    opened = await tender(place, globex["id"]) if action != "open" else None
    asked = await submits(await place.partner(), GLOBEX, amount=BEYOND_LIMIT)
    superuser = tenant.system.superuser
    if opened is None:
        deciding = tender(place, globex["id"])
    else:
        path = f"/v1/tenders/{opened['id']}"
        await place.vendor.act(path, "close")
        said = {"award": {"deal_id": asked["id"]}}.get(action, {"reason": "Nothing comes of it"})
        deciding = place.vendor.act(path, action, said)

    async with superuser.transaction():
        await superuser.execute(_DEAL, tenant.id, asked["id"])
        work = asyncio.create_task(deciding)
        await waits_for_a_lock(tenant, work)
        is_free = await superuser.fetchval(_IS_FREE, tenant.id, asked["id"])

    assert (is_free, (await work).problem) == (True, None)


async def test_who_appeals_waits_for_whoever_decides_the_case_before_it_holds_the_customer(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, second, path = await contested(place)
    upheld = await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    await place.vendor.act(f"/v1/deals/{second['id']}", "reject")
    superuser = tenant.system.superuser

    async with superuser.transaction():
        await superuser.execute(_CASE, tenant.id, second["id"])
        work = asyncio.create_task(rival.act(f"/v1/deals/{second['id']}", "appeal", {"reason": "It is ours"}))
        await waits_for_a_lock(tenant, work)
        is_free = await superuser.fetchval(_IS_FREE, tenant.id, second["id"])

    assert (upheld["status"], is_free, (await work)["status"]) == ("resolved", True, "in_review")
