"""External references: what other systems call an object, unique for a side, for finding it, and for keeping it in step."""

import asyncio

import pytest

from tests.extensions.make import CRM, deal, faults, found, sellers
from tests.leads import make as leads
from tests.partners.make import changed, working_partner
from tests.system import Client, Tenant

PATH = "/v1/deals/by-external-reference/crm/opportunity/0061"
BODY = {
    "title": "Migration",
    "customer": {"name": "Globex", "domain": "globex.com", "country": "US"},
    "product_family": "cloud",
    "amount": {"amount": 100, "currency": "EUR"},
    "metadata": {"campaign": "autumn"},
}


async def puts(caller: Client, path: str, body: object):
    return await caller.request("PUT", path, body)


def named(id_: str, system: str = "crm") -> dict[str, str]:
    return {"system": system, "type": "opportunity", "id": id_}


async def test_each_side_has_references_of_its_own_and_finds_by_them(tenant: Tenant, walls):
    place, seller = await sellers(tenant)
    made = await deal(seller, external_references=[CRM, named("Árvíz:7")])
    path = f"/v1/deals/{made['id']}"

    assert made["external_references"] == [CRM, named("Árvíz:7")]
    assert await found(seller, external_reference="crm:opportunity:0061") == [made["id"]]
    assert await found(seller, external_reference="crm:opportunity:Árvíz:7") == [made["id"]]
    assert (await place.vendor.get(path))["external_references"] == []
    assert await found(place.vendor, external_reference="crm:opportunity:0061") == []
    theirs = await changed(place.vendor, path, {"external_references": [CRM]})
    assert theirs["external_references"] == [CRM]
    none = await changed(place.vendor, path, {"external_references": None})
    assert none["external_references"] == []
    await changed(place.vendor, path, {"external_references": [CRM]})
    assert await found(place.vendor, external_reference="crm:opportunity:0061") == [made["id"]]
    assert (await seller.get(path))["external_references"] == [CRM, named("Árvíz:7")]


async def test_an_object_is_found_by_parts_of_any_reference_of_the_side_that_asks(tenant: Tenant, walls):
    place, seller = await sellers(tenant)
    first = await deal(seller, external_references=[CRM, named("Árvíz:7", system="erp")])
    second = await deal(seller, external_references=[named("0062")])
    third = await puts(seller, PATH.replace("0061", "0063"), BODY)
    await changed(place.vendor, f"/v1/deals/{first['id']}", {"external_references": [named("0062", system="crm2")]})
    everything = [third["id"], second["id"], first["id"]]

    assert await found(seller, external_system="crm") == everything
    assert await found(seller, external_system="crm", external_type="opportunity") == everything
    assert await found(seller, external_system="crm", external_type="opp") == []
    assert await found(seller, external_system="crm", external_id="0063,0061,") == [third["id"], first["id"]]
    assert await found(seller, external_id="Árvíz:7") == [first["id"]]
    assert await found(seller, external_system="erp", external_id="0061") == []
    assert await found(seller, external_id="0062", status="draft") == [second["id"]]
    assert await found(place.vendor, external_system="crm") == []
    assert await found(place.vendor, external_id="0062") == [first["id"]]
    assert (await seller.get("/v1/deals/count", external_system="crm"))["count"] == 3


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"external_type": "deal"}, "incomplete"),
        ({"external_id": ",".join("x" * 201)}, "too_many"),
        ({"external_system": "x" * 64}, "too_long"),
    ],
)
async def test_parts_that_name_nothing_are_refused(tenant: Tenant, query: dict[str, str], fault: str):
    _, seller = await sellers(tenant)

    answer = await seller.get("/v1/deals", **query)

    assert (answer.status, [each["code"] for each in answer["errors"]]) == (400, [fault])


