"""Who is who: customers that are one are merged, those that are two are split and stay told apart."""

import asyncio
from typing import Any

import pytest

from services.deals.customers.rules import Holder, nearest
from services.deals.merging.rules import going_along
from shared.matching import Company, IdentityKey
from tests.deals.make import BEYOND_LIMIT, events_of, publishes, submits, world
from tests.system import Client, Response, Tenant

_ACME = {"name": "Acme Pumps", "country": "DE", "domain": "acme-pumps.de"}
_BRAND = {"name": "Hydrowerk", "country": "DE", "domain": "hydrowerk.de"}


async def customers_of(vendor: Client) -> dict[str, dict[str, Any]]:
    """All customers, by name."""
    return {each["name"]: each for each in (await vendor.get("/v1/customers")).json["data"]}


async def exclusive_ones(vendor: Client) -> set[str]:
    """The deals whose protections nobody shares."""
    claims = (await vendor.get("/v1/protection-claims", status="active"))["data"]
    return {each["deal_id"] for each in claims if each["exclusive"]}


async def merges(vendor: Client, customer: dict[str, Any], other: dict[str, Any]) -> Response:
    return await vendor.act(f"/v1/customers/{customer['id']}", "merge", {"customer_id": other["id"]})


async def test_two_customers_that_are_one_become_one_with_all_that_was_registered_of_them(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller, _ACME)
    second = await submits(rival, _BRAND, product_family="storage")
    known = await customers_of(place.vendor)

    merged = await merges(place.vendor, known["Acme Pumps"], known["Hydrowerk"])

    assert (merged.status, merged["status"], merged["id"]) == (200, "active", known["Acme Pumps"]["id"])
    gone = await place.vendor.get(f"/v1/customers/{known['Hydrowerk']['id']}")
    assert (gone["status"], gone["merged_into"]) == ("merged", merged["id"])
    assert (gone["allowed_actions"], gone["editable_fields"]) == ([], [])
    for deal in (first, second):
        assert (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"] == merged["id"]
    third = await submits(await place.partner(), _BRAND | {"name": "Hydrowerk Group"}, product_family="storage")
    assert (third["status"], third["conflict_class"]) == ("in_review", "blocking")
    assert (await place.vendor.get(f"/v1/deals/{third['id']}"))["customer_id"] == merged["id"]
    assert (await events_of(place, "customer.merged.v1"))[0]["merged_id"] == gone["id"]


async def test_of_two_protections_that_meet_the_earlier_keeps_the_customer_and_the_other_gets_a_case(tenant: Tenant):
    place = await world(tenant)
    earlier, later = await place.partner(), await place.partner()
    first, second = await submits(earlier, _BRAND), await submits(later, _ACME)
    assert (first["status"], second["status"]) == ("approved", "approved")
    known = await customers_of(place.vendor)

    # The later one is the customer that stays: that does not make its registration the earlier.
    await merges(place.vendor, known["Acme Pumps"], known["Hydrowerk"])

    claims = (await place.vendor.get("/v1/protection-claims")).json["data"]
    assert {each["deal_id"]: each["exclusive"] for each in claims} == {first["id"]: True, second["id"]: False}
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    assert (case["deal_id"], case["class"], case["findings"][0]["deal_id"]) == (second["id"], "blocking", first["id"])

    split = await place.vendor.act(
        f"/v1/customers/{known['Acme Pumps']['id']}",
        "split",
        {"deal_ids": [first["id"]], "into": known["Hydrowerk"]["id"]},
    )

    assert (split["id"], split["status"], split["merged_into"]) == (known["Hydrowerk"]["id"], "active", None)
    claims = (await place.vendor.get("/v1/protection-claims")).json["data"]
    assert [each["exclusive"] for each in claims] == [True, True]
    assert {each["customer_id"] for each in claims} == {each["id"] for each in known.values()}


async def test_two_customers_of_one_partner_become_one_without_a_case_and_the_second_holds_it_after_the_first(
    tenant: Tenant,
):
    place = await world(tenant)
    seller = await place.partner()
    first, second = await submits(seller, _BRAND), await submits(seller, _ACME)
    known = await customers_of(place.vendor)

    await merges(place.vendor, known["Acme Pumps"], known["Hydrowerk"])

    assert (await place.vendor.get("/v1/conflict-cases"))["data"] == []
    assert await exclusive_ones(place.vendor) == {first["id"]}
    await seller.act(f"/v1/deals/{first['id']}", "lose")
    await tenant.system.settle()
    assert await exclusive_ones(place.vendor) == {second["id"]}


async def test_whoever_waits_for_a_customer_that_a_merger_makes_anothers_gets_a_case(tenant: Tenant):
    place = await world(tenant)
    waiting = await submits(await place.partner(), _BRAND, amount=BEYOND_LIMIT)
    holding = await submits(await place.partner(), _ACME)
    known = await customers_of(place.vendor)

    await merges(place.vendor, known["Acme Pumps"], known["Hydrowerk"])

    assert (waiting["status"], waiting["conflict_class"]) == ("in_review", "none")
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert (case["deal_id"], case["findings"][0]["deal_id"]) == (waiting["id"], holding["id"])


async def test_a_split_takes_along_the_keys_that_only_its_registrations_have_and_pins_the_two_apart(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    own = await submits(seller, _ACME)
    # The other company was registered with the agency's domain that the first one uses as well.
    mistaken = await submits(
        rival, {"name": "Zenit Bakery", "country": "DE", "domain": "acme-pumps.de"}, product_family="storage"
    )
    (customer,) = (await place.vendor.get("/v1/customers")).json["data"]

    split = await place.vendor.act(f"/v1/customers/{customer['id']}", "split", {"deal_ids": [mistaken["id"]]})

    assert split.status == 200, split.json
    assert (split["name"], split["apart_from"]) == ("Zenit Bakery", [customer["id"]])
    assert (await place.vendor.get(f"/v1/customers/{customer['id']}"))["apart_from"] == [split["id"]]
    assert (await place.vendor.get(f"/v1/deals/{own['id']}"))["customer_id"] == customer["id"]
    # From now on the domain they share no longer decides between them: the name does.
    again = await submits(
        await place.partner(), {"name": "Zenit Bakery KG", "country": "DE", "domain": "acme-pumps.de"}
    )
    assert (await place.vendor.get(f"/v1/deals/{again['id']}"))["customer_id"] == split["id"]
    assert (again["status"], again["conflict_class"]) == ("approved", "none")
    assert (await events_of(place, "customer.split.v1"))[0]["deal_ids"] == [mistaken["id"]]


async def test_what_was_taken_into_another_registration_does_not_keep_the_two_from_being_split(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    live = await submits(seller, _ACME)
    await publishes(place.vendor, duplicates=[{"action": "update"}])
    taken_in = await submits(seller, _ACME)
    (customer,) = (await place.vendor.get("/v1/customers")).json["data"]

    split = await place.vendor.act(
        f"/v1/customers/{customer['id']}", "split", {"deal_ids": [taken_in["id"], live["id"]]}
    )

    assert (taken_in["status"], split.status) == ("withdrawn", 200), split.json
    for deal in (live, taken_in):
        assert (await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"] == split["id"]


async def test_customers_pinned_apart_are_neither_screened_against_each_other_nor_merged(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"})
    near = await submits(rival, {"name": "Kovács Pékség", "country": "HU", "domain": "kovacspekseg.eu"})
    assert (near["status"], near["conflict_class"]) == ("in_review", "probable")
    known = await customers_of(place.vendor)
    one, other = known["Kovács Pékség Kft."], known["Kovács Pékség"]

    pinned = await place.vendor.act(f"/v1/customers/{one['id']}", "pin-apart", {"customer_id": other["id"]})

    assert pinned["apart_from"] == [other["id"]]
    (case,) = (await place.vendor.get("/v1/conflict-cases"))["data"]
    assert (case["status"], case["resolution"]) == ("closed", "superseded")
    assert (await merges(place.vendor, one, other)).problem == "customers_apart"
    await rival.act(f"/v1/deals/{near['id']}", "withdraw")
    again = await submits(rival, {"name": "Kovács Pékség", "country": "HU", "domain": "kovacspekseg.eu"})
    assert (again["status"], again["conflict_class"]) == ("approved", "none")
    freed = await place.vendor.act(f"/v1/customers/{one['id']}", "unpin", {"customer_id": other["id"]})
    assert freed["apart_from"] == []
    assert (await merges(place.vendor, one, other)).status == 200


@pytest.mark.parametrize(
    ("action", "body", "code", "pointer"),
    [
        ("merge", {"customer_id": "self"}, "invalid", "/customer_id"),
        ("merge", {"customer_id": "cus_01h455vb4pex5vsknk084sn02q"}, "invalid", "/customer_id"),
        ("split", {"deal_ids": ["deal_01h455vb4pex5vsknk084sn02q"]}, "invalid", "/deal_ids/0"),
        ("split", {"deal_ids": []}, "invalid", "/deal_ids"),
        ("pin-apart", {"customer_id": "self"}, "invalid", "/customer_id"),
    ],
)
async def test_what_cannot_be_is_refused_where_it_is_said(tenant: Tenant, action, body, code, pointer):
    place = await world(tenant)
    await submits(await place.partner(), _ACME)
    (customer,) = (await place.vendor.get("/v1/customers")).json["data"]
    body = {name: customer["id"] if value == "self" else value for name, value in body.items()}

    refused = await place.vendor.act(f"/v1/customers/{customer['id']}", action, body)

    assert (refused.status, refused.problem) == (422, code)
    assert refused["errors"][0]["pointer"] == pointer


async def test_a_partner_merges_nothing_and_a_merged_customer_is_merged_no_more(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await submits(seller, _ACME)
    await submits(seller, _BRAND)
    known = await customers_of(place.vendor)
    one, other = known["Acme Pumps"], known["Hydrowerk"]
    path = f"/v1/customers/{one['id']}/merge"

    assert (await seller.post(path, {"customer_id": other["id"]}, if_match="*")).status in (403, 404)
    assert (await place.vendor.post(path, {"customer_id": other["id"]})).status == 428
    assert (await place.vendor.post(path, {"customer_id": other["id"]}, if_match='"9.x"')).status == 412
    assert (await merges(place.vendor, one, other)).status == 200
    assert (await merges(place.vendor, one, other)).problem == "customer_gone"
    assert (await merges(place.vendor, other, one)).problem == "invalid_transition"


async def test_registrations_that_come_in_while_customers_are_merged_end_up_with_the_one_that_stays(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner(), _ACME)
    await submits(await place.partner(), _BRAND)
    known = await customers_of(place.vendor)
    newcomers = [await place.partner() for _ in range(6)]

    answers = await asyncio.gather(
        merges(place.vendor, known["Acme Pumps"], known["Hydrowerk"]),
        *(submits(each, _BRAND, amount=BEYOND_LIMIT) for each in newcomers),
    )

    assert {answer.status for answer in answers} == {200}, [answer.json for answer in answers]
    found = [await place.vendor.get(f"/v1/deals/{answer['id']}") for answer in answers[1:]]
    assert {deal["customer_id"] for deal in found} == {known["Acme Pumps"]["id"]}


def test_the_likeness_of_everything_decides_between_customers_that_share_a_key():
    shared = {"country": "DE", "domain": "agency.de"}
    acme, zenit = Holder("a", (Company("Acme Pumps", **shared),)), Holder("z", (Company("Zenit Bakery", **shared),))

    assert nearest(Company("Zenit Bakery GmbH", **shared), acme, [zenit]) is zenit
    assert nearest(Company("Acme Pumps AG", **shared), acme, [zenit]) is acme
    assert nearest(Company("Somebody else", **shared), acme, [zenit]) is acme


def test_keys_that_others_have_as_well_stay():
    leaving = [Company("Zenit", country="DE", domain="agency.de"), Company("Zenit", country="DE", domain="zenit.de")]
    staying = [Company("Acme", country="DE", domain="agency.de")]

    assert going_along(leaving, staying) == [IdentityKey("domain", "zenit.de")]


async def test_a_reviewer_who_says_that_the_customers_are_one_merges_them(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller, {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"})
    near = await submits(rival, {"name": "Kovács Pékség", "country": "HU"})
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    path = f"/v1/conflict-cases/{case['id']}"

    contradiction = await place.vendor.act(path, "resolve", {"resolution": "upheld", "identity": "different"})
    resolved = await place.vendor.act(path, "resolve", {"resolution": "upheld", "identity": "same"})

    assert (contradiction.status, contradiction["errors"][0]["pointer"]) == (422, "/identity")
    assert (resolved["status"], resolved["identity"]) == ("resolved", "same")
    held = {(await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"] for deal in (first, near)}
    assert len(held) == 1
    assert (await place.vendor.act(f"/v1/deals/{near['id']}", "approve")).problem == "conflict_upheld"


async def test_a_reviewer_who_says_that_they_are_two_frees_the_registration(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller, _ACME)
    mistaken = await submits(rival, {"name": "Zenit Bakery", "country": "DE", "domain": "acme-pumps.de"})
    assert mistaken["conflict_class"] == "blocking"
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]

    body = {"resolution": "rejected_match", "identity": "different"}
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", body)

    approved = await place.vendor.act(f"/v1/deals/{mistaken['id']}", "approve")
    assert approved["status"] == "approved", approved.json
    claims = (await place.vendor.get("/v1/protection-claims", status="active")).json["data"]
    assert {each["deal_id"] for each in claims} == {first["id"], mistaken["id"]}
