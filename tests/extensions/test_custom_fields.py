"""Custom fields: defined by the vendor, checked and kept by the services, shown and found by those they are for."""

import orjson
import pytest

from shared.errors import Unavailable
from tests.extensions.make import CRM, deal, defines, faults, found, sellers
from tests.partners.make import changed, working_partner
from tests.system import Tenant

OPEN = {"visible_to_partner": True, "editable_by_partner": True}
REGIONS = [{"code": "emea", "label": {"en": "EMEA", "hu": "EMEA régió"}}, {"code": "apac"}]


async def test_values_are_checked_kept_shown_and_merged(tenant: Tenant):
    place, seller = await sellers(tenant)
    await defines(place.vendor, "region", "choice", choices=REGIONS, **OPEN)
    await defines(place.vendor, "seats", "integer", minimum="1", **OPEN)

    made = await deal(seller, custom_fields={"region": "emea", "seats": 40})
    path = f"/v1/deals/{made['id']}"
    assert made["custom_fields"] == {"region": "emea", "seats": 40}
    changed_ = await changed(seller, path, {"custom_fields": {"seats": None}})
    assert changed_["custom_fields"] == {"region": "emea"}
    assert (await seller.get(path))["custom_fields"] == {"region": "emea"}
    assert (await seller.get(path, fields="custom_fields"))["custom_fields"] == {"region": "emea"}
    wrong = await changed(seller, path, {"custom_fields": {"region": "mars", "seats": "40", "colour": "red"}})
    assert (wrong.status, faults(wrong)) == (
        422,
        {
            ("/custom_fields/region", "not_a_choice"),
            ("/custom_fields/seats", "wrong_type"),
            ("/custom_fields/colour", "unknown_field"),
        },
    )
    assert (await seller.get("/v1/deals"))["data"][0]["custom_fields"] == {"region": "emea"}


async def test_deals_without_custom_fields_show_none(tenant: Tenant):
    _, seller = await sellers(tenant)

    assert (await deal(seller))["custom_fields"] == {}


async def test_the_order_of_checks_is_state_then_version_then_value(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller)
    path, wrong = f"/v1/deals/{made['id']}", {"custom_fields": {"nothing": 1}}

    assert (await seller.patch(path, wrong, if_match='"7.x"')).status == 412
    assert (await seller.patch(path, wrong, if_match=made.headers["etag"])).status == 422
    assert (await seller.act(path, "submit"))["status"] == "approved"
    assert (await seller.act(path, "lose"))["status"] == "lost"
    assert (await changed(seller, path, wrong)).status == 409


async def test_what_is_not_for_partners_is_hidden_from_them(tenant: Tenant, walls):
    place, seller = await sellers(tenant)
    secret = await defines(place.vendor, "margin", "number")
    shown = await defines(place.vendor, "rank", "text", visible_to_partner=True)
    made = await deal(seller)
    path = f"/v1/deals/{made['id']}"
    theirs = await changed(place.vendor, path, {"custom_fields": {"margin": "12.50", "rank": "A"}})

    assert theirs["custom_fields"] == {"margin": "12.5", "rank": "A"}
    assert (await place.vendor.get("/v1/deals"))["data"][0]["custom_fields"] == {"margin": "12.5", "rank": "A"}
    assert (await seller.get(path))["custom_fields"] == {"rank": "A"}
    assert (await seller.get("/v1/deals"))["data"][0]["custom_fields"] == {"rank": "A"}
    hidden = await changed(seller, path, {"custom_fields": {"margin": "0"}})
    assert faults(hidden) == {("/custom_fields/margin", "unknown_field")}
    beyond = await changed(seller, path, {"custom_fields": {"rank": "B"}})
    assert (beyond.status, faults(beyond)) == (403, {("/custom_fields/rank", "vendor_only")})
    assert (await changed(seller, path, {"custom_fields": {"rank": "A"}, "title": "Larger"})).status == 200
    assert (await place.vendor.get(path))["custom_fields"] == {"margin": "12.5", "rank": "A"}
    assert (await seller.get("/v1/deals", **{"custom[margin]": "12.5"})).problem == "invalid_parameter"
    assert await found(seller, "/v1/custom-fields") == [shown["id"]]
    assert (await seller.get(f"/v1/custom-fields/{secret['id']}")).status == 404
    assert await found(place.vendor, "/v1/custom-fields") == [shown["id"], secret["id"]]


