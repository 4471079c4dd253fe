"""What no order of commands can bring about, against the database as it is."""

import random

import pytest

from tests.deals.make import World, submits, world
from tests.deals.test_protection_clock import OWED, the_claim
from tests.deals.test_protection_extensions import jumps
from tests.system import Client, Tenant

_COMMANDS = (
    "submit",
    "lose",
    "reopen",
    "pause",
    "resume",
    "extend",
    "stage",
    "reinstate",
    "revoke",
    "win",
    "wait",
    "jump",
)


async def _does(place: World, rolled: random.Random, sellers: list[Client], deals: list[tuple[Client, str]]) -> None:
    command = rolled.choice(_COMMANDS)
    if command == "submit" or not deals:
        seller = rolled.choice(sellers)
        made = await submits(seller, product_family=rolled.choice(("cloud", "storage")))
        if made.status == 200:
            deals.append((seller, made["id"]))
        return
    if command == "wait":
        await place.tenant.advance(days=rolled.randint(1, 60))
        return
    if command == "jump":
        await jumps(place, days=rolled.randint(1, 50))
        return
    seller, deal_id = rolled.choice(deals)
    path = f"/v1/deals/{deal_id}"
    bodies = {
        "extend": {"expected_close_on": f"20{rolled.randint(32, 99)}-06-30"},
        "stage": {"stage": rolled.choice(("prospect", "qualified", "technical_validation"))},
        "win": {"amount": {"amount": 5, "currency": "EUR"}, "closed_on": place.today().isoformat()},
    }
    if command in ("pause", "resume"):
        claim = await the_claim(place.vendor, deal_id)
        await place.vendor.act(f"/v1/protection-claims/{claim['id']}", command, OWED if command == "pause" else None)
    elif command in ("reinstate", "revoke"):
        await place.vendor.act(path, command, {"reason": "Random"})
    else:
        await seller.act(path, command, bodies.get(command))


@pytest.mark.parametrize("seed", range(4))
async def test_no_order_of_commands_protects_two_partners_at_once_or_fails(tenant: Tenant, seed: int):
    place = await world(tenant, "cloud", "storage")
    sellers = [await place.partner() for _ in range(3)]
    rolled, deals = random.Random(seed), list[tuple[Client, str]]()

    for _ in range(40):
        await _does(place, rolled, sellers, deals)

    overlapping = await tenant.system.superuser.fetch(
        "SELECT a.deal_id FROM deals.protection_claims a JOIN deals.protection_claims b ON a.tenant_id = b.tenant_id"
        " AND a.customer_id = b.customer_id AND a.id < b.id AND a.family && b.family AND a.territory && b.territory"
        " AND a.period && b.period WHERE a.tenant_id = $1 AND a.status = 'active' AND a.exclusive"
        " AND b.status = 'active' AND b.exclusive",
        tenant.id,
    )
    mirrored = await tenant.system.superuser.fetchval(
        "SELECT count(*) FROM deals.protection_claims c JOIN deals.deals d ON d.tenant_id = c.tenant_id AND d.id = c.deal_id"
        " WHERE c.tenant_id = $1 AND c.status = 'active' AND d.status IN ('approved', 'won')"
        " AND (d.protected_until IS DISTINCT FROM c.protected_until OR d.lapses_at IS DISTINCT FROM c.lapses_at"
        " OR upper(c.period) IS DISTINCT FROM least(c.protected_until, c.lapses_at))",
        tenant.id,
    )
    assert (overlapping, mirrored) == ([], 0)
