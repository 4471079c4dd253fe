"""Every name a customer was registered under, and what the vendor puts right of it."""

from services.deals.customers.spellings import MOST, PARTS, corrected, forgotten, learnt
from shared.matching import Company
from tests.deals.make import changes, events_of, submits, world
from tests.deals.test_customer_identity import customers_of, merges
from tests.system import Tenant

_ACME = {"name": "Acme Pumps", "country": "DE", "domain": "acme-pumps.de"}
_ZETA = {"name": "Zetatrade Viktória Zrt.", "country": "HU"}


async def test_a_customer_is_recognised_by_every_name_it_was_registered_under(tenant: Tenant):
    place = await world(tenant)
    lost = await submits(await place.partner(), {"name": "Pannon", "country": "HU", "domain": "zetatrade.hu"})
    await place.vendor.act(f"/v1/deals/{lost['id']}", "revoke", {"reason": "It was another company."})
    held = await submits(await place.partner(), _ZETA | {"domain": "zetatrade.hu"})
    assert held["status"] == "approved"

    met = await submits(await place.partner(), {"name": "ZETATRADE VIKTORIA", "country": "HU"})

    assert (met["status"], met["conflict_class"]) == ("in_review", "probable"), met.json
    (customer,) = [each for each in (await customers_of(place.vendor)).values() if each["domain"] == "zetatrade.hu"]
    assert (customer["name"], [each["name"] for each in customer["known_as"]]) == ("Pannon", [_ZETA["name"]])
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    assert case["findings"][0]["customer"]["name"] == _ZETA["name"]
    assert (await place.vendor.get(f"/v1/conflict-cases/{case['id']}/replay"))["agrees"]


async def test_names_go_with_a_merger_and_leave_with_a_split(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    own = await submits(await place.partner(), _ACME)
    other = await submits(await place.partner(), _ZETA, product_family="storage")
    known = await customers_of(place.vendor)
    one, two = known["Acme Pumps"], known[_ZETA["name"]]

    merged = await merges(place.vendor, one, two)

    assert [each["name"] for each in merged["known_as"]] == [_ZETA["name"]]
    split = await place.vendor.act(
        f"/v1/customers/{one['id']}", "split", {"deal_ids": [other["id"]], "into": two["id"]}
    )
    assert (split["name"], split["known_as"]) == (_ZETA["name"], [])
    left = await place.vendor.get(f"/v1/customers/{one['id']}")
    assert (left["known_as"], own["status"]) == ([], "approved")


async def test_a_renamed_customer_is_still_found_under_its_former_name(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner(), _ZETA | {"domain": "zetatrade.hu"})
    (customer,) = (await place.vendor.get("/v1/customers")).json["data"]

    renamed = await changes(place.vendor, f"/v1/customers/{customer['id']}", {"name": "Pannon"})

    assert [each["name"] for each in renamed["known_as"]] == [_ZETA["name"]]
    assert (await submits(await place.partner(), _ZETA))["conflict_class"] == "probable"


def test_what_compares_alike_is_kept_once_and_no_more_than_so_many():
    row = dict.fromkeys(PARTS) | {"name": "Acme Kft.", "country": "HU", "domain": "acme.hu", "known_as": []}

    assert learnt(row, [Company("ACME", country="HU"), Company("Acme", domain="www.acme.hu")]) == []
    assert learnt(row, [Company("Pannon")] * 2) == [{"name": "Pannon"}]
    assert len(learnt(row, [Company(f"Trader {number:03}") for number in range(MOST + 9)])) == MOST


def test_what_no_registration_left_says_is_forgotten():
    kept, gone = {"name": "Pannon"}, {"name": "Zenit", "domain": "zenit.de"}
    row = {"known_as": [kept, gone]}

    assert forgotten(
        row, leaving=[Company("ZENIT", domain="zenit.de"), Company("Pannon")], staying=[Company("Pannon")]
    ) == [kept]


def test_a_mistake_is_put_right_wherever_it_was_registered():
    row = {
        "name": "Acme",
        "domain": "acme.ed",
        "known_as": [{"name": "Pumps", "domain": "www.acme.ed"}, {"name": "P", "domain": "p.de"}],
    }

    assert corrected(row, {"domain": "acme.de"}) == [
        {"name": "Pumps", "domain": "acme.de"},
        {"name": "P", "domain": "p.de"},
    ]
    assert corrected(row, {"domain": None})[0] == {"name": "Pumps"}


async def test_a_wrong_domain_is_put_right_with_its_key(tenant: Tenant):
    place = await world(tenant)
    first = await submits(await place.partner(), _ACME | {"domain": "zenit.de"})
    (customer,) = (await place.vendor.get("/v1/customers")).json["data"]

    right = await changes(place.vendor, f"/v1/customers/{customer['id']}", {"domain": "acme-pumps.de"})

    assert (right["domain"], right["known_as"], "domain" in right["editable_fields"]) == ("acme-pumps.de", [], True)
    zenit = await submits(await place.partner(), {"name": "Zenit Bakery", "country": "DE", "domain": "zenit.de"})
    assert (zenit["status"], zenit["conflict_class"]) == ("approved", "none")
    again = await submits(await place.partner(), {"name": "Pumps of Acme", "domain": "www.acme-pumps.de"})
    assert (again["conflict_class"], first["status"]) == ("blocking", "approved")
    told = await events_of(place, "customer.corrected.v1")
    assert [(each["customer_id"], each["fields"]) for each in told] == [(customer["id"], ["domain"])]


async def test_what_another_customer_is_known_by_is_not_taken_from_it_unless_the_two_were_told_apart(tenant: Tenant):
    place = await world(tenant)
    await submits(await place.partner(), _ACME)
    await submits(await place.partner(), _ZETA)
    known = await customers_of(place.vendor)
    one, two = known["Acme Pumps"], known[_ZETA["name"]]

    refused = await changes(place.vendor, f"/v1/customers/{two['id']}", {"domain": "acme-pumps.de"})

    assert (refused.problem, refused["customer_id"]) == ("keys_of_another_customer", one["id"])
    await place.vendor.act(f"/v1/customers/{two['id']}", "pin-apart", {"customer_id": one["id"]})
    shared = await changes(place.vendor, f"/v1/customers/{two['id']}", {"domain": "acme-pumps.de"})
    assert (shared.status, shared["domain"]) == (200, "acme-pumps.de")
    nobody = await changes(place.vendor, f"/v1/customers/{one['id']}", {"domain": None, "country": None})
    assert (nobody.status, nobody.problem) == (422, "customer_not_identified")


async def test_a_registration_that_meets_another_because_of_a_correction_gets_a_case(tenant: Tenant):
    place = await world(tenant)
    held = await submits(
        await place.partner(), {"name": "Acme Pumps Hydraulics", "country": "DE", "domain": "acme-pumps.de"}
    )
    later = await submits(
        await place.partner(), {"name": "Acme Pumps Hydraulics", "country": "AT", "tax_id": "ATU12345675"}
    )
    assert (held["status"], later["conflict_class"]) == ("approved", "none"), later.json
    known = (await place.vendor.get("/v1/customers", country="AT")).json["data"]

    await changes(place.vendor, f"/v1/customers/{known[0]['id']}", {"country": "DE"})

    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    assert (case["deal_id"], case["findings"][0]["deal_id"]) == (later["id"], held["id"])