async def test_lists_are_filtered_by_value_and_by_bounds_in_the_order_of_the_type(tenant: Tenant):
    place, seller = await sellers(tenant)
    await defines(place.vendor, "price", "number", **OPEN)
    await defines(place.vendor, "due", "date", **OPEN)
    await defines(place.vendor, "hot", "boolean", **OPEN)
    await defines(place.vendor, "tags", "multi_choice", choices=REGIONS, **OPEN)
    prices = ["-100", "-9.5", "0", "9.75", "10", "100"]
    made = [
        await deal(
            seller,
            custom_fields={"price": price, "due": f"2026-01-0{n + 1}", "hot": n > 3, "tags": ["emea", "apac"][: n % 3]},
        )
        for n, price in enumerate(prices)
    ]
    ids = [each["id"] for each in made]

    assert await found(seller, **{"custom[price]": "9.750"}) == [ids[3]]
    assert await found(seller, **{"custom[price][gte]": "-9.5"}, sort="created_at") == ids[1:]
    assert (
        await found(seller, **{"custom[price][gt]": "-9.5", "custom[price][lt]": "100"}, sort="created_at") == ids[2:5]
    )
    assert await found(seller, **{"custom[due][lte]": "2026-01-02"}) == [ids[1], ids[0]]
    assert await found(seller, **{"custom[hot]": "true"}) == [ids[5], ids[4]]
    assert await found(seller, **{"custom[tags]": "apac"}) == [ids[5], ids[2]]
    first = await seller.get("/v1/deals", **{"custom[price][gte]": "0"}, limit=2)
    rest = await seller.get("/v1/deals", **{"custom[price][gte]": "0"}, cursor=first["next_cursor"])
    assert [each["id"] for page in (first, rest) for each in page["data"]] == ids[:1:-1]
    assert (await seller.get("/v1/deals/count", **{"custom[price][lt]": "0"}))["count"] == 2


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("custom[nothing]", "x"),
        ("custom[price]", "cheap"),
        ("custom[price][near]", "5"),
        ("custom[note][gte]", "a"),
        ("custom[story]", "a"),
        ("custom", "a"),
        ("custom[]", "a"),
        ("custom[Price]", "1"),
    ],
)
async def test_a_filter_by_what_is_no_field_or_no_value_of_it_is_refused(tenant: Tenant, parameter: str, value: str):
    place, seller = await sellers(tenant)
    for key, kind in (("price", "number"), ("note", "text"), ("story", "long_text")):
        await defines(place.vendor, key, kind, settle=False, **OPEN)
    await tenant.system.settle()

    answer = await seller.get("/v1/deals", **{parameter: value})

    assert (answer.status, answer.problem) == (400, "invalid_parameter")


async def test_what_is_required_is_asked_of_those_who_can_say_it_and_defaults_fill_in(tenant: Tenant):
    place, seller = await sellers(tenant)
    await defines(place.vendor, "need", required=True, **OPEN)
    await defines(place.vendor, "grade", "choice", choices=REGIONS, default_value="apac", visible_to_partner=True)
    await defines(place.vendor, "inner", required=True)
    body = {"title": "x", "customer": {"name": "Globex"}, "product_family": "cloud"}

    without = await seller.post("/v1/deals", body)
    assert faults(without) == {("/custom_fields/need", "required")}
    of_vendor = await place.vendor.post("/v1/deals", {**body, "partner_id": seller.partner_id})
    assert faults(of_vendor) == {("/custom_fields/need", "required"), ("/custom_fields/inner", "required")}
    made = await deal(seller, custom_fields={"need": "Igen, kérjük"})
    assert made["custom_fields"] == {"need": "Igen, kérjük", "grade": "apac"}
    path = f"/v1/deals/{made['id']}"
    assert (await changed(seller, path, {"title": "Other"})).status == 200
    cleared = await changed(seller, path, {"custom_fields": {"need": None}})
    assert faults(cleared) == {("/custom_fields/need", "required")}


