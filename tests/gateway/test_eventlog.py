"""The public log: one order, nobody misses anything, and nobody reads what is another's."""

import asyncio
from typing import Any

import asyncpg
import pytest

from shared.db.provision import url_as
from tests.databases import SECRET
from tests.deals.make import drafts, submits, wins
from tests.leads.make import FAMILY
from tests.partners import make as partners
from tests.system import Client, System, Tenant

INTERNAL = {"partner.directory.v1", "partner.tier.state.v1", "product_family.state.v1", "customer.directory.v1"}


async def seller(tenant: Tenant, name: str) -> Client:
    """A person of a new partner."""
    return tenant.partner(await partners.working_partner(tenant.vendor(), name=name))


async def read_all(caller: Client, *, after: int = 0, limit: int = 200) -> list[dict[str, Any]]:
    """Every event that a caller may know of, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = await caller.get("/v1/events", after=after, limit=limit)
        assert page.status == 200, page.json
        found += page["data"]
        after = page["next_after"]
        if not page["has_more"]:
            return found


async def test_events_are_read_in_one_order_page_by_page(tenant: Tenant) -> None:
    for number in range(4):
        await seller(tenant, f"Partner {number}")
    await tenant.system.settle()
    vendor = tenant.vendor()

    whole = await read_all(vendor)
    paged = await read_all(vendor, limit=3)

    assert len(whole) >= 4
    assert paged == whole
    positions = [each["position"] for each in whole]
    assert positions == sorted(set(positions))
    end = await vendor.get("/v1/events", after=positions[-1])
    assert (end["data"], end["has_more"], end["next_after"]) == ([], False, positions[-1])


async def test_what_happens_next_is_after_the_last_position(tenant: Tenant) -> None:
    await seller(tenant, "First")
    await tenant.system.settle()
    vendor = tenant.vendor()
    last = (await read_all(vendor))[-1]["position"]

    second = await seller(tenant, "Second")
    await tenant.system.settle()

    news = await read_all(vendor, after=last)
    assert {each["subject"] for each in news} == {second.partner_id}


async def test_full_states_that_feed_the_services_never_appear(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await partners.tier(vendor, "gold", 1)
    await vendor.post("/v1/product-families", {"code": FAMILY, "name": "Pumps"})
    await seller(tenant, "Acme")
    await tenant.system.settle()

    shown = {each["type"] for each in await read_all(vendor)}

    published = await tenant.system.superuser.fetch(
        "SELECT DISTINCT type FROM (SELECT tenant_id, type FROM partners.events UNION SELECT tenant_id, type FROM"
        " deals.events) e WHERE tenant_id = $1",
        tenant.id,
    )
    assert {row["type"] for row in published} >= INTERNAL - {"customer.directory.v1"}, "they were published"
    assert "partner.activated.v1" in shown
    assert not shown & INTERNAL


async def test_a_partner_reads_only_what_names_it_and_no_customers_id(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await vendor.post("/v1/product-families", {"code": "cloud", "name": "Cloud"})
    acme, rival = await seller(tenant, "Acme"), await seller(tenant, "Rival")
    deal = await submits(acme)
    if deal["status"] == "in_review":
        await vendor.act(f"/v1/deals/{deal['id']}", "approve", {})
    won = await wins(acme, deal, amount=1_000_00, on=tenant.now().date())
    assert won.status == 200, won.json
    await tenant.system.settle()

    of_acme, of_rival, of_vendor = [await read_all(each) for each in (acme, rival, vendor)]

    assert "deal.won.v1" in {each["type"] for each in of_acme}
    assert {each["subject"] for each in of_rival} == {rival.partner_id}
    assert deal["id"] not in str(of_rival) and str(acme.partner_id) not in str(of_rival)
    [seen] = [each for each in of_acme if each["type"] == "deal.won.v1"]
    [whole] = [each for each in of_vendor if each["type"] == "deal.won.v1"]
    assert whole["data"]["customer_id"].startswith("cus_")
    assert seen["data"] == {name: value for name, value in whole["data"].items() if name != "customer_id"}
    assert "cus_" not in str(of_acme)


async def test_another_tenant_reads_none_of_it(tenant: Tenant) -> None:
    await seller(tenant, "Acme")
    await tenant.system.settle()
    stranger = tenant.system.tenant()

    assert await read_all(stranger.vendor()) == []
    assert await read_all(stranger.partner("ptr_01h455vb4pex5vsknk084sn02q")) == []


async def test_the_database_itself_hides_the_log_of_others(tenant: Tenant) -> None:
    acme, rival = await seller(tenant, "Acme"), await seller(tenant, "Rival")
    await tenant.system.settle()
    gateway = await asyncpg.connect(url_as(tenant.system.admin_url, "prm_gateway_app", secret_key=SECRET))

    async def subjects(viewer: str | None, tenant_id: str) -> set[str]:
        async with gateway.transaction():
            await gateway.execute("SELECT set_config('prm.tenant', $1, true)", tenant_id)
            await gateway.execute("SELECT set_config('prm.viewer', $1, true)", viewer)
            return {row["subject"] for row in await gateway.fetch("SELECT subject FROM gateway.public_events")}

    assert await subjects(rival.partner_id, tenant.id) == {rival.partner_id}
    assert await subjects("*", tenant.id) >= {acme.partner_id, rival.partner_id}
    assert await subjects("*", tenant.system.tenant().id) == set()
    await gateway.close()


@pytest.mark.parametrize(
    "query",
    [
        {"after": "-1"},
        {"after": "x"},
        {"after": "9" * 30},
        {"after": "0" * 30 + "9" * 30},
        {"after": "0" * 4096},
        {"limit": 0},
        {"limit": 201},
        {"cursor": "x"},
    ],
)
async def test_a_position_or_a_page_size_that_cannot_be_is_refused(tenant: Tenant, query: dict[str, Any]) -> None:
    assert (await tenant.vendor().get("/v1/events", **query)).status == 400


async def test_the_log_wants_the_right_to_read_it(tenant: Tenant) -> None:
    assert (await tenant.vendor("deals:read").get("/v1/events")).problem == "forbidden"
    assert (await Client(tenant.system, None, tenant).get("/v1/events")).problem == "unauthenticated"


async def test_a_reader_misses_nothing_while_four_logs_are_copied_at_once(system: System, tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await vendor.post("/v1/product-families", {"code": "cloud", "name": "Cloud"})
    sellers = [await seller(tenant, f"Partner {number}") for number in range(3)]
    for each in sellers:
        name = str(each.partner_id)[-10:]
        customer = {"name": f"Customer {name}", "domain": f"c{name}.example", "country": "DE", "tax_id": None}
        drafted = await drafts(each, customer)
        assert (await each.act(f"/v1/deals/{drafted['id']}", "submit")).status == 200
    copying = [
        asyncio.create_task(caught_up(consumer))
        for consumer in system.apps["gateway"].state.background.consumers.values()
        for _ in range(2)
    ]

    followed: list[int] = []
    while not all(task.done() for task in copying):
        followed += [each["position"] for each in await read_all(vendor, after=max(followed, default=0), limit=2)]
    await asyncio.gather(*copying)
    # A feed shows nothing above a transaction that is open: what the copying itself held back comes now.
    await system.settle()
    followed += [each["position"] for each in await read_all(vendor, after=max(followed, default=0))]

    assert followed == [each["position"] for each in await read_all(vendor)]
    published = await system.superuser.fetchval(
        "SELECT count(*) FROM (SELECT tenant_id FROM partners.events WHERE public UNION ALL"
        " SELECT tenant_id FROM deals.events WHERE public) e WHERE tenant_id = $1",
        tenant.id,
    )
    assert len(followed) == published >= 6


async def caught_up(consumer: Any) -> None:
    """Let a consumer read to the end of its source, a few events at a time."""
    while await consumer.step(limit=2):
        pass
