"""A customer that comes again after an end: after a rejection changed, after an expiry later, after a revocation before a person."""

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest

from services.deals.customers.spellings import PARTS
from services.deals.registrations.admission import (
    UnchangedAfterRejection,
    is_revoked_before,
    rejected_as_it_is,
    require_changed,
)
from services.deals.registrations.rules import Facts
from tests.deals.make import BEYOND_LIMIT, GLOBEX, drafts, meets, publishes, submits, world
from tests.deals.test_duplicates import SPELLINGS, reviewed_for
from tests.system import Tenant

MONDAY = datetime(2030, 1, 7, tzinfo=UTC)
SAID: dict[str, Any] = dict.fromkeys(f"customer_{part}" for part in PARTS) | {
    "customer_name": "Globex Corporation",
    "customer_domain": "globex.com",
    "title": "Migration",
    "product_family": "cloud",
    "amount": 1,
    "currency": "EUR",
    "expected_close_on": None,
    "territories": ["DE"],
    "evidence_count": 1,
    "evidence_required": False,
}
REJECTED = {"status": "rejected", "protected_from": None}


async def test_after_a_rejection_something_must_have_changed(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{first['id']}", "reject")

    assert (await submits(seller, amount=BEYOND_LIMIT)).problem == "unchanged_after_rejection"
    assert (await submits(seller))["status"] == "approved"


async def test_what_was_rejected_is_not_asked_again_by_turns(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    for amount in (BEYOND_LIMIT["amount"], 2 * BEYOND_LIMIT["amount"]):
        deal = await submits(seller, amount={"amount": amount, "currency": "EUR"})
        await place.vendor.act(f"/v1/deals/{deal['id']}", "reject")

    assert (await submits(seller, amount=BEYOND_LIMIT)).problem == "unchanged_after_rejection"


@pytest.mark.parametrize(
    "written",
    [
        {"name": "GLOBEX   corporation", "domain": "https://www.globex.com/about", "country": "US"},
        {"name": "Globex Inc.", "domain": "globex.com"},
        {"name": "Globex Corporation", "country": "US"},
    ],
)
async def test_what_is_only_written_otherwise_or_left_out_has_not_changed(tenant: Tenant, written: dict[str, Any]):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{first['id']}", "reject")
    await tenant.advance(days=40)

    again = await submits(seller, written, amount=BEYOND_LIMIT)

    assert (again.status, again.problem) == (409, "unchanged_after_rejection")
    assert (await submits(seller, written))["status"] == "approved"


async def test_what_is_a_little_like_a_rejected_one_and_says_no_more_is_for_a_person(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{first['id']}", "reject")
    spelling = {"name": "Globexx Corporation", "country": "US"}

    unchanged = await submits(seller, spelling, amount=BEYOND_LIMIT)
    await seller.act(f"/v1/deals/{unchanged['id']}", "withdraw")
    changed = await submits(seller, spelling)

    assert (unchanged["status"], reviewed_for(unchanged)) == ("in_review", ["rejected_before"])
    assert (changed["status"], reviewed_for(changed)) == ("approved", [])


async def test_more_evidence_and_other_countries_are_a_change_too(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    for countries in (["DE"], ["FR"]):
        refused = await submits(seller, amount=BEYOND_LIMIT, territories=countries)
        assert refused["status"] == "in_review"
        await place.vendor.act(f"/v1/deals/{refused['id']}", "reject", {"reason": "No evidence"})
    again = await drafts(seller, amount=BEYOND_LIMIT, territories=["DE"])
    path = f"/v1/deals/{again['id']}"

    bare = await seller.act(path, "submit")
    await meets(seller, again)

    assert bare.problem == "unchanged_after_rejection"
    assert (await seller.act(path, "submit"))["status"] == "in_review"


async def test_what_was_approved_and_taken_back_is_approved_by_no_policy_but_by_a_person(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first = await submits(seller)
    await place.vendor.act(f"/v1/deals/{first['id']}", "revoke", {"reason": "Not theirs to sell."})

    again = await submits(seller)

    assert (again["status"], reviewed_for(again)) == ("in_review", ["revoked_before"])
    assert (await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.com"}))["status"] == "approved"
    await place.vendor.act(f"/v1/deals/{again['id']}", "approve")
    await seller.act(f"/v1/deals/{again['id']}", "lose")
    assert (await submits(seller))["status"] == "approved"


async def test_the_same_partner_waits_after_an_expiry_and_others_do_not(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller)
    await tenant.advance(days=46)

    early = await submits(seller)
    assert early.problem == "cooling_off_after_expiry"
    assert early["available_at"] > tenant.now().isoformat()
    assert (await submits(seller, {**GLOBEX, "name": "Initech", "domain": "initech.com"}))["status"] == "approved"
    await tenant.advance(days=14)
    assert (await submits(seller))["status"] == "approved"
    assert (await submits(rival))["status"] == "in_review"


async def test_another_spelling_does_not_shorten_the_wait_nor_does_a_domain_of_its_own(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await publishes(place.vendor, cool_off_days=60)
    for family, spelling in (("cloud", SPELLINGS[1]), ("cloud", {"name": "Kovács Pékség", "domain": "pekseg.example"})):
        await submits(seller, spelling, product_family=family)
    await tenant.advance(days=46 + 40)

    early = await submits(seller, SPELLINGS[0])
    likely = await submits(seller, {"name": "Kovács Pékség", "domain": "kovacsek.example"})

    assert (early.problem, early["available_at"] > tenant.now().isoformat()) == ("cooling_off_after_expiry", True)
    assert (likely["status"], reviewed_for(likely)) == ("in_review", ["cooling_off"])
    assert (await submits(rival, SPELLINGS[0]))["status"] == "approved"


async def test_no_time_to_cool_off_is_a_policy_too(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await submits(seller)
    await publishes(place.vendor, cool_off_days=0)
    await tenant.advance(days=91)

    assert (await submits(seller))["status"] == "approved"


@pytest.mark.parametrize(
    ("others", "is_before"),
    [
        ([], False),
        ([("rejected", 3, None)], False),
        ([("revoked", 3, 1)], True),
        ([("revoked", 3, 1), ("withdrawn", 5, None)], True),
        ([("lost", 4, 4), ("revoked", 3, 1)], False),
        ([("lost", 2, 2), ("revoked", 3, 1)], True),
    ],
)
def test_what_was_revoked_counts_until_the_next_approval(others, is_before):
    rows = [
        {"status": status, "decided_at": MONDAY.replace(hour=decided), "protected_from": at and MONDAY.replace(hour=at)}
        for status, decided, at in others
    ]

    assert is_revoked_before(rows) is is_before


@pytest.mark.parametrize(
    ("last", "is_refused"),
    [
        ({}, True),
        ({"evidence_count": 0}, False),
        ({"territories": ["FR"]}, False),
        ({"customer_name": "Initech"}, False),
        ({"customer_name": "GLOBEX  corporation."}, True),
        ({"customer_domain": "www.globex.com"}, True),
        ({"customer_domain": "globex.example"}, False),
        ({"customer_domain": None}, False),
        ({"customer_address": "1 Main Street"}, True),
        ({"amount": 2}, False),
        ({"product_family": "storage"}, False),
        ({"tender_id": "tend_1"}, False),
        ({"status": "withdrawn"}, False),
    ],
)
def test_the_same_is_what_says_the_same_of_the_same_countries_and_shows_no_more_for_it(last, is_refused):
    rejected = SAID | REJECTED | {"id": "deal_1", "tender_id": None, "decided_at": MONDAY}

    with pytest.raises(UnchangedAfterRejection) if is_refused else nullcontext():
        require_changed([rejected | last], SAID, facts=Facts.of(SAID))


@pytest.mark.parametrize(
    ("others", "refused_by"),
    [
        ([("deal_1", 1, 0), ("deal_2", 2, 1)], "deal_1"),
        ([("deal_1", 1, 0), ("deal_2", 1, 1)], "deal_2"),
        ([("deal_1", 2, 0), ("deal_2", 3, 1)], None),
        ([("deal_1", 1, 0), ("approved", 1, 1)], None),
        ([("deal_1", 1, 2), ("approved", 1, 1)], "deal_1"),
    ],
)
def test_every_rejection_since_the_last_approval_is_looked_at(others, refused_by):
    rows = [
        SAID
        | {"id": name, "amount": amount, "decided_at": MONDAY.replace(hour=hour), "tender_id": None}
        | ({"status": "approved", "protected_from": MONDAY.replace(hour=hour)} if name == "approved" else REJECTED)
        for name, amount, hour in others
    ]

    found = rejected_as_it_is(rows, SAID, facts=Facts.of(SAID))

    assert (found and found["id"]) == refused_by
