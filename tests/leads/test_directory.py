"""Projections of partners and families: any order, any repetition, the same state."""

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest

from services.leads.directory.handlers import keep_family
from services.leads.handover.handlers import keep_partner
from shared.events.catalog.deals import ProductFamilyState
from shared.events.catalog.partners import VisibilityChanged
from shared.reach import keep_visibility
from tests.leads import make
from tests.system import Tenant


async def directory(tenant: Tenant) -> list[Any]:
    """Version, status and capacity of every partner that is known."""
    rows = await tenant.system.superuser.fetch(
        "SELECT version, status, lead_capacity FROM leads.partner_directory WHERE tenant_id = $1", tenant.id
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_states_of_a_partner_in_any_order_and_twice_leave_the_newest(
    tenant: Tenant, order: tuple[int, ...]
) -> None:
    partner = await make.partner(tenant)
    states = []
    for version, (status, capacity) in enumerate([("active", 5), ("suspended", 5), ("active", 9)], start=2):
        partner.status, partner.capacity = status, capacity
        states.append((partner.state(), make.envelope(tenant, partner.state(), version=version)))

    for place in (*order, *reversed(order)):
        await make.handle(tenant, keep_partner, *states[place])

    assert await directory(tenant) == [(4, "active", 9)]


@pytest.mark.parametrize("late", [False, True])
async def test_a_suspension_takes_back_what_was_offered_before_it_even_when_it_arrives_late(
    tenant: Tenant, late: bool
) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    suspended_at = tenant.now()
    partner.status = "suspended"
    suspension = (partner.state(), make.envelope(tenant, partner.state(), version=2, at=suspended_at))
    partner.status = "active"
    at = suspended_at + timedelta(seconds=1)
    reinstatement = (partner.state(), make.envelope(tenant, partner.state(), version=3, at=at))

    for state, envelope in (reinstatement, suspension) if late else (suspension, reinstatement):
        await make.handle(tenant, keep_partner, state, envelope)
        await make.handle(tenant, keep_partner, state, envelope)

    lead = await vendor.get(path)
    assert (lead["status"], lead["partner_id"]) == ("routing", None)
    recalled = (await vendor.get("/v1/offers"))["data"]
    assert [each["status"] for each in recalled] == ["recalled"]
    events = await tenant.system.superuser.fetchval(
        "SELECT count(*) FROM leads.events WHERE tenant_id = $1 AND type = 'lead.recalled.v1'", tenant.id
    )
    assert events == 1


async def test_what_was_offered_before_the_news_of_a_suspension_arrived_is_taken_back_as_well(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    partner.status = "suspended"
    earlier = tenant.now() - timedelta(minutes=5)

    news = make.envelope(tenant, partner.state(), version=2, at=earlier)
    await make.handle(tenant, keep_partner, partner.state(), news)

    assert (await vendor.get(path))["status"] == "routing"


async def test_a_hundred_shuffled_states_of_ten_partners_leave_the_newest_of_each(tenant: Tenant) -> None:
    chance = random.Random(7)
    ten = [await make.partner(tenant) for _ in range(10)]
    events = []
    for partner in ten:
        for version in range(2, 12):
            partner.capacity = version
            events.append((partner.state(), make.envelope(tenant, partner.state(), version=version)))
    shuffled = events + chance.sample(events, 30)
    chance.shuffle(shuffled)

    for state, envelope in shuffled:
        await make.handle(tenant, keep_partner, state, envelope)

    assert await directory(tenant) == [(11, "active", 11)] * 10


async def test_an_older_state_of_a_family_changes_nothing(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.family(tenant, version=5, status="retired")
    await make.family(tenant, version=4, status="active")

    assert (await vendor.post("/v1/leads", make.body())).problem == "unknown_product_family"
    newer = ProductFamilyState(code=make.FAMILY, name="Pumps", ordinal=1, status="active")
    await make.handle(tenant, keep_family, newer, make.envelope(tenant, newer, version=6))
    assert (await vendor.post("/v1/leads", make.body())).status == 201


async def test_a_distributor_sees_the_leads_of_resellers_it_is_shown_and_answers_for_none(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    shown, hidden = await make.partners(tenant, 2)
    distributor = await make.partner(tenant, capacity=0)
    viewer = f"{distributor.id}/subtree"
    seen = VisibilityChanged(viewer=viewer, partners={shown.id: "records", hidden.id: "aggregate"})
    gone = VisibilityChanged(viewer=viewer, partners={})
    paths = {}
    for _ in range(2):
        path, routed = await make.routed(vendor)
        paths[routed["partner_id"]] = path
    above = tenant.partner(distributor.id, scope="leads:*:subtree offers:*")

    await make.handle(tenant, keep_visibility, seen, make.envelope(tenant, seen, version=2))
    await make.handle(tenant, keep_visibility, gone, make.envelope(tenant, gone, version=1))

    assert [each["partner_id"] for each in (await above.get("/v1/leads"))["data"]] == [shown.id]
    assert (await above.get(paths[shown.id])).status == 200
    assert (await above.get(paths[hidden.id])).problem == "not_found"
    assert (await above.act(paths[shown.id], "accept")).problem == "forbidden"
    assert (await above.act(paths[shown.id], "decline", {"reason": "x"})).problem == "forbidden"
    await make.handle(tenant, keep_visibility, gone, make.envelope(tenant, gone, version=3))
    assert (await above.get("/v1/leads"))["data"] == []
