"""Through the real seam: what the deals service publishes is accrued and taken back here."""

from tests.deals.make import submits, wins, world
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
