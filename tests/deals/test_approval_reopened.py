"""What was approved is decided again when it is not what the deal says any more."""

from datetime import datetime, timedelta
from typing import Any

from tests.deals.approvals import LARGE, answers, hires, policy, seen, step
from tests.deals.make import BEYOND_LIMIT, GLOBEX, events_of, submits, terms, world
from tests.deals.test_protection_clock import OWED, the_claim
from tests.partners.make import changed
from tests.system import Client, Response, Tenant


def until(deal: Response) -> datetime:
    return datetime.fromisoformat(deal["protected_until"])


async def changes(caller: Client, deal: Response, **fields: Any) -> Response:
    return await changed(caller, f"/v1/deals/{deal['id']}", fields)


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


async def test_an_amount_a_third_above_the_approved_one_is_approved_again_and_stays_protected(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step(), amount_limits=[], rules=[{"code": "small", "when": "deal.amount <= 1000000"}])
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)

    again = await changes(seller, deal, amount=euros(1_300_000))
    meanwhile = await submits(rival)
    await tenant.advance(days=10)
    await answers(desk, deal)
    approved = await seen(seller, deal)

    assert (deal["status"], again["status"]) == ("approved", "pending_approval")
    assert (again["protected_until"], again["protected_from"]) == (None, deal["protected_from"])
    assert (again["priority_no"], again["conflict_class"]) == (deal["priority_no"], "none")
    assert (meanwhile["status"], meanwhile["conflict_class"]) == ("in_review", "blocking")
    assert approved["status"] == "approved"
    assert timedelta(days=10) <= until(approved) - until(deal) < timedelta(days=10, minutes=5)
    assert [each["reopens"] for each in await events_of(place, "deal.registration.reopened.v1")] == ["approval"]
    assert len(await events_of(place, "deal.registration.submitted.v1")) == 2


