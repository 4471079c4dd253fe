"""Quotas of open registrations, what becomes of one too many, and how well partners register."""

import asyncio
from fractions import Fraction

import pytest

from services.deals.quality.rules import Figures, adjusted, as_text, parts_of, score
from tests.deals.make import BEYOND_LIMIT, drafts, events_of, meets, publishes, submits, wins, world
from tests.system import Client, Response, Tenant

NOBODY = Figures(
    open=0, submitted=0, evidenced=0, ended=0, won=0, expired=0, protected=0, stale=0, median_age_days=None
)


def company(number: int) -> dict[str, str | None]:
    """Another customer, whose name no other has a word of."""
    name = "Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliett".split()[number]
    return {"name": f"{name} {name}works", "domain": f"{name.lower()}.example", "country": "DE", "tax_id": None}


async def quality(reader: Client, partner: Client) -> Response:
    """What somebody reads, a minute later, of how well a partner registers."""
    await partner.tenant.advance(minutes=1)
    (row,) = (await reader.get("/v1/registration-quality", partner_id=partner.partner_id))["data"]
    return await reader.get(f"/v1/registration-quality/{row['id']}")


async def test_beyond_the_quota_a_registration_needs_evidence_and_a_person_decides(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner(tier="silver")
    await publishes(place.vendor, quotas=[{"open": 9}, {"tier": "silver", "open": 1}])
    first = await submits(seller, company(0))
    second = await drafts(seller, company(1))

    bare = await seller.act(f"/v1/deals/{second['id']}", "submit")
    await meets(seller, second)
    shown = await seller.act(f"/v1/deals/{second['id']}", "submit")

    assert first["status"] == "approved"
    assert (bare.problem, bare["quota"]) == ("registration_quota_reached", 1)
    assert shown["status"] == "in_review"
    results = {each["rule"]: (each["result"], each["reasons"]) for each in shown["decision_trace"]}
    assert results["registration_policy"] == ("review", ["over_quota"])
    assert results["within_quota"] == ("false", ["within_quota"])
    assert results["evidence_given"] == ("true", [])
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"


async def test_a_lost_deal_comes_back_within_the_quota_or_with_evidence(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 1}])
    lost = await submits(seller, company(0))
    path = f"/v1/deals/{lost['id']}"
    await seller.act(path, "lose", {"reason_code": "no_budget"})
    await submits(seller, company(1))

    bare = await seller.act(path, "reopen")
    await meets(seller, lost)
    shown = await seller.act(path, "reopen")

    assert (bare.problem, bare["quota"], shown["status"]) == ("registration_quota_reached", 1, "approved")


async def test_a_rejection_is_appealed_against_within_the_quota_or_with_evidence(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 1}])
    refused = await submits(seller, company(0), amount=BEYOND_LIMIT)
    path = f"/v1/deals/{refused['id']}"
    await place.vendor.act(path, "reject")
    await submits(seller, company(1))

    bare = await seller.act(path, "appeal")
    await meets(seller, refused)
    shown = await seller.act(path, "appeal")

    assert (bare.problem, bare["quota"], shown["status"]) == ("registration_quota_reached", 1, "in_review")


async def test_a_policy_may_refuse_whatever_is_beyond_the_quota(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 1}], over_quota="refuse")
    first = await submits(seller, company(0))
    second = await drafts(seller, company(1))
    await meets(seller, second)

    assert (await seller.act(f"/v1/deals/{second['id']}", "submit")).problem == "registration_quota_reached"
    await seller.act(f"/v1/deals/{first['id']}", "lose")
    assert (await seller.act(f"/v1/deals/{second['id']}", "submit"))["status"] == "approved"


async def test_of_two_who_ask_for_the_last_place_at_once_one_gets_it(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 3}], over_quota="refuse")
    await submits(seller, company(0))
    drafted = [await drafts(seller, company(number)) for number in range(1, 7)]

    asked = await asyncio.gather(*(seller.act(f"/v1/deals/{each['id']}", "submit") for each in drafted))

    assert sorted(each.status for each in asked) == [200, 200, 409, 409, 409, 409]


async def test_what_has_run_out_takes_no_place(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 1}], over_quota="refuse")
    await submits(seller, company(0))
    await tenant.advance(days=91)

    assert (await submits(seller, company(1)))["status"] == "approved"


async def test_a_deal_that_needs_evidence_and_has_none_is_for_a_person_to_decide(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, evidence_rules=[{"product_family": "cloud", "currency": "EUR", "amount": 1_000_000}])
    small = await submits(seller, company(0), amount={"amount": 999_999, "currency": "EUR"})
    bare = await submits(seller, company(1))
    shown = await drafts(seller, company(2))
    await meets(seller, shown)

    assert (small["status"], bare["status"]) == ("approved", "in_review")
    assert bare["completeness"] == {"percent": 87, "missing": ["evidence"]}
    assert {each["rule"]: each["result"] for each in bare["decision_trace"]}["evidence_given"] == "false"
    assert (await seller.act(f"/v1/deals/{shown['id']}", "submit"))["status"] == "approved"


