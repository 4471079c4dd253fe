"""Through the real seam: what the deals service publishes is accrued and taken back here."""

from tests.deals.make import submits, wins, world
from tests.deals.test_transfers import opens, successor
from tests.incentives.make import FLAT, Shop, component


async def test_a_deal_won_and_returned_through_the_api_earns_and_gives_back(shop: Shop) -> None:
    tenant = shop.tenant
    seller = await (await world(tenant)).partner()
    await shop.tell(seller.partner_id)
    await shop.plan(component(bands=FLAT))
    today = tenant.now().date()
    deal = await submits(seller)
    won = await wins(seller, deal, amount=100_000, on=today)
    assert won.status == 200, won.body

    await tenant.system.settle()
    given_back = {"amount": 40_000, "currency": "EUR"}
    body = {"deal_id": deal["id"], "amount": given_back, "returned_on": today.isoformat(), "reason": "unused"}
    await shop.succeed("/v1/returns", body)
    await tenant.system.settle()

    lines = {each["kind"]: each["amount"]["amount"] for each in await shop.earned(client=seller)}
    assert lines == {"commission": 10_000, "clawback": -4_000}
    published = await tenant.system.superuser.fetch(
        "SELECT type, audience::text FROM incentives.events WHERE tenant_id = $1 ORDER BY id", tenant.id
    )
    assert [row["type"] for row in published] == ["incentive.earning.accrued.v1", "incentive.clawback.posted.v1"]
    assert {row["audience"] for row in published} == {f'["{seller.partner_id}"]'}


async def test_a_transfer_in_the_middle_of_a_period_divides_earnings_by_date(shop: Shop) -> None:
    tenant = shop.tenant
    place = await world(tenant, "cloud", "storage")
    old, new = await place.partner(), await place.partner()
    for partner in (old, new):
        await shop.tell(partner.partner_id)
    await shop.plan(component(period="year"))
    registered = {"amount": 12_000_000, "currency": "EUR"}
    large = await submits(old, product_family="cloud", amount=registered)
    deals = [
        await place.vendor.act(f"/v1/deals/{large['id']}", "approve"),
        await submits(old, product_family="storage"),
    ]
    before = place.today()
    await tenant.advance(days=10)
    for deal in deals:
        await opens(place, deal, new, override_reason="The customer has decided")

    # Both are won by the new partner after the transfer; one of them was closed before it.
    moved = [await successor(place, deal) for deal in deals]
    for deal, day, amount in zip(moved, (before, place.today()), (12_000_000, 1_000_000), strict=True):
        assert (await wins(new, deal, amount=amount, on=day))["status"] == "won"
    await tenant.system.settle()

    # 100,000.00 at 5 % and 20,000.00 at 8 % are the old partner's; the new one begins at the first band.
    assert await shop.by_partner(old, new) == [660_000, 50_000]
    given_back = {"amount": 6_000_000, "currency": "EUR"}
    body = {"deal_id": moved[0]["id"], "amount": given_back, "returned_on": f"{place.today()}", "reason": "unused"}
    await shop.succeed("/v1/returns", body)
    await tenant.system.settle()
    assert await shop.by_partner(old, new) == [330_000, 50_000]
    why = await old.get("/v1/explanations", deal_id=moved[0]["id"])
    assert (why["partner_id"], why["closed_on"]) == (old.partner_id, f"{before}")
    assert (await new.get("/v1/explanations", deal_id=moved[0]["id"]))["outcome"] == "not_won"