async def test_a_reference_names_one_object_of_a_side_and_is_free_when_it_is_given_up(tenant: Tenant):
    place, seller = await sellers(tenant)
    rival = await place.partner()
    first, second = await deal(seller, external_references=[CRM]), await deal(seller)

    taken = await changed(seller, f"/v1/deals/{second['id']}", {"external_references": [CRM]})
    assert (taken.status, taken.problem) == (409, "external_reference_taken")
    body = {**BODY, "external_references": [CRM]}
    assert (await seller.post("/v1/deals", body)).problem == "external_reference_taken"
    assert (await rival.post("/v1/deals", body)).status == 201
    await changed(seller, f"/v1/deals/{first['id']}", {"external_references": []})
    assert (await changed(seller, f"/v1/deals/{second['id']}", {"external_references": [CRM]})).status == 200


async def test_the_reference_an_object_was_made_with_is_one_of_them(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await deal(seller, external_reference=CRM, external_references=[named("2")])
    path = f"/v1/deals/{made['id']}"

    assert made["external_references"] == [CRM, named("2")]
    assert await found(seller, external_reference="crm:opportunity:0061") == [made["id"]]
    more = await changed(seller, path, {"external_references": [named("3"), CRM]})
    assert (more["external_reference"], more["external_references"]) == (CRM, [named("3"), CRM])
    fewer = await changed(seller, path, {"external_references": [named("3")]})
    assert (fewer["external_reference"], fewer["external_references"]) == (None, [named("3")])


async def test_a_partner_is_called_something_else_and_found_by_that(tenant: Tenant):
    vendor = tenant.vendor()
    made = await working_partner(vendor, external_reference=CRM, external_references=[named("2")])
    path = f"/v1/partners/{made}"

    other = await changed(vendor, path, {"external_reference": named("3")})
    assert (other["external_reference"], other["external_references"]) == (named("3"), [named("3"), named("2")])
    assert await found(vendor, "/v1/partners", external_reference="crm:opportunity:0061") == []
    none = await changed(vendor, path, {"external_reference": None})
    assert (none["external_reference"], none["external_references"]) == (None, [named("2")])
    assert (await tenant.partner(made).get(path))["external_references"] == []


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([CRM, CRM], {("/external_references/1", "duplicate")}),
        ([named(str(n)) for n in range(21)], {("/external_references", "too_long")}),
        ([{**CRM, "id": ""}], {("/external_references/0/id", "string_too_short")}),
        ([{**CRM, "system": "a:b"}], {("/external_references/0/system", "wrong_form")}),
        ([{"system": "crm", "type": "x"}], {("/external_references/0/id", "required")}),
        ([{**CRM, "id": 61}], {("/external_references/0/id", "string_type")}),
    ],
)
async def test_references_of_another_form_are_refused(tenant: Tenant, references, expected):
    _, seller = await sellers(tenant)

    answer = await seller.post("/v1/deals", {**BODY, "external_references": references})

    assert (answer.status, faults(answer)) == (422, expected)


@pytest.mark.parametrize("text", ["", "crm", "crm:opportunity", "crm:opportunity:", ":x:1"])
async def test_a_look_up_that_names_no_reference_is_refused(tenant: Tenant, text: str):
    assert (await tenant.vendor().get("/v1/deals", external_reference=text)).problem == "invalid_parameter"


async def test_what_another_system_has_is_created_once_changed_where_it_differs_and_left_alone_where_not(
    tenant: Tenant,
):
    _, seller = await sellers(tenant)

    made = await puts(seller, PATH, BODY)
    again = await puts(seller, PATH, BODY)
    changed_ = await puts(
        seller, PATH, {**BODY, "title": "Larger", "metadata": {}, "external_references": [named("2")]}
    )

    assert (made.status, again.status, changed_.status) == (201, 200, 200)
    assert made["external_references"] == [CRM]
    assert made.headers["location"] == f"/v1/deals/{made['id']}"
    assert again.json == made.json
    assert (changed_["id"], changed_["version"]) == (made["id"], 2)
    assert (changed_["title"], changed_["metadata"]) == ("Larger", {})
    assert changed_["external_references"] == [CRM, named("2")]
    assert (await puts(seller, PATH, {**BODY, "title": "Larger", "metadata": {}})).json == changed_.json


