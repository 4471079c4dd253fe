"""A tenant in which much has waited too long, or waits for somebody else: what it offers is not told by its status."""

from dataclasses import dataclass

from tests.deals.engaging import invites, prepares, template
from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, drafts, submits, terms, world
from tests.deals.ordering import drafts_order, submits_order
from tests.deals.test_licences import licensed
from tests.deals.test_price_lists import drafts_list, euros, publishes
from tests.deals.test_products import sells
from tests.deals.test_protection_extensions import LATER, jumps, qualified
from tests.deals.test_quotes import drafts as drafts_quote
from tests.deals.test_quotes import issues
from tests.deals.test_solutions import drafts as drafts_solution
from tests.deals.test_special_prices import asks_for
from tests.deals.test_transfers import opens
from tests.system import Client, System


@dataclass
class Waiting:
    """Its people: the staff, a partner that is active, and one that is not any more."""

    vendor: Client
    partners: tuple[Client, Client]


async def waited(system: System) -> Waiting:
    """A tenant in which everything has waited that ends by time, or by what becomes of another."""
    tenant = system.tenant()
    await system.register(tenant)
    place = await world(tenant)
    await sells(place)
    await publishes(place, entries=[{"sku": "CL-100", "price": euros(1_000)}])
    await template(place, invitation_days=5)
    await terms(place, extensions_decided_by="person")
    seller, sleeper = await place.partner(), await place.partner()
    await over(place, seller)
    await jumps(place, days=40)
    await asked(place, seller, sleeper)
    for partner in (seller, sleeper):
        await begun(place, partner)
    await place.tells_of(sleeper.partner_id, status="suspended")
    return Waiting(place.vendor, (seller, sleeper))


async def over(place: World, seller: Client) -> None:
    """What has its time: a loss, a rejection, licences of a month, a quote and an invitation."""
    for end, amount in (("lose", None), ("reject", BEYOND_LIMIT)):
        deal = await submits(seller, customer(end), **({"amount": amount} if amount else {}))
        await place.vendor.act(f"/v1/deals/{deal['id']}", end, {"reason": "Enough"})
    await licensed(place, seller, sku="GX-300", kind="trial", unit_price=0, term_months=1)
    renewed = await licensed(place, seller, term_months=1)
    await place.vendor.act(f"/v1/licences/{renewed['id']}", "renew", {})
    await issues(seller)
    await invites(seller, await submits(seller, customer("inviting")), await place.partner())


async def asked(place: World, seller: Client, rival: Client) -> None:
    """What waits for somebody: more time, a transfer, a case, and consents."""
    deal = await qualified(seller)
    await seller.act(f"/v1/deals/{deal['id']}", "extend", LATER)
    moving = await submits(seller, customer("moving"))
    await opens(place, moving, rival)
    await submits(rival)
    await drafts_solution(seller, (seller, 7_500), (rival, 2_500))
    issued = await issues(seller)
    await seller.act(f"/v1/quotes/{issued['id']}", "revise")
    await drafts_list(place, name="Other prices", currency="USD")
    await place.vendor.post("/v1/price-lists", {"name": "Empty", "currency": "CHF", "effective_from": "2032-01-01"})
    await prepares(seller, moving, rival)


async def begun(place: World, partner: Client) -> None:
    """What a partner has to be active for."""
    name = str(partner.partner_id)[-8:]
    await drafts(partner, customer(f"draft{name}"))
    for end in ("stage", "lose", "return", "reject", "wait"):
        deal = await submits(partner, customer(f"{end}{name}"), amount=BEYOND_LIMIT if end in _REFERRED else SMALL)
        if end in ("lose", "return", "reject"):
            await place.vendor.act(f"/v1/deals/{deal['id']}", end, {"reason": "Enough"})
    await drafts_quote(partner)
    await drafts_order(partner)
    await submits_order(partner)
    await asks_for(place, partner)


_REFERRED = ("return", "reject", "wait")
SMALL = {"amount": 1_000_000, "currency": "EUR"}


def customer(name: str) -> dict[str, object]:
    """A customer that nobody else has."""
    return {**GLOBEX, "name": f"{name} Works", "domain": f"{name}.example"}
