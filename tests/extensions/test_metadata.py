"""Metadata: an integrator's own texts, and lists filtered by them."""

import pytest

from tests.extensions.make import deal, faults, found, sellers
from tests.leads import make as leads
from tests.partners.make import changed, working_partner
from tests.system import Tenant


async def test_deals_are_found_by_their_metadata_newest_first_page_by_page_and_counted(tenant: Tenant):
    _, seller = await sellers(tenant)
    autumn = [(await deal(seller, metadata={"campaign": "autumn", "wave": str(n % 2)}))["id"] for n in range(5)]
    await deal(seller, metadata={"campaign": "spring"})
    await deal(seller, metadata={"wave": "autumn"})

    asked = {"metadata[campaign]": "autumn"}
    assert await found(seller, **asked) == autumn[::-1]
    assert await found(seller, **asked, sort="created_at") == autumn
    assert await found(seller, **asked, sort="-updated_at") == autumn[::-1]
    assert await found(seller, **asked, **{"metadata[wave]": "1"}) == [autumn[3], autumn[1]]
    assert await found(seller, **asked, status="draft", product_family="cloud") == autumn[::-1]
    first = await seller.get("/v1/deals", **asked, limit=2)
    second = await seller.get("/v1/deals", **asked, limit=2, cursor=first["next_cursor"])
    assert [each["id"] for page in (first, second) for each in page["data"]] == autumn[:0:-1]
    assert (await seller.get("/v1/deals/count", **asked))["count"] == 5


async def test_what_is_said_no_more_is_found_no_more(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller, metadata={"campaign": "autumn", "wave": "1"})
    path = f"/v1/deals/{made['id']}"

    await changed(seller, path, {"metadata": {"campaign": "spring", "wave": "1"}})
    assert await found(seller, **{"metadata[campaign]": "autumn"}) == []
    assert await found(seller, **{"metadata[campaign]": "spring", "metadata[wave]": "1"}) == [made["id"]]
    await changed(seller, path, {"metadata": None})
    assert await found(seller, **{"metadata[wave]": "1"}) == []
    assert (await seller.get(path))["metadata"] == {}


async def test_two_who_write_metadata_leave_each_others_alone(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller, metadata={"a": "1", "b": "2"})
    path = f"/v1/deals/{made['id']}"

    third = await changed(seller, path, {"metadata": {"c": "3"}})
    without = await changed(seller, path, {"metadata": {"a": None, "never": None, "b": "4"}})
    same = await changed(seller, path, {"metadata": {}})

    assert third["metadata"] == {"a": "1", "b": "2", "c": "3"}
    assert (without["metadata"], same["metadata"]) == ({"b": "4", "c": "3"}, {"b": "4", "c": "3"})
    assert await found(seller, **{"metadata[a]": "1"}) == []
    assert await found(seller, **{"metadata[c]": "3"}) == [made["id"]]


async def test_what_is_kept_of_metadata_counts_whoever_wrote_it(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller, metadata={str(n): "x" for n in range(50)})
    path = f"/v1/deals/{made['id']}"

    more = await changed(seller, path, {"metadata": {"50": "x"}})
    instead = await changed(seller, path, {"metadata": {"0": None, "50": "x"}})

    assert (more.status, faults(more)) == (422, {("/metadata", "too_many")})
    assert len(instead["metadata"]) == 50


@pytest.mark.parametrize("noun", ["leads", "partners"])
async def test_metadata_is_merged_wherever_it_is_kept(tenant: Tenant, noun: str):
    vendor = tenant.vendor()
    await leads.family(tenant)
    bodies = {"leads": leads.body(), "partners": {"name": "Initech", "country": "GB"}}
    made = await vendor.post(f"/v1/{noun}", {**bodies[noun], "metadata": {"a": "1", "b": "2"}})

    merged = await changed(vendor, f"/v1/{noun}/{made['id']}", {"metadata": {"b": None, "c": "3"}})

    assert merged["metadata"] == {"a": "1", "c": "3"}


@pytest.mark.parametrize("key", ["a.b", "🦆", "Kampány név", "渠道", "m:x", "%3A", "x" * 64])
async def test_any_key_and_value_of_any_script_can_be_looked_for(tenant: Tenant, key: str):
    _, seller = await sellers(tenant)
    made = await deal(seller, metadata={key: "Árvíztűrő, 华为 & 🦆", "other": key})

    assert made["metadata"][key] == "Árvíztűrő, 华为 & 🦆"
    assert await found(seller, **{f"metadata[{key}]": "Árvíztűrő, 华为 & 🦆"}) == [made["id"]]
    assert await found(seller, **{f"metadata[{key}]": "Árvíztűrő"}) == []


async def test_a_decomposed_letter_finds_the_composed_one(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller, metadata={"név": "Ő"})

    assert await found(seller, **{"metadata[ne\u0301v]": "O\u030b"}) == [made["id"]]


