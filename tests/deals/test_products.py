"""Products and bundles: what is sold, since when and until when."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.deals.make import World, events_of, world
from tests.imports.make import carried_out, of_rows
from tests.system import Response, Tenant


async def sells(place: World, sku: str = "CL-100", **fields: Any) -> Response:
    """The vendor adds a product."""
    body = {"sku": sku, "product_family": "cloud", "name": f"Cloud {sku}", **fields}
    made = await place.vendor.post("/v1/products", body)
    assert made.status == 201, made.json
    return made


def day(place: World, offset: int) -> str:
    return (place.today() + timedelta(days=offset)).isoformat()


async def status_of(place: World, product: Response) -> str:
    return str((await place.vendor.get(f"/v1/products/{product['id']}"))["status"])


async def test_a_product_lives_by_its_dates_which_act_by_themselves(tenant: Tenant):
    place = await world(tenant)
    made = await sells(place, available_on=day(place, 10), end_of_sale_on=day(place, 20), end_of_life_on=day(place, 30))

    stages = [made["status"]]
    for _ in range(3):
        await tenant.advance(days=10)
        stages.append(await status_of(place, made))

    assert stages == ["announced", "active", "end_of_sale", "end_of_life"]
    told = await events_of(place, "product.state.v1")
    assert [each["status"] for each in told] == stages
    (announced,) = await events_of(place, "product.end_of_sale_announced.v1")
    assert (announced["sku"], announced["end_of_sale_on"]) == ("CL-100", made["end_of_sale_on"])


async def test_the_vendor_lets_each_stage_begin_today(tenant: Tenant):
    place = await world(tenant)
    made = await sells(place, available_on=day(place, 10))
    path = f"/v1/products/{made['id']}"

    released = await place.vendor.act(path, "release")
    ended = await place.vendor.act(path, "end-sale")
    over = await place.vendor.act(path, "end-life")

    assert [each["status"] for each in (released, ended, over)] == ["active", "end_of_sale", "end_of_life"]
    assert (released["available_on"], ended["end_of_sale_on"]) == (day(place, 0), day(place, 0))
    assert released["allowed_actions"] == ["end-sale"]
    assert (await place.vendor.act(path, "release")).problem == "invalid_transition"


async def test_a_date_is_moved_until_it_has_come(tenant: Tenant):
    place = await world(tenant)
    made = await sells(place, end_of_sale_on=day(place, 5))
    path = f"/v1/products/{made['id']}"

    async def changes(**fields: Any) -> Response:
        return await place.vendor.patch(path, fields, if_match="*")

    assert (await changes(end_of_sale_on=day(place, 8)))["status"] == "active"
    await tenant.advance(days=6)
    assert await status_of(place, made) == "active"
    await tenant.advance(days=3)
    assert await status_of(place, made) == "end_of_sale"
    assert (await changes(end_of_sale_on=day(place, 8))).problem == "invalid_transition"
    assert (await changes(end_of_life_on=day(place, 8)))["end_of_life_on"] == day(place, 8)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"end_of_life_on": "2031-01-01"}, "required"),
        ({"available_on": "2031-01-01", "end_of_sale_on": "2030-01-01"}, "out_of_order"),
        ({"end_of_sale_on": "2031-01-01", "end_of_life_on": "2030-01-01"}, "out_of_order"),
        ({"charge": "recurring"}, "required"),
        ({"charge_period": "month"}, "not_applicable"),
        ({"product_family": "nothing"}, "unknown_product_family"),
    ],
)
async def test_what_contradicts_itself_is_refused(tenant: Tenant, fields: dict[str, Any], code: str):
    place = await world(tenant)

    refused = await place.vendor.post("/v1/products", {"sku": "A", "product_family": "cloud", "name": "A"} | fields)

    assert refused.status == 422
    assert refused["errors"][0]["code"] == code


async def test_a_sku_is_unique_among_products_and_bundles_and_never_changes(tenant: Tenant):
    place = await world(tenant)
    made = await sells(place, "A")
    bundle = {"sku": "AA", "name": "Two", "components": [{"sku": "A", "quantity": 2}]}
    assert (await place.vendor.post("/v1/bundles", bundle)).status == 201

    again = [
        await place.vendor.post("/v1/products", {"sku": sku, "product_family": "cloud", "name": "x"})
        for sku in ("A", "AA")
    ]
    as_bundle = await place.vendor.post("/v1/bundles", {**bundle, "sku": "A"})
    renamed = await place.vendor.patch(f"/v1/products/{made['id']}", {"sku": "B"}, if_match="*")

    assert {each.problem for each in (*again, as_bundle)} == {"already_exists"}
    assert renamed.status == 422


async def test_a_bundle_never_contains_itself_also_when_two_are_changed_at_once(tenant: Tenant):
    place = await world(tenant)
    await sells(place, "A")
    made = {}
    for sku in ("X", "Y"):
        body = {"sku": sku, "name": sku, "components": [{"sku": "A", "quantity": 1}]}
        made[sku] = await place.vendor.post("/v1/bundles", body)

    def takes_in(sku: str, other: str) -> Any:
        body = {"components": [{"sku": other, "quantity": 3}]}
        return place.vendor.patch(f"/v1/bundles/{made[sku]['id']}", body, if_match="*")

    itself = await takes_in("X", "X")
    both = await asyncio.gather(takes_in("X", "Y"), takes_in("Y", "X"))

    assert itself["errors"][0]["code"] == "contains_itself"
    assert sorted(each.status for each in both) == [200, 422]


async def test_a_bundle_names_what_is_sold_and_each_of_it_once(tenant: Tenant):
    place = await world(tenant)
    await sells(place, "A")
    parts = [{"sku": "A", "quantity": 1}, {"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 1}]

    refused = await place.vendor.post("/v1/bundles", {"sku": "X", "name": "X", "components": parts})

    assert [each["code"] for each in refused["errors"]] == ["named_twice", "unknown_sku"]


async def test_a_retired_bundle_is_fixed_until_it_is_restored(tenant: Tenant):
    place = await world(tenant)
    await sells(place, "A")
    body = {"sku": "X", "name": "X", "components": [{"sku": "A", "quantity": 1}]}
    path = f"/v1/bundles/{(await place.vendor.post('/v1/bundles', body))['id']}"

    assert (await place.vendor.act(path, "retire"))["editable_fields"] == []
    assert (await place.vendor.patch(path, {"name": "Y"}, if_match="*")).problem == "invalid_transition"
    assert (await place.vendor.act(path, "restore"))["status"] == "active"


async def test_partners_read_what_is_sold_and_do_not_write_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    made = await sells(place, "A", names={"hu": "Felhő", "zh": "云", "ru": "Облако"}, countries=["HU", "AT", "HU"])

    seen = await seller.get("/v1/products", sku="A")

    assert seen["data"][0]["names"] == {"hu": "Felhő", "zh": "云", "ru": "Облако"}
    assert seen["data"][0]["countries"] == ["AT", "HU"]
    assert seen["data"][0]["allowed_actions"] == seen["data"][0]["editable_fields"] == []
    for answer in (
        await seller.post("/v1/products", {"sku": "B", "product_family": "cloud", "name": "x"}),
        await seller.patch(f"/v1/products/{made['id']}", {"name": "x"}, if_match="*"),
        await seller.act(f"/v1/products/{made['id']}", "end-sale"),
        await seller.post("/v1/bundles", {"sku": "X", "name": "X", "components": [{"sku": "A", "quantity": 1}]}),
    ):
        assert answer.problem == "forbidden"


async def test_products_are_imported_and_taken_back_unless_something_names_them(tenant: Tenant):
    place = await world(tenant)
    rows = [{"SKU": sku, "Family": "cloud", "Name": f"Cloud {sku}"} for sku in ("A", "B")]
    mapping = {"SKU": "sku", "Family": "product_family", "Name": "name"}
    made = await of_rows(place.vendor, "product", rows, mapping=mapping)
    assert (await carried_out(made))["status"] == "succeeded"
    assert [each["sku"] for each in (await place.vendor.get("/v1/products"))["data"]] in (["A", "B"], ["B", "A"])
    body = {"sku": "X", "name": "X", "components": [{"sku": "A", "quantity": 1}]}
    assert (await place.vendor.post("/v1/bundles", body)).status == 201

    await made.act("rollback")

    assert [each["sku"] for each in (await place.vendor.get("/v1/products"))["data"]] == ["A"]