async def test_a_partner_is_shown_its_own_figures_and_the_vendor_those_of_all(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(tier="gold"), await place.partner()
    await publishes(place.vendor, quotas=[{"tier": "gold", "open": 2}], cool_off_days=7)
    deals = [await submits(seller, company(number)) for number in range(2)]
    await submits(rival, company(5))
    await meets(seller, deals[0])
    await wins(seller, deals[1], amount=5_000, on=place.today())

    own = await quality(seller, seller)

    assert (own["open_registrations"], own["quota"], own["within_quota"]) == (1, 2, True)
    assert (own["submitted"], own["won"], own["tier"], own["cool_off_days"]) == (2, 1, "gold", 7)
    parts = {each["name"]: each for each in own["parts"]}
    assert (parts["won"]["count"], parts["won"]["total"], parts["won"]["ratio"]) == (1, 1, "1.0000")
    assert parts["won"]["adjusted"] == "0.3636"
    assert parts["evidenced"]["ratio"] == "0.5000"
    assert own["score"] == sum(each["points"] for each in own["parts"])
    assert (await rival.get(f"/v1/registration-quality/{own['id']}")).status == 404
    assert [each["partner_id"] for each in (await rival.get("/v1/registration-quality"))["data"]] == [rival.partner_id]
    listed = (await place.vendor.get("/v1/registration-quality", sort="-score"))["data"]
    assert [each["partner_id"] for each in listed] == [seller.partner_id, rival.partner_id]
    assert (await place.vendor.get("/v1/registration-quality", **{"score[lt]": own["score"]}))["data"] == listed[1:]


async def test_the_quota_that_is_shown_is_the_one_in_force(tenant: Tenant):
    place = await world(tenant)
    seller, heir = await place.partner(tier="silver"), await place.partner()
    deal = await submits(seller, company(0))
    await submits(heir, company(1))
    first = await quality(seller, seller)
    await publishes(place.vendor, quotas=[{"open": 7}, {"tier": "gold", "open": 9}])

    async def shown(partner: Client) -> tuple[int, int]:
        await tenant.system.settle()
        (row,) = (await partner.get("/v1/registration-quality"))["data"]
        return row["quota"], row["open_registrations"]

    assert [await shown(each) for each in (seller, heir)] == [(7, 1)] * 2
    assert first["quota"] != 7
    await place.tells_of(seller.partner_id, status="active", tier="gold")
    assert await shown(seller) == (9, 1)
    asked = {"to_partner_id": heir.partner_id, "reason": "A letter", "override_reason": "It has decided"}
    assert (await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", asked)).status == 200
    assert [await shown(each) for each in (seller, heir)] == [(9, 0), (7, 2)]


async def test_what_stands_still_and_what_expires_costs_points_without_anybody_asking(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await submits(seller, company(0))
    fresh = await quality(seller, seller)

    await tenant.advance(days=31)
    stale = await quality(seller, seller)
    await tenant.advance(days=60)
    expired = await quality(seller, seller)

    assert (fresh["stale"], stale["stale"], expired["stale"]) == (0, 1, 0)
    assert (fresh["median_age_days"], stale["median_age_days"], expired["median_age_days"]) == (0, 31, None)
    assert (expired["expired"], expired["open_registrations"]) == (1, 0)
    assert stale["score"] < fresh["score"]
    assert expired["score"] < fresh["score"]


async def test_the_partner_is_told_once_when_its_quota_is_reached(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    await publishes(place.vendor, quotas=[{"open": 1}])
    await submits(seller, company(0))
    await tenant.advance(days=1)
    await tenant.advance(days=1)

    reached = await events_of(place, "deal.registration.quota_reached.v1")
    assert [(each["partner_id"], each["quota"]) for each in reached] == [(seller.partner_id, 1)]


@pytest.mark.parametrize(
    ("count", "total", "expected", "believed"),
    [
        (0, 0, Fraction(3, 10), Fraction(3, 10)),
        (1, 1, Fraction(3, 10), Fraction(4, 11)),
        (10, 10, Fraction(3, 10), Fraction(13, 20)),
        (0, 10, Fraction(3, 10), Fraction(3, 20)),
        (500, 1000, Fraction(3, 10), Fraction(503, 1010)),
    ],
)
def test_a_ratio_of_few_is_drawn_towards_what_is_expected(count, total, expected, believed):
    assert adjusted(count, total, expected=expected) == believed


def test_the_score_is_the_sum_of_its_parts_and_begins_in_the_middle():
    begun = parts_of(NOBODY)

    assert [(each.name, each.points) for each in begun] == [
        ("won", 21),
        ("moving", 22),
        ("kept", 16),
        ("evidenced", 10),
    ]
    assert score(begun) == 69
    assert [each.ratio for each in begun] == [None] * 4


def test_the_best_have_all_points_and_hoarders_few():
    best = Figures(
        open=50,
        submitted=9_000,
        evidenced=9_000,
        ended=8_000,
        won=6_000,
        expired=0,
        protected=50,
        stale=0,
        median_age_days=9,
    )
    hoarder = Figures(
        open=900,
        submitted=2_000,
        evidenced=0,
        ended=1_000,
        won=0,
        expired=1_000,
        protected=900,
        stale=900,
        median_age_days=70,
    )

    assert score(parts_of(best)) >= 97
    assert score(parts_of(hoarder)) <= 3


def test_ratios_are_written_with_four_digits():
    assert [as_text(each) for each in (Fraction(1, 3), Fraction(1), None)] == ["0.3333", "1.0000", None]
