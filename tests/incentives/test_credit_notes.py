"""What is credited of a delivery takes back its part of what was earned, whatever comes when, and however often."""

import random
from typing import Any

import pytest

from shared.events.envelope import Event
from tests.deals.make import submits, world
from tests.deals.ordering import accepted_order, fulfils, invoices, returns
from tests.deals.selling_out import reports, sold, span
from tests.incentives.arriving import SPRING
from tests.incentives.make import FLAT, Shop, component
from tests.system import Tenant

DELIVERED = component(source="orders", code="delivered", bands=FLAT)
NOTE, OTHER = "oinv_01h455vb4pex5vsknk084sn02q", "oinv_01h455vb4pex5vsknk084sn03q"


async def test_a_credit_note_takes_back_its_share_and_gives_back_what_it_does_not_take_any_more(shop: Shop) -> None:
    await shop.plan(DELIVERED)
    partner = await shop.partner()
    match = shop.match(partner, 30_000)
    await shop.deliver(match)

    for version, amount in ((1, 9_999), (2, 3_333), (1, 9_999), (2, 3_333)):
        await shop.deliver(shop.credited(match, amount, by=NOTE), version=version)

    lines = [(each["kind"], each["amount"]["amount"]) for each in await shop.earned()]
    assert lines == [("commission", 3_000), ("clawback", -1_000), ("adjustment", 667)]
    [clawback] = [each for each in await shop.earned() if each["kind"] == "clawback"]
    told = await shop.vendor.get(f"/v1/earnings/{clawback['id']}/explanation")
    assert (told["event"]["type"], told["event"]["id"]) == ("match_credit", NOTE)
    assert "was delivered and credited in part or whole" in told["text"]["en"]
    [adjustment] = [each for each in await shop.earned() if each["kind"] == "adjustment"]
    told = await shop.vendor.get(f"/v1/earnings/{adjustment['id']}/explanation")
    assert told["correction"]["because"] == "credit_changed"


async def test_what_was_paid_out_is_netted_with_what_comes_next(shop: Shop) -> None:
    await shop.plan(DELIVERED)
    partner = await shop.partner()
    match = shop.match(partner, 30_000)
    await shop.deliver(match)
    assert (await shop.pay(await shop.statement(partner)))["status"] == "paid"

    await shop.deliver(shop.credited(match, 15_000))

    assert (await shop.amounts(), await shop.balance("clawback_receivable")) == ([3_000, -1_500], -1_500)
    await shop.deliver(shop.match(partner, 20_000))
    assert (await shop.statement(partner))["total"]["amount"] == 500


@pytest.mark.parametrize("mode", ["marginal", "retroactive"])
async def test_any_order_and_repetition_of_deliveries_credit_notes_returns_and_splits_ends_in_the_same_earnings(
    shop: Shop, mode: str
) -> None:
    await shop.plan(component(source="orders", code="delivered", mode=mode))
    histories: list[Any] = []
    for seed in range(4):
        one, other = await shop.partner(), await shop.partner()
        deal = shop.sale(one, 1, on=SPRING)
        matches = [shop.match(one, amount, deal=deal) for amount in (7_000_001, 4_999_999, 345_679)]
        said: list[tuple[Event, int]] = [
            *((each, 1) for each in (deal, *matches, shop.split(deal, (one, 3_333), (other, 6_667)))),
            (shop.credited(matches[0], 2_000_003, by=NOTE), 1),
            (shop.credited(matches[0], 1_000_001, by=NOTE), 3),
            (shop.credited(matches[1], 999_999, by=NOTE), 1),
            (shop.credited(matches[1], 4_000_000, by=OTHER), 2),
            (shop.given_back(matches[0], 5_000_000, by="oret_01h455vb4pex5vsknk084sn02q"), 1),
            (shop.credited(matches[2], 345_679, by=OTHER), 2),
            (shop.credited(matches[2], 0, by=OTHER), 4),
        ]
        if seed:
            said = [*said, *said]
            random.Random(f"{mode}{seed}").shuffle(said)
        for event, version in said:
            await shop.deliver(event, version=version)
        histories.append(await shop.by_partner(one, other))

    assert histories[0] == histories[1] == histories[2] == histories[3]
    assert all(amount > 0 for amount in histories[0])
    assert (await shop.vendor.get("/v1/ledger/trial-balance"))["balanced"]


@pytest.mark.parametrize("turn", ["credit_first", "return_first"])
async def test_what_is_credited_and_given_back_goes_back_once_through_the_api(
    shop: Shop, tenant: Tenant, turn: str
) -> None:
    place = await world(tenant)
    seller = await place.partner()
    await shop.tell(seller.partner_id)
    await shop.plan(component(source="orders", code="delivered", bands=[{"from": 0, "to": None, "rate": "1"}]))
    order = await accepted_order(place, seller, deal_id=(await submits(seller))["id"])
    await fulfils(place, order, 10, 4)
    await invoices(place, order, 65_000)

    async def credits() -> None:
        assert (await invoices(place, order, 12_345, verb="credit", number="CN-1")).status == 200
        await tenant.system.settle()

    if turn == "credit_first":
        await credits()
        assert await shop.by_partner(seller) == [52_655]
    # One piece for 100.00 comes back, which the credit note is for; 23.45 more were let off.
    assert (await returns(place, order, 0, 1)).status == 200
    if turn == "return_first":
        await credits()
    await tenant.system.settle()

    assert await shop.by_partner(seller) == [52_655]


@pytest.mark.parametrize("is_paid", [False, True])
async def test_a_sale_that_was_credited_to_the_wrong_deal_goes_back_to_the_cent_before_and_after_it_was_paid(
    shop: Shop, tenant: Tenant, is_paid: bool
) -> None:
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    await shop.tell(seller.partner_id)
    await shop.plan(component(source="orders", code="delivered", bands=[{"from": 0, "to": None, "rate": "0.0333"}]))
    await submits(seller)
    await reports(
        place, distributor, sold(place, 1, unit_price=1_111), sold(place, 2, quantity=-1, returned_line="L-1")
    )
    await tenant.system.settle()
    earned = sum(await shop.by_partner(seller))
    if is_paid:
        assert (await shop.pay(await shop.statement(seller, period=span(place))))["status"] == "paid"
    (match,) = (await place.vendor.get("/v1/pos-matches", reason="close_enough"))["data"]

    await place.vendor.act(f"/v1/pos-matches/{match['id']}", "reopen", {"reason": "It was another customer's."})
    await tenant.system.settle()

    assert (earned, await shop.by_partner(seller)) == (74, [0])
