"""Figures about orders and sell-out: how many lines were completed in time, and what stays in stock."""

from datetime import date, timedelta

from tests.deals.make import world
from tests.deals.ordering import accepted_order, fulfils, returns
from tests.deals.selling_out import SOMEBODY, reports, sold, span
from tests.system import Client, Response, Tenant


async def test_order_completion_is_lines_in_full_and_on_time_by_lines_due(tenant: Tenant):
    place = await world(tenant)
    buyer, other = await place.partner(), await place.partner()
    today, before = place.today(), place.today() - timedelta(days=5)

    async def ordered(client: Client, due: date) -> Response:
        return await accepted_order(
            place, client, ordered_on=(today - timedelta(days=20)).isoformat(), due_on=due.isoformat()
        )

    timely, late, short = await ordered(buyer, today), await ordered(buyer, before), await ordered(other, today)
    await fulfils(place, timely, 10, 4)
    await fulfils(place, late, 10, 4)
    await fulfils(place, short, 9, 4)

    own = await buyer.get("/v1/orders/completion", **span(place))
    everybody = await place.vendor.get("/v1/orders/completion", **span(place))

    usual = await buyer.get("/v1/orders/completion")

    assert (usual["from"], usual["to"]) == (
        (today - timedelta(days=89)).isoformat(),
        (today + timedelta(days=1)).isoformat(),
    )
    assert (usual["due"], own["due"], own["on_time_in_full"], own["rate"]) == (4, 4, 2, "0.5000")
    assert {each["partner_id"]: (each["due"], each["on_time_in_full"]) for each in everybody["partners"]} == {
        buyer.partner_id: (4, 2),
        other.partner_id: (2, 1),
    }
    nothing = await buyer.get("/v1/orders/completion", **{"from": "2020-01-01", "to": "2020-02-01"})
    assert nothing["rate"] is None
    assert (await buyer.get("/v1/orders/completion", **{"from": "2020-01-01", "to": "2020-01-01"})).status == 400
    assert (await buyer.get("/v1/orders/completion", **{"from": "9999-12-01", "to": "9999-12-31"})).status == 200
    assert (await buyer.get("/v1/orders/completion", to="0001-01-02")).status == 200


async def test_what_went_into_stock_is_what_was_delivered_and_not_sold_out(tenant: Tenant):
    place = await world(tenant)
    distributor, rival = await place.partner(), await place.partner()
    stock = await accepted_order(place, distributor, kind="sell_in")
    await fulfils(place, stock, 10, 4)
    await returns(place, stock, 2)
    await reports(place, distributor, sold(place, customer=SOMEBODY))

    found = await distributor.get("/v1/orders/channel-gap", **span(place))

    assert [
        (each["sku"], each["sell_in"], each["sell_out"], each["gap"], each["sell_through"])
        for each in found["articles"]
    ] == [("GX-100", 8, 3, 5, "0.3750"), ("GX-200", 4, 0, 4, "0.0000")]
    assert (await rival.get("/v1/orders/channel-gap", **span(place)))["articles"] == []