async def test_a_retired_field_keeps_its_values_and_takes_no_new_ones(tenant: Tenant):
    place, seller = await sellers(tenant)
    made = await defines(place.vendor, "region", "choice", choices=REGIONS, **OPEN)
    old = await deal(seller, custom_fields={"region": "emea"})
    assert (await place.vendor.act(f"/v1/custom-fields/{made['id']}", "retire"))["status"] == "retired"
    await tenant.system.settle()

    assert (await seller.get(f"/v1/deals/{old['id']}"))["custom_fields"] == {"region": "emea"}
    assert await found(seller, **{"custom[region]": "emea"}) == [old["id"]]
    answer = await seller.post(
        "/v1/deals",
        {"title": "x", "customer": {"name": "G"}, "product_family": "cloud", "custom_fields": {"region": "apac"}},
    )
    assert faults(answer) == {("/custom_fields/region", "retired")}
    assert (await place.vendor.act(f"/v1/custom-fields/{made['id']}", "reinstate"))["status"] == "active"
    await tenant.system.settle()
    assert (await deal(seller, custom_fields={"region": "apac"}))["custom_fields"] == {"region": "apac"}


async def test_a_field_is_used_and_looked_for_in_the_moment_it_is_defined(tenant: Tenant):
    place, seller = await sellers(tenant)
    await defines(place.vendor, "fresh", settle=False, **OPEN)

    assert await found(seller, **{"custom[fresh]": "x"}) == []
    made = await deal(seller, custom_fields={"fresh": "x"})
    assert await found(seller, **{"custom[fresh]": "x"}) == [made["id"]]


async def test_without_the_gateway_what_is_unknown_waits_and_the_rest_goes_on(tenant: Tenant, monkeypatch):
    place, seller = await sellers(tenant)

    async def down(*_: object, **__: object) -> None:
        raise Unavailable()

    database = place.database
    monkeypatch.setitem(database.peers, "gateway", type("Gone", (), {"get": down})())

    assert (await deal(seller)).status == 201
    assert (await seller.get("/v1/deals", **{"custom[unknown]": "x"})).status == 503


async def test_the_fields_of_another_vendor_are_not_ours(tenant: Tenant, system, walls):
    place, seller = await sellers(tenant)
    other = system.tenant()
    theirs = await defines(other.vendor(), "region", **OPEN)

    answer = await seller.post(
        "/v1/deals",
        {"title": "x", "customer": {"name": "G"}, "product_family": "cloud", "custom_fields": {"region": "emea"}},
    )
    assert faults(answer) == {("/custom_fields/region", "unknown_field")}
    assert (await seller.get("/v1/deals", **{"custom[region]": "emea"})).status == 400
    assert (await place.vendor.get(f"/v1/custom-fields/{theirs['id']}")).status == 404