async def test_what_a_state_has_fixed_is_not_changed_and_no_objection_when_it_is_the_same(tenant: Tenant):
    _, seller = await sellers(tenant)
    made = await puts(seller, PATH, BODY)
    for verb in ("submit", "lose"):
        assert (await seller.act(f"/v1/deals/{made['id']}", verb)).status == 200

    assert (await puts(seller, PATH, BODY)).status == 200
    assert (await puts(seller, PATH, {**BODY, "product_family": "other"})).problem == "invalid_transition"
    foreign = {**BODY, "id": "deal_01h455vb4pex5vsknk084sn02q"}
    assert (await puts(seller, PATH, foreign)).problem == "invalid_transition"


async def test_of_twenty_who_bring_the_same_object_one_creates_it(tenant: Tenant):
    _, seller = await sellers(tenant)

    answers = await asyncio.gather(*(puts(seller, PATH, BODY) for _ in range(20)))

    assert sorted(each.status for each in answers) == [200] * 19 + [201]
    assert len({each["id"] for each in answers}) == 1
    assert await found(seller) == [answers[0]["id"]]


async def test_twenty_who_say_different_things_leave_one_object_that_says_one_of_them(tenant: Tenant):
    _, seller = await sellers(tenant)

    answers = await asyncio.gather(*(puts(seller, PATH, {**BODY, "title": str(n)}) for n in range(20)))

    assert {each.status for each in answers} <= {200, 201}
    (left,) = (await seller.get("/v1/deals"))["data"]
    assert left["version"] == 20
    assert left["title"] in {str(n) for n in range(20)}


async def test_an_idempotent_repetition_has_the_answer_of_the_first(tenant: Tenant):
    _, seller = await sellers(tenant)
    key = {"idempotency-key": "one-import-row"}

    first = await seller.request("PUT", PATH, BODY, headers=key)
    again = await seller.request("PUT", PATH, BODY, headers=key)

    assert (first.status, again.status, again.json) == (201, 201, first.json)


@pytest.mark.parametrize("path", ["/A:b/opportunity/1", "/crm/opportunity/" + "1" * 201])
async def test_a_path_that_names_no_reference_is_refused(tenant: Tenant, path: str):
    _, seller = await sellers(tenant)

    assert (await puts(seller, f"/v1/deals/by-external-reference{path}", BODY)).status == 422


async def test_leads_and_partners_are_kept_in_step_in_the_same_way(tenant: Tenant):
    vendor = tenant.vendor()
    (partner,) = await leads.partners(tenant, 1)
    path = "/v1/leads/by-external-reference/crm/lead/7"
    lead = leads.body(metadata={"a": "b"})

    made = await puts(vendor, path, lead)
    again = await puts(vendor, path, lead)
    other = await puts(vendor, path, {**lead, "contact": {**lead["contact"], "family_name": "Kovács"}})
    assert (made.status, again.status, other.status) == (201, 200, 200)
    assert (again.json, other["contact"]["family_name"]) == (made.json, "Kovács")
    known = await vendor.post("/v1/leads", {**lead, "external_reference": {"system": "crm", "type": "lead", "id": "7"}})
    assert (known.status, known["id"]) == (200, made["id"])
    assert (await puts(partner.person, path, lead)).problem == "forbidden"

    path, body = "/v1/partners/by-external-reference/erp/debtor/1", {"name": "Initech", "country": "GB"}
    made = await puts(vendor, path, body)
    again = await puts(vendor, path, {**body, "website": "https://initech.example", "territories": ["GB", "IE"]})
    same = await puts(vendor, path, {**body, "territories": ["GB", "IE"]})
    assert (made.status, again.status, again["id"]) == (201, 200, made["id"])
    assert (again["website"], same.json) == ("https://initech.example", again.json)
    assert (await puts(tenant.partner(made["id"]), path, body)).problem == "forbidden"


async def test_a_reference_that_a_colleague_sees_and_the_caller_does_not_is_taken(tenant: Tenant):
    place, seller = await sellers(tenant)
    of_vendor = {**BODY, "partner_id": seller.partner_id}
    assert (await puts(place.vendor, PATH, of_vendor)).status == 201

    assigned = tenant.vendor("*:*:assigned")
    answer = await puts(assigned, PATH, of_vendor)
    assert answer.status in (409, 422)
    assert (await puts(seller, PATH, BODY)).status == 201
