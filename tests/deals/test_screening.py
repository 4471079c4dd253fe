"""Channel conflict: who is the same customer, what a partner is told, and what a person decides."""

from typing import Any

import pytest

from services.deals.customers.rules import Holder, deciding_holder, key_hash
from services.deals.screening.rules import Asked, Registered, compare, verdict_over
from shared.matching import Company, IdentityKey, identity_keys
from tests.deals.make import BEYOND_LIMIT, GLOBEX, events_of, submits, world
from tests.system import Tenant


def customer(name: str, **known: Any) -> dict[str, Any]:
    return {"name": name, **known}


@pytest.mark.parametrize(
    ("first", "second", "conflict"),
    [
        (
            customer("Müller Maschinenbau GmbH", country="DE", domain="mueller-mb.de"),
            customer("MUELLER MASCHINENBAU", country="DE"),
            "probable",
        ),
        (
            customer("Müller Maschinenbau GmbH", country="DE", domain="mueller-mb.de"),
            customer("Müller", domain="https://www.mueller-mb.de/kontakt", country="DE"),
            "blocking",
        ),
        (customer("ООО Ромашка", country="RU"), customer("Romashka LLC", country="RU"), "blocking"),
        (customer("北京字节科技有限公司", country="CN"), customer("北京字节科技", country="CN"), "blocking"),
        (customer("Kovács és Társa Kft.", country="HU"), customer("KOVACS ES TARSA", country="HU"), "blocking"),
        (
            customer("Blue Ocean Bikes", country="US", domain="gmail.com"),
            customer("Northern Bakery", country="US", domain="gmail.com"),
            "none",
        ),
        (
            customer("Globex", country="DE", tax_id="DE136695976"),
            customer("A trading name of it", country="DE", tax_id="DE 136 695 976"),
            "blocking",
        ),
    ],
)
async def test_a_customer_is_recognised_in_any_script_and_spelling(tenant: Tenant, first, second, conflict):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    assert (await submits(seller, first))["status"] == "approved"

    checked = await rival.post("/v1/conflict-checks", {"customer": second, "product_family": "cloud"})
    met = await submits(rival, second, amount={"amount": 5, "currency": "EUR"})

    assert checked["class"] == conflict, checked.json
    assert met["conflict_class"] == conflict
    assert met["status"] == ("approved" if conflict == "none" else "in_review")


async def test_a_subsidiary_is_related_and_a_person_decides(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, customer("Globex", country="US", domain="globex.com"))

    daughter = await submits(rival, customer("Globex Hungary Kft", domain="globex.hu"))

    assert (daughter["status"], daughter["conflict_class"]) == ("in_review", "related"), daughter.json
    case = (await place.vendor.get("/v1/conflict-cases")).json["data"][0]
    resolved = await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "rejected_match"})
    assert (resolved["status"], resolved["resolution"]) == ("resolved", "rejected_match")
    assert (await place.vendor.act(f"/v1/deals/{daughter['id']}", "approve"))["status"] == "approved"