async def test_a_key_is_there_once_for_an_object_and_only_the_vendor_defines(tenant: Tenant):
    place, seller = await sellers(tenant)
    made = await defines(place.vendor, "region")
    body = {"applies_to": "deal", "key": "region", "type": "text", "label": {"en": "Region"}}

    assert (await place.vendor.post("/v1/custom-fields", body)).problem == "already_exists"
    assert (await place.vendor.post("/v1/custom-fields", {**body, "applies_to": "lead"})).status == 201
    assert (await seller.post("/v1/custom-fields", {**body, "key": "mine"})).problem == "forbidden"
    for fixed in ({"key": "other"}, {"type": "date"}, {"visible_to_partner": True}):
        assert (await changed(place.vendor, f"/v1/custom-fields/{made['id']}", fixed)).status == 422
    renamed = await changed(place.vendor, f"/v1/custom-fields/{made['id']}", {"label": {"en": "Area", "de": "Gebiet"}})
    assert renamed["label"] == {"en": "Area", "de": "Gebiet", "hu": None}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"type": "choice"}, {("/choices", "required")}),
        ({"type": "choice", "choices": [{"code": "a"}, {"code": "a"}]}, {("/choices/1/code", "duplicate")}),
        ({"choices": [{"code": "a"}]}, {("/choices", "not_for_this_type")}),
        ({"minimum": "1"}, {("/minimum", "not_for_this_type")}),
        ({"type": "number", "minimum": "2", "maximum": "1"}, {("/maximum", "out_of_range")}),
        ({"type": "date", "minimum": "soon"}, {("/minimum", "wrong_form")}),
        ({"max_length": 501}, {("/max_length", "out_of_range")}),
        ({"type": "integer", "max_length": 5}, {("/max_length", "not_for_this_type")}),
        ({"editable_by_partner": True}, {("/editable_by_partner", "not_visible")}),
        ({"type": "integer", "maximum": "5", "default_value": 6}, {("/default_value", "out_of_range")}),
        ({"type": "integer", "default_value": "5"}, {("/default_value", "wrong_type")}),
        ({"key": "Region"}, {("/key", "wrong_form")}),
        ({"key": "a.b"}, {("/key", "wrong_form")}),
        ({"label": {"hu": "Régió"}}, {("/label/en", "required")}),
    ],
)
async def test_a_field_that_makes_no_sense_is_refused(tenant: Tenant, more, expected):
    body = {"applies_to": "deal", "key": "it", "type": "text", "label": {"en": "It"}, **more}

    answer = await tenant.vendor().post("/v1/custom-fields", body)

    assert (answer.status, faults(answer)) == (422, expected)


async def test_leads_and_partners_have_fields_in_the_same_way(tenant: Tenant):
    vendor = tenant.vendor()
    await defines(vendor, "vat_group", applies_to="partner", **OPEN)
    made = await working_partner(vendor, custom_fields={"vat_group": "增值税"})
    path, itself = f"/v1/partners/{made}", tenant.partner(made)

    assert (await itself.get(path))["custom_fields"] == {"vat_group": "增值税"}
    own = await changed(itself, path, {"custom_fields": {"vat_group": "ÁFA-csoport"}})
    assert own["custom_fields"] == {"vat_group": "ÁFA-csoport"}
    assert await found(vendor, "/v1/partners", **{"custom[vat_group]": "ÁFA-csoport"}) == [made]
    assert (await vendor.get("/v1/deals", **{"custom[vat_group]": "x"})).status == 400


async def test_the_audit_trail_tells_a_partner_what_it_is_shown_and_the_vendor_all(tenant: Tenant):
    place, seller = await sellers(tenant)
    await defines(place.vendor, "margin", "number")
    await defines(place.vendor, "rank", **OPEN)
    made = await deal(seller)
    change = {"custom_fields": {"margin": "12", "rank": "A"}, "external_references": [CRM]}
    await changed(place.vendor, f"/v1/deals/{made['id']}", change)

    first, second = await tenant.system.superuser.fetch(
        "SELECT changes, withheld FROM deals.audit_records WHERE subject = $1 ORDER BY place", made["id"]
    )
    assert "custom_fields" not in orjson.loads(first["changes"])
    assert orjson.loads(second["changes"]) == {"custom_fields": {"from": {}, "to": {"rank": "A"}}}
    assert orjson.loads(second["withheld"])["changes"] == {
        "vendor_custom_fields": {"from": {}, "to": {"margin": "12"}},
        "vendor_references": {"from": [], "to": [CRM]},
    }