async def test_without_steps_the_deal_desk_decides_about_the_new_amount(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    again = await changes(seller, deal, amount=BEYOND_LIMIT)

    assert (again["status"], again["protected_until"]) == ("in_review", None)
    rejected = await place.vendor.act(f"/v1/deals/{deal['id']}", "reject")
    assert rejected["status"] == "rejected"
    assert datetime.fromisoformat(rejected["protected_until"]) <= tenant.now()


async def test_what_the_policy_approves_is_approved_at_once(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)

    small = await changes(seller, deal, amount=euros(1_200_000))
    large = await changes(seller, deal, amount=euros(2_000_000))
    more = await changes(seller, deal, amount=euros(2_400_000))

    assert [each["status"] for each in (small, large, more)] == ["approved"] * 3
    assert (small["decided_at"], more["decided_at"]) == (deal["decided_at"], large["decided_at"])
    assert large["decided_at"] > deal["decided_at"]
    assert large["protected_until"] == deal["protected_until"]
    assert len(await events_of(place, "deal.registration.reopened.v1")) == 1


async def test_another_customer_is_screened_and_loses_the_priority(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    other = {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None}
    await submits(rival, other)

    contested = await changes(seller, deal, customer=other)
    freed = await submits(rival)

    assert (contested["status"], contested["conflict_class"]) == ("in_review", "blocking")
    assert contested["priority_no"] > deal["priority_no"]
    assert (contested["protected_from"], contested["protected_until"]) == (None, None)
    assert freed["status"] == "approved"
    assert [each["reopens"] for each in await events_of(place, "deal.registration.reopened.v1")] == ["screening"]


async def test_the_customer_written_otherwise_stays_approved_with_its_priority(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, {**GLOBEX, "name": "Globex Kft."}, amount=BEYOND_LIMIT)
    await place.vendor.act(f"/v1/deals/{deal['id']}", "approve")

    rewritten = await changes(seller, deal, customer={"name": "Globex Kft"})
    identified = await changes(seller, deal, customer={"tax_id": "HU12345676"})
    abroad = await changes(seller, deal, customer={"country": "CA"})

    assert [each["status"] for each in (rewritten, identified, abroad)] == ["approved", "approved", "in_review"]
    assert {each["priority_no"] for each in (rewritten, identified, abroad)} == {deal["priority_no"]}
    assert [each["reopens"] for each in await events_of(place, "deal.registration.reopened.v1")] == ["screening"]


async def test_a_deal_that_is_renamed_to_a_rivals_customer_meets_it_though_it_keeps_its_domain(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(rival, {"name": "Aldermoor Maschinenbau GmbH", "domain": "aldermoor.de", "country": "DE"})
    deal = await submits(seller, {"name": "Foo AG", "domain": "foo-werk.de", "country": "DE"})

    renamed = await changes(seller, deal, customer={"name": "Aldermoor Maschinenbau AG"})

    assert (deal["status"], renamed["status"], renamed["conflict_class"]) == ("approved", "in_review", "possible")
    assert (renamed["priority_no"], renamed["protected_from"]) == (deal["priority_no"], deal["protected_from"])
    assert [each["reopens"] for each in await events_of(place, "deal.registration.reopened.v1")] == ["screening"]


async def test_another_product_after_a_return_that_was_made_good_has_a_priority_of_its_own(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    returned = await place.vendor.act(path, "return")
    await seller.act(path, "submit")
    approved = await place.vendor.act(path, "approve")

    moved = await changes(seller, deal, product_family="edge")

    assert returned["returned_at"] < returned["priority_kept_until"]
    assert (approved["priority_no"], approved["priority_kept_until"]) == (deal["priority_no"], None)
    assert moved["priority_no"] > deal["priority_no"]


async def test_a_returned_deal_that_asks_for_another_product_has_a_priority_of_its_own(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await place.vendor.act(path, "return")
    await changes(seller, deal, product_family="edge")

    again = await seller.act(path, "submit")

    assert again["priority_no"] > deal["priority_no"]


async def test_another_product_is_screened_and_protected_from_now_on(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    await tenant.advance(days=10)

    moved = await changes(seller, deal, product_family="edge")

    assert (moved["status"], moved["product_family"]) == ("approved", "edge")
    assert until(moved) - until(deal) >= timedelta(days=10)
    assert (await submits(rival))["status"] == "approved"


async def test_going_back_and_forth_between_products_gives_time_anew_once_as_an_extension_would(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    await terms(place, stale_after_days=None, released_after_days=None)
    seller = await place.partner()
    deal = await submits(seller)
    await tenant.advance(days=20)

    anew = await changes(seller, deal, product_family="edge")
    await tenant.advance(days=20)
    back = await changes(seller, deal, product_family="cloud")
    await tenant.advance(days=20)
    forth = await changes(seller, deal, product_family="edge")

    assert [each["status"] for each in (anew, back, forth)] == ["approved"] * 3
    assert until(anew) - until(deal) >= timedelta(days=20)
    assert all(abs(until(each) - until(anew)) < timedelta(minutes=5) for each in (back, forth))
    (claim,) = (await seller.get("/v1/protection-claims"))["data"]
    assert claim["extensions_used"] == 1
    await seller.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "qualified"})
    more = await seller.act(f"/v1/deals/{deal['id']}", "extend", {"expected_close_on": "2032-06-30", "days": 60})
    assert more.problem == "extensions_used_up"


async def test_what_registers_twice_is_refused_and_stays_as_it_was(tenant: Tenant):
    place = await world(tenant, "cloud", "edge")
    seller = await place.partner()
    deal = await submits(seller)
    await submits(seller, product_family="edge")

    refused = await changes(seller, deal, product_family="edge")

    assert (refused.status, refused.problem) == (409, "duplicate_registration")
    kept = await seen(seller, deal)
    assert (kept["product_family"], kept["status"], kept["version"]) == ("cloud", "approved", deal["version"])


async def test_what_is_under_review_cannot_be_changed(tenant: Tenant):
    place = await world(tenant)
    await hires(place, "deal_desk")
    seller = await place.partner()
    await policy(place, step())
    pending = await submits(seller, amount=LARGE)
    refused = await changes(seller, pending, amount=euros(1))

    assert (refused.status, refused.problem) == (409, "invalid_transition")
    assert pending["editable_fields"] == ["external_references"]


async def test_a_deal_returned_with_its_new_amount_keeps_its_protection_and_the_clock_runs(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    await changes(seller, deal, amount=BEYOND_LIMIT)
    await tenant.advance(days=5)

    returned = await place.vendor.act(f"/v1/deals/{deal['id']}", "return", {"reason": "Too much."})
    await changes(seller, deal, amount=euros(1_100_000))
    await tenant.advance(days=2)
    again = await seller.act(f"/v1/deals/{deal['id']}", "submit")

    assert returned["status"] == "returned"
    assert timedelta(days=5) <= until(returned) - until(deal) < timedelta(days=5, minutes=5)
    assert (again["status"], again["protected_until"]) == ("approved", returned["protected_until"])
    assert (again["protected_from"], again["priority_no"]) == (deal["protected_from"], deal["priority_no"])


async def test_a_deal_returned_and_resubmitted_keeps_its_priority_unless_its_customer_changes(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller, amount=BEYOND_LIMIT)
    path = f"/v1/deals/{deal['id']}"
    await place.vendor.act(path, "return")
    same = await seller.act(path, "submit")
    await place.vendor.act(path, "return")
    await changes(seller, deal, customer={"name": "Initech", "domain": "initech.com"})

    other = await seller.act(path, "submit")

    assert same["priority_no"] == deal["priority_no"]
    assert other["priority_no"] > deal["priority_no"]


async def test_a_deal_whose_clock_the_vendor_has_stopped_can_be_approved_again(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path, claim = (
        f"/v1/deals/{deal['id']}",
        f"/v1/protection-claims/{(await the_claim(place.vendor, deal['id']))['id']}",
    )
    await place.vendor.act(claim, "pause", OWED)
    await changes(seller, deal, amount=BEYOND_LIMIT)

    approved = await place.vendor.act(path, "approve")
    told = (await events_of(place, "deal.registration.approved.v1"))[-1]
    resumed = await place.vendor.act(claim, "resume")

    assert (approved["status"], approved["protected_until"], told["protected_until"]) == ("approved", None, None)
    assert (await seller.get(path))["protected_until"] == resumed["protected_until"] is not None