async def test_two_registrations_that_wait_for_a_person_are_probable_to_each_other(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()

    first = await submits(seller, amount=BEYOND_LIMIT)
    second = await submits(rival, amount=BEYOND_LIMIT)

    assert (first["conflict_class"], second["conflict_class"]) == ("none", "probable")
    assert first["priority_no"] < second["priority_no"]


async def test_a_case_shows_the_vendor_the_rival_and_the_partner_gets_reason_codes_only(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    first = await submits(seller)
    second = await submits(rival, {**GLOBEX, "name": "GLOBEX Inc.", "domain": "www.globex.com"})

    case = (await place.vendor.get("/v1/conflict-cases", status="open")).json["data"][0]
    assert (case["deal_id"], case["class"]) == (second["id"], "blocking")
    assert (case["findings"][0]["deal_id"], case["findings"][0]["partner_id"]) == (first["id"], seller.partner_id)
    assert "exclusive_claim" in case["reasons"]
    for canary in (
        first["id"],
        seller.partner_id,
        first["title"] if first["title"] != second["title"] else first["id"],
    ):
        assert canary.encode() not in second.body
    found = await events_of(place, "deal.registration.conflict_found.v1")
    facts = {"deal_id": second["id"], "partner_id": rival.partner_id, "conflict_class": "blocking"}
    assert found == [{**facts, "status": "in_review"}]
    own = await rival.get(f"/v1/conflict-cases/{case['id']}")
    assert (own["class"], own["status"], own["findings"], own["customer_id"]) == ("blocking", "open", [], None)
    assert first["id"].encode() not in own.body and seller.partner_id.encode() not in own.body
    assert (await seller.get(f"/v1/conflict-cases/{case['id']}")).status == 404


async def test_an_upheld_conflict_keeps_the_registration_from_being_approved(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, amount=BEYOND_LIMIT)
    second = await submits(rival, amount=BEYOND_LIMIT)
    case = (await place.vendor.get("/v1/conflict-cases")).json["data"][0]
    path = f"/v1/conflict-cases/{case['id']}"

    assert (await rival.post(f"{path}/resolve", {"resolution": "upheld"}, if_match="*")).problem == "forbidden"
    assert (await place.vendor.post(f"{path}/resolve", {"resolution": "upheld"})).status == 428
    await place.vendor.act(path, "resolve", {"resolution": "upheld", "note": "The first one has the meeting notes."})

    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve")).problem == "conflict_upheld"
    assert (await place.vendor.act(path, "resolve", {"resolution": "upheld"})).problem == "invalid_transition"


async def test_a_check_names_no_rival_reserves_nothing_and_is_logged_for_its_partner_only(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller, title="A very secret project")
    asked = {"customer": customer("Globex", domain="globex.com", country="US"), "product_family": "cloud"}

    checked = await rival.post("/v1/conflict-checks", asked)
    other = await rival.post("/v1/conflict-checks", asked | {"product_family": "storage"})
    own = await seller.post("/v1/conflict-checks", asked)

    assert (checked.status, checked["class"]) == (201, "blocking")
    assert set(checked["reasons"]) >= {"same_domain", "exclusive_claim"}
    for canary in (deal["id"], seller.partner_id, "secret", "1000000"):
        assert canary.encode() not in checked.body
    assert (other["class"], other["reasons"]) == ("none", [])
    assert own["class"] == "none"
    assert len((await rival.get("/v1/conflict-checks")).json["data"]) == 2
    assert len((await place.vendor.get("/v1/conflict-checks")).json["data"]) == 3
    assert (await seller.get(f"/v1/conflict-checks/{checked['id']}")).status == 404
    assert len((await place.vendor.get("/v1/customers")).json["data"]) == 1


async def test_a_company_with_a_tax_number_of_its_own_is_not_taken_for_the_owner_of_the_domain(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, customer("Globex AG", country="DE", domain="globex.com", tax_id="DE136695976"))

    other = await submits(rival, customer("Globex Services", country="DE", domain="globex.com", tax_id="DE129273398"))

    assert (other["status"], other["conflict_class"]) == ("in_review", "related")
    assert len((await place.vendor.get("/v1/customers")).json["data"]) == 2


async def test_what_a_later_registration_knows_is_added_to_the_customer_and_told(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, customer("Globex", country="US", domain="globex.com"))
    await submits(
        rival,
        customer("Globex Corp", country="US", domain="globex.com", tax_id="LEI 5493001KJTIIGC8Y1R12"),
        product_family="storage",
    )

    known = (await place.vendor.get("/v1/customers")).json["data"]
    assert [(each["name"], each["domain"], each["tax_id"]) for each in known] == [
        ("Globex", "globex.com", "LEI 5493001KJTIIGC8Y1R12")
    ]
    told = await events_of(place, "customer.directory.v1")
    assert key_hash(tenant.id, IdentityKey("domain", "globex.com")) in told[0]["key_hashes"]
    assert [len(each["key_hashes"]) for each in told] == [1, 2]


async def test_a_named_account_is_always_decided_by_a_person(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    await submits(seller)
    known = (await place.vendor.get("/v1/customers")).json["data"][0]
    path = f"/v1/customers/{known['id']}"
    seen = await place.vendor.get(path)

    assert (await seller.patch(path, {"named_account": True}, if_match="*")).status in (403, 404)
    named = await place.vendor.patch(path, {"named_account": True}, if_match=seen.headers["etag"])
    assert named["named_account"] is True
    assert (await place.vendor.patch(path, {"name": "x"}, if_match=seen.headers["etag"])).status == 412

    assert (await submits(seller, product_family="storage"))["status"] == "in_review"


_ACME = Company("Acme", country="US", domain="acme.com")


@pytest.mark.parametrize(
    ("rival", "named_by_key", "family", "protects", "verdict"),
    [
        (_ACME, True, "cloud", True, "blocking"),
        (_ACME, True, "cloud", False, "probable"),
        (_ACME, True, "storage", True, "none"),
        (Company("Acme", country="DE", domain="acme.com"), True, "cloud", True, "related"),
        (Company("Akme", country="US"), False, "cloud", True, "possible"),
        (Company("Wholly Other", country="US", domain="other.com"), False, "cloud", True, "none"),
    ],
)
def test_an_entry_of_the_register_is_classed_by_identity_scope_and_protection(
    rival, named_by_key, family, protects, verdict
):
    entry = Registered("deal_1", "ptr_1", "cus_1" if named_by_key else "cus_2", family, rival, protects)

    assert compare(Asked(_ACME, "cloud", "cus_1"), entry).verdict == verdict


def test_the_worst_entry_decides_and_entries_without_conflict_leave_no_reason():
    asked = Asked(_ACME, "cloud", "cus_1")
    waiting, protecting, elsewhere = (
        compare(asked, Registered("deal", "ptr", "cus_1", family, _ACME, protects))
        for family, protects in (("cloud", False), ("cloud", True), ("storage", True))
    )

    assert verdict_over([waiting, protecting, elsewhere]).conflict_class == "blocking"
    assert verdict_over([waiting, elsewhere]).conflict_class == "probable"
    assert verdict_over([elsewhere]).reasons == ()
    assert verdict_over([]).conflict_class == "none"


def test_the_most_authoritative_key_names_the_customer():
    company = Company("Globex", country="DE", domain="globex.com", tax_id="DE136695976")
    by_number, by_domain = identity_keys(company)
    owner, user = Holder("cus_owner", (company,)), Holder("cus_user", (Company("Globex", domain="globex.com"),))

    assert deciding_holder(company, [by_number, by_domain], {by_number: owner, by_domain: user}) == owner
    assert deciding_holder(company, [by_number, by_domain], {by_domain: user}) == user
    assert deciding_holder(company, [by_number, by_domain], {}) is None