async def test_the_largest_metadata_that_there_can_be_is_kept_and_found(tenant: Tenant):
    _, seller = await sellers(tenant)
    largest = {f"{n:02}" + "🦆" * 62: "華" * 500 for n in range(50)}
    made = await deal(seller, metadata=largest)

    assert made["metadata"] == largest
    assert await found(seller, **{f"metadata[07{'🦆' * 62}]": "華" * 500}) == [made["id"]]


@pytest.mark.parametrize(
    "metadata",
    [{str(n): "" for n in range(51)}, {"": "x"}, {"x" * 65: "x"}, {"x": "y" * 501}, {"x": 5}, {"x": None}, None, []],
)
async def test_metadata_of_another_form_is_refused(tenant: Tenant, metadata):
    _, seller = await sellers(tenant)

    answer = await seller.post("/v1/deals", {"title": "x", "product_family": "cloud", "metadata": metadata})

    assert answer.status == 422
    assert any(each["pointer"].startswith("/metadata") for each in answer["errors"])


@pytest.mark.parametrize(
    "parameter",
    ["metadata", "metadata[]", "metadata[a][b]", "metadata[a", "metadata[a]x", "metadatas[a]", f"metadata[{'x' * 65}]"],
)
async def test_a_filter_that_names_no_key_is_refused(tenant: Tenant, parameter: str):
    _, seller = await sellers(tenant)

    for path in ("/v1/deals", "/v1/deals/count"):
        answer = await seller.get(path, **{parameter: "x"})
        assert (answer.status, answer.problem) == (400, "invalid_parameter")


async def test_more_than_three_such_filters_are_refused(tenant: Tenant):
    _, seller = await sellers(tenant)

    assert await found(seller, **{f"metadata[{n}]": "x" for n in range(3)}) == []
    answer = await seller.get("/v1/deals", **{f"metadata[{n}]": "x" for n in range(4)})
    assert faults(answer) == {("metadata[3]", "too_many")}


async def test_nobody_finds_anothers_deals_by_their_metadata(tenant: Tenant, walls):
    place, seller = await sellers(tenant)
    made = await deal(seller, metadata={"campaign": "autumn"})
    rival, other = await place.partner(), tenant.system.tenant()

    asked = {"metadata[campaign]": "autumn"}
    for stranger in (
        rival,
        other.vendor(),
        tenant.vendor("*:*:assigned"),
        tenant.partner(str(seller.partner_id), "*:*:own"),
    ):
        assert await found(stranger, **asked) == []
        assert (await stranger.get("/v1/deals/count", **asked))["count"] == 0
    assert await found(place.vendor, **asked) == [made["id"]]


async def test_metadata_of_a_lead_and_of_a_partner_is_the_vendors_alone(tenant: Tenant, walls):
    vendor = tenant.vendor()
    (partner,) = await leads.partners(tenant, 1)
    path = await leads.lead(vendor, metadata={"campaign": "autumn"})
    assert (await vendor.act(path, "offer", {"partner_id": partner.id})).status == 200
    made = await working_partner(vendor, metadata={"segment": "smb"})

    assert await found(vendor, "/v1/leads", **{"metadata[campaign]": "autumn"}) == [path.rsplit("/", 1)[1]]
    assert await found(vendor, "/v1/partners", **{"metadata[segment]": "smb"}) == [made]
    for caller, noun, its in (
        (partner.person, "leads", path),
        (tenant.partner(made), "partners", f"/v1/partners/{made}"),
    ):
        assert (await caller.get(its))["metadata"] == {}
        assert (await caller.get(f"/v1/{noun}", **{"metadata[campaign]": "autumn"})).problem == "invalid_parameter"
        assert (await changed(caller, its, {"metadata": {"x": "y"}})).problem == "forbidden"


async def test_a_lead_that_goes_to_another_partner_takes_along_what_it_is_found_by(tenant: Tenant, walls):
    vendor = tenant.vendor()
    first, second = await leads.partners(tenant, 2)
    field = {
        "applies_to": "lead",
        "key": "size",
        "type": "integer",
        "label": {"en": "Size"},
        "visible_to_partner": True,
    }
    assert (await vendor.post("/v1/custom-fields", field)).status == 201
    path = await leads.lead(vendor, custom_fields={"size": 40})
    asked = {"custom[size][gte]": "40"}

    assert (await vendor.act(path, "offer", {"partner_id": first.id})).status == 200
    assert await found(first.person, "/v1/leads", **asked) == [path.rsplit("/", 1)[1]]
    assert (await vendor.act(path, "recall", {"reason": "Too far"})).status == 200
    assert await found(first.person, "/v1/leads", **asked) == []
    assert (await vendor.act(path, "offer", {"partner_id": second.id})).status == 200
    assert await found(second.person, "/v1/leads", **asked) == [path.rsplit("/", 1)[1]]
    assert (await second.person.get(path))["custom_fields"] == {"size": 40}
