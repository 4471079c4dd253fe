"""What a registration is compared with: live ones, one's own, what was sold before, named accounts, and what ended lately."""

import asyncio
from datetime import date
from typing import Any

import pytest

from services.deals.held_leads.handlers import on_lead_held
from services.deals.screening.rules import Asked, Registered, compare, verdict_over
from services.deals.screening.scope import EVERYWHERE, Extent, meets, ordinals, scope_of
from shared.events.catalog.leads import LeadCompany, LeadHeld
from shared.matching import Company, project_likeness
from shared.values.ids import new_id
from tests.deals.make import BEYOND_LIMIT, submits, wins, world
from tests.partners.make import working_partner
from tests.system import Tenant

_GLOBEX = Company("Globex", country="US", domain="globex.com")
_LEAD = {"name": "Globex Corporation", "domain": "globex.com", "country": "US"}
_ASKED = {"customer": {"name": "Globex", "domain": "globex.com", "country": "US"}, "product_family": "cloud"}


async def test_one_customer_with_disjoint_products_is_approved_for_both(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller, rival = await place.partner(), await place.partner()

    first, second = await submits(seller), await submits(rival, product_family="storage")

    assert (first["status"], second["status"]) == ("approved", "approved")
    assert second["conflict_class"] == "none"


async def test_gmail_never_says_who_somebody_is(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, {"name": "Blue Ocean Bikes", "country": "US", "domain": "gmail.com"})

    asked = {"name": "Northern Bakery", "country": "US", "domain": "gmail.com"}
    checked = await rival.post("/v1/conflict-checks", {"customer": asked, "product_family": "cloud"})

    assert (checked["class"], checked["reasons"]) == ("none", [])


async def test_what_a_customer_bought_before_makes_a_deal_an_expansion_or_a_renewal(tenant: Tenant):
    place = await world(tenant, "cloud", "storage")
    seller = await place.partner()
    first = await submits(seller)
    assert first["deal_type"] == "new"
    won = await wins(seller, first, amount=1_000_000, on=tenant.now().date())
    assert won["status"] == "won"

    more = await submits(seller, product_family="storage")
    again = await submits(seller)

    assert (more["deal_type"], more["conflict_class"]) == ("expansion", "none")
    assert again["deal_type"] == "renewal"
    checked = await seller.post("/v1/conflict-checks", _ASKED | {"product_family": "storage"})
    assert (checked["class"], "installed_base" in checked["reasons"]) == ("none", True)


async def test_a_registration_that_ended_is_told_of_for_as_long_as_the_policy_looks_back(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    refused = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{refused['id']}", "reject", {"reason": "Too early."})

    soon = await rival.post("/v1/conflict-checks", _ASKED)
    assert (soon["class"], soon["reasons"]) == ("none", ["recently_registered"])
    await tenant.advance(days=31)
    assert (await rival.post("/v1/conflict-checks", _ASKED))["reasons"] == []


async def test_ones_own_registration_under_another_name_is_told_and_decides_nothing(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await submits(seller, {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"})

    again = {"name": "Kovács Pékség", "country": "HU", "domain": "kovacspekseg.eu"}
    checked = await seller.post("/v1/conflict-checks", {"customer": again, "product_family": "cloud"})

    assert (checked["class"], checked["reasons"]) == ("none", ["own_registration"])


async def test_a_named_account_under_another_name_goes_to_a_person(tenant: Tenant):
    place = await world(tenant)
    named = {"name": "Umbrella Corporation", "country": "US", "domain": "umbrella.com", "named_account": True}
    assert (await place.vendor.post("/v1/customers", named)).status == 201
    seller = await place.partner()

    near = await submits(seller, {"name": "Umbrella Corp", "country": "US", "domain": "umbrellacorp.com"})
    await seller.act(f"/v1/deals/{near['id']}", "withdraw")
    exact = await submits(seller, {"name": "Umbrella", "country": "US", "domain": "umbrella.com"})

    assert (near["status"], near["conflict_class"]) == ("in_review", "possible")
    assert "named_account" in near["decision_trace"][0]["reasons"]
    assert (exact["status"], exact["conflict_class"]) == ("in_review", "none")


async def test_another_project_of_a_protected_customer_is_for_a_person(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, title="Payroll in the cloud")

    same = await rival.post("/v1/conflict-checks", _ASKED | {"project": "Cloud payroll"})
    other = await rival.post("/v1/conflict-checks", _ASKED | {"project": "Webshop relaunch"})

    assert (same["class"], other["class"]) == ("blocking", "probable")
    assert "other_project" in other["reasons"]


async def test_of_two_submits_in_one_moment_one_is_protected_and_the_other_gets_one_case(tenant: Tenant):
    place = await world(tenant)
    sellers = [await place.partner() for _ in range(2)]

    answers = await asyncio.gather(*(submits(each) for each in sellers))

    assert sorted(each["status"] for each in answers) == ["approved", "in_review"]
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    loser = next(each for each in answers if each["status"] == "in_review")
    assert (case["deal_id"], case["class"]) == (loser["id"], "blocking")


async def test_of_forty_partners_who_want_one_customer_at_once_one_is_protected_and_nobody_fails(tenant: Tenant):
    place = await world(tenant)
    sellers = [await place.partner() for _ in range(40)]

    answers = await asyncio.gather(*(submits(each) for each in sellers))

    assert {each.status for each in answers} == {200}
    assert [each["status"] for each in answers].count("approved") == 1
    assert {each["conflict_class"] for each in answers if each["status"] == "in_review"} == {"blocking"}
    active = (await place.vendor.get("/v1/protection-claims", status="active")).json["data"]
    assert len(active) == 1
    cases = (await place.vendor.get("/v1/conflict-cases", limit=200)).json["data"]
    assert len(cases) == len({each["deal_id"] for each in cases}) == 39


async def test_who_has_no_checks_left_learns_nothing_of_any_customer(tenant: Tenant):
    place = await world(tenant)
    drafted = await place.vendor.post("/v1/conflict-policies", {"name": "Few", "checks_a_day": 1})
    await place.vendor.act(f"/v1/conflict-policies/{drafted['id']}", "publish")
    seller, rival = await place.partner(), await place.partner()
    await submits(seller)
    await rival.post("/v1/conflict-checks", _ASKED)

    superuser = tenant.system.superuser
    async with superuser.transaction():
        # Whoever looked at a customer, a key or a claim would now wait, and fail.
        await superuser.execute(
            "LOCK TABLE deals.customers, deals.customer_keys, deals.match_keys, deals.protection_claims"
        )
        taken = await rival.post("/v1/conflict-checks", _ASKED)
        free = await rival.post("/v1/conflict-checks", _ASKED | {"customer": {"name": "Nobody", "country": "US"}})

    assert (taken.status, free.status) == (429, 429)
    assert {**taken.json, "request_id": ""} == {**free.json, "request_id": ""}
    assert len((await rival.get("/v1/conflict-checks")).json["data"]) == 1


async def test_a_lead_that_is_with_another_partner_is_told_of_until_it_is_taken_back(tenant: Tenant):
    place = await world(tenant)
    holder, rival = await place.partner(), await place.partner()
    lead_id = new_id("lead", at=tenant.now())
    company = LeadCompany(name="Globex Corporation", domain="globex.com", country="US", tax_id=None)

    async def told(partner_id: str | None, *, version: int) -> None:
        event = LeadHeld(lead_id=lead_id, partner_id=partner_id, company=company, product_family="cloud")
        await place.delivers(on_lead_held, event, subject=lead_id, version=version, at=tenant.now())

    await told(holder.partner_id, version=2)
    met = await rival.post("/v1/conflict-checks", _ASKED)
    own = await holder.post("/v1/conflict-checks", _ASKED)
    await told(None, version=3)
    await told(holder.partner_id, version=2)
    gone = await rival.post("/v1/conflict-checks", _ASKED)

    assert (met["class"], met["reasons"]) == ("none", ["lead_offered"])
    assert (own["class"], own["reasons"]) == ("none", [])
    assert (gone["class"], gone["reasons"]) == ("none", [])


async def test_a_lead_is_told_of_from_its_offer_to_its_recall(tenant: Tenant):
    place = await world(tenant)
    vendor = place.vendor
    holder = tenant.partner(await working_partner(vendor, name="Holder"))
    other = await place.partner()
    contact = {"given_name": "Hank", "family_name": "Scorpio", "email": "hank@globex.com"}
    lead = await vendor.post(
        "/v1/leads",
        {"company": _LEAD, "contact": contact, "source": "fair", "product_family": "cloud", "country": "US"},
    )
    assert lead.status == 201, lead.json
    await tenant.system.settle()
    offered = await vendor.act(f"/v1/leads/{lead['id']}", "offer", {"partner_id": holder.partner_id})
    assert offered.status == 200, offered.json
    await tenant.system.settle()

    during = await other.post("/v1/conflict-checks", _ASKED)
    await vendor.act(f"/v1/leads/{lead['id']}", "recall", {"reason": "Mistaken."})
    await tenant.system.settle()
    after = await other.post("/v1/conflict-checks", _ASKED)

    assert (during["reasons"], after["reasons"]) == (["lead_offered"], [])


def entry(**values: Any) -> Registered:
    """An entry of the register."""
    given = {"deal_id": "deal_1", "partner_id": "ptr_1", "customer_id": "cus_1", "product_family": "cloud"}
    return Registered(**{**given, "company": _GLOBEX, "protects": True, **values})


@pytest.mark.parametrize(
    ("extent", "verdict", "reason"),
    [
        (Extent(frozenset({1})), "blocking", "exclusive_claim"),
        (Extent(frozenset({2})), "none", "other_products"),
        (Extent(frozenset({1, 2})), "blocking", "exclusive_claim"),
        (Extent(frozenset({1}), territory=((276, 277),)), "blocking", "exclusive_claim"),
        (Extent(frozenset({1}), territory=((348, 349),)), "none", "other_territory"),
        (Extent(frozenset({1}), period=(date(2027, 1, 1), None)), "none", "other_period"),
        (Extent(frozenset({1}), project="Webshop"), "probable", "other_project"),
    ],
)
def test_a_conflict_needs_a_common_scope(extent, verdict, reason):
    own = Extent(
        frozenset({1}), territory=((276, 277),), period=(date(2026, 1, 1), date(2026, 4, 1)), project="Payroll"
    )

    found = compare(Asked(_GLOBEX, "cloud", "cus_1", own), entry(extent=extent))

    assert (found.verdict, reason in found.reasons) == (verdict, True)


@pytest.mark.parametrize(
    ("source", "verdict", "note"),
    [
        ("own_registration", "none", "own_registration"),
        ("installed_base", "none", "installed_base"),
        ("ended", "none", "recently_registered"),
        ("lead", "none", "lead_offered"),
        ("named_account", "possible", "named_account"),
    ],
)
def test_what_is_no_live_registration_of_another_is_told_and_blocks_nothing(source, verdict, note):
    asked = Asked(_GLOBEX, "cloud", None)

    screening = verdict_over([compare(asked, entry(source=source))])

    assert screening.conflict_class == verdict
    assert note in screening.reasons
    assert verdict_over([compare(Asked(Company("Stranger"), "cloud", None), entry(source=source))]).reasons == ()


def test_ranges_without_bounds_meet_everything_after_or_before():
    assert meets((None, None), (1, 2)) and meets((1, None), (5, 6)) and meets((None, 5), (4, 9))
    assert not meets((1, 2), (2, 3)) and not meets((None, 2), (2, None))
    assert ordinals([(1, 3), (5, 6)]) == {1, 2, 5}
    assert ordinals([(None, None)]) == frozenset()
    assert scope_of(Extent(), Extent(territory=EVERYWHERE), same_family=False).product_overlap == 0.0


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("Payroll in the cloud", "Cloud payroll", 0.9, 1.0),
        ("Bérszámfejtés a felhőben", "BERSZAMFEJTES", 0.9, 1.0),
        ("Payroll", "Webshop relaunch", 0.0, 0.4),
    ],
)
def test_titles_are_compared_by_their_words(one, other, low, high):
    likeness = project_likeness(one, other)

    assert likeness is not None and low <= likeness <= high
    assert project_likeness(other, one) == likeness


def test_a_title_of_no_words_says_nothing():
    assert project_likeness(None, "Payroll") is None
    assert project_likeness("…", "Payroll") is None
