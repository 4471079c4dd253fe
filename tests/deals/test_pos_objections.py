"""What stands against counting a reported line for the deal that was found, so that a person decides."""

from tests.deals.make import submits, world
from tests.deals.ordering import accepted_order, fulfils
from tests.deals.selling_out import report, reports, sold
from tests.deals.test_pos_batches import credited, queue
from tests.deals.test_products import sells
from tests.system import Tenant


async def test_more_than_is_left_of_a_registration_waits_for_a_person_who_says_why_it_counts(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount={"amount": 10_000, "currency": "EUR"})

    await seller.post("/v1/pos-batches", report(place, sold(place, 3), currency="USD"))
    await reports(place, seller, sold(place, 1, deal_id=deal["id"]), sold(place, 2, quantity=2))

    found = await queue(place, status="unmatched")
    assert {each["reason"] for each in found} == {"exceeds_registration", "no_amount_in_currency"}
    assert sum(pieces for _, pieces, _ in await credited(seller)) in (2, 3)
    (beyond,) = [each for each in found if each["reason"] == "exceeds_registration"]
    assert [each["deal_id"] for each in beyond["candidates"]] == [deal["id"]]
    path = f"/v1/pos-matches/{beyond['id']}"
    refused = await place.vendor.act(path, "match", {"deal_id": deal["id"]})
    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/note", "required")]
    matched = await place.vendor.act(path, "match", {"deal_id": deal["id"], "note": "They took more."})
    assert (matched["status"], matched["note"]) == ("matched", "They took more.")
    assert (await seller.get(f"/v1/deals/{deal['id']}/consumption"))["exceeded"] is True


async def test_what_a_delivery_counts_does_not_count_once_more_as_sold_out(tenant: Tenant):
    place = await world(tenant)
    seller, distributor = await place.partner(), await place.partner()
    deal = await submits(seller)
    order = await accepted_order(place, seller, deal_id=deal["id"])
    await fulfils(place, order, 3)

    await reports(place, distributor, sold(place, 1), sold(place, 2, sku="GX-200"))

    assert [pieces for _, pieces, _ in await credited(seller)] == [3]
    assert sorted(each["reason"] for each in await queue(place)) == ["already_delivered", "close_enough"]


async def test_what_is_sold_out_is_of_the_family_that_the_catalogue_has_it_in(tenant: Tenant):
    place = await world(tenant, "cloud", "plus")
    seller, distributor = await place.partner(), await place.partner()
    await submits(seller)
    await sells(place, "CL-1")
    await sells(place, "PL-1", product_family="plus")
    parts = [{"sku": sku, "quantity": 1} for sku in ("CL-1", "PL-1")]
    assert (await place.vendor.post("/v1/bundles", {"sku": "BOTH", "name": "Both", "components": parts})).status == 201

    wrong = await distributor.post("/v1/pos-batches", report(place, sold(place, sku="PL-1", product_family="cloud")))
    skus = ("CL-1", "PL-1", "BOTH", "GX-100")
    batch = await reports(
        place, distributor, *(sold(place, number, sku=sku, product_family=None) for number, sku in enumerate(skus))
    )

    assert [(each["pointer"], each["code"]) for each in wrong.json["errors"]] == [
        ("/lines/0/product_family", "other_family_than_sku")
    ]
    lines = {each["id"]: each["sku"] for each in (await distributor.get("/v1/pos-lines"))["data"]}
    assert {lines[each["pos_line_id"]]: each["reason"] for each in await queue(place, batch_id=batch["id"])} == {
        "CL-1": "close_enough",
        "PL-1": "no_candidate",
        "BOTH": "close_enough",
        "GX-100": "unknown_sku",
    }
