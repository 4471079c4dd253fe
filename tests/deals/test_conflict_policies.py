"""Conflict policies: the terms of a check are data, by tier, and a version never changes."""

import pytest

from services.deals.conflict_policies.rules import ConflictPolicy
from services.deals.screening.rules import Asked, Registered, compare
from shared.matching import Company, Thresholds
from tests.deals.make import World, submits, world
from tests.system import Response, Tenant

_ASKED = {"customer": {"name": "Globex Corporation", "country": "US"}, "product_family": "cloud"}


async def in_force(place: World, **terms: object) -> Response:
    drafted = await place.vendor.post("/v1/conflict-policies", {"name": "Ours", **terms})
    assert drafted.status == 201, drafted.json
    return await place.vendor.act(f"/v1/conflict-policies/{drafted['id']}", "publish")


async def test_what_a_draft_does_not_say_is_as_shipped_and_published_it_never_changes(tenant: Tenant):
    place = await world(tenant)

    drafted = await place.vendor.post("/v1/conflict-policies", {"name": "Ours", "thresholds": {"possible": 60}})

    assert drafted["thresholds"] == {"possible": 60, "probable": 70, "certain": 90}
    assert (drafted["weights"]["domain"], drafted["checks_a_day"], drafted["look_back_days"]) == (80, 100, 30)
    path = f"/v1/conflict-policies/{drafted['id']}"
    changed = await place.vendor.patch(path, {"appeal_days": 5}, if_match=drafted.headers["etag"])
    assert (changed["appeal_days"], changed["thresholds"]["possible"]) == (5, 60)
    published = await place.vendor.act(path, "publish")
    assert (published["status"], published["policy_version"]) == ("published", 1)
    refused = await place.vendor.patch(path, {"appeal_days": 6}, if_match=published.headers["etag"])
    assert refused.problem == "invalid_transition"
    assert (await place.vendor.act(path, "publish")).problem == "invalid_transition"


@pytest.mark.parametrize(
    ("thresholds", "pointer"),
    [({"possible": 80}, "/thresholds"), ({"certain": 60}, "/thresholds"), ({"possible": 0}, "/thresholds/possible")],
)
async def test_thresholds_rise(tenant: Tenant, thresholds, pointer):
    place = await world(tenant)

    refused = await place.vendor.post("/v1/conflict-policies", {"name": "Ours", "thresholds": thresholds})

    assert (refused.status, refused["errors"][0]["pointer"]) == (422, pointer)


async def test_results_keep_the_version_they_were_judged_by(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller)
    before = await rival.post("/v1/conflict-checks", _ASKED)
    await in_force(place, thresholds={"possible": 60, "probable": 80, "certain": 95})
    after = await rival.post("/v1/conflict-checks", _ASKED)

    assert (before["class"], before["policy_version"]) == ("probable", 0)
    assert (after["class"], after["policy_version"]) == ("possible", 1)
    assert (await rival.get(f"/v1/conflict-checks/{before['id']}"))["policy_version"] == 0


async def test_a_policy_is_for_the_tiers_it_names_and_others_have_the_one_for_everybody(tenant: Tenant):
    place = await world(tenant)
    gold, silver = await place.partner(tier="gold"), await place.partner(tier="silver")
    await in_force(place, checks_a_day=2)
    await in_force(place, checks_a_day=1, tiers=["gold", "platinum"])
    await in_force(place, checks_a_day=3)

    answers = {
        "gold": [(await gold.post("/v1/conflict-checks", _ASKED)).status for _ in range(4)],
        "silver": [(await silver.post("/v1/conflict-checks", _ASKED)).status for _ in range(4)],
    }

    assert answers == {"gold": [201, 429, 429, 429], "silver": [201, 201, 201, 429]}


async def test_a_partner_sees_no_policy(tenant: Tenant):
    place = await world(tenant)
    made = await in_force(place)
    partner = await place.partner()

    assert (await partner.get("/v1/conflict-policies")).json["data"] == []
    assert (await partner.get(f"/v1/conflict-policies/{made['id']}")).status == 404
    assert (await partner.post("/v1/conflict-policies", {"name": "Mine"})).status == 403


def test_thresholds_of_a_policy_decide_the_class():
    asked, rival = Asked(Company("Akme", country="US"), "cloud", None), Company("Acme", country="US")
    entry = Registered("deal_1", "ptr_1", "cus_1", "cloud", rival, True)

    usual = compare(asked, entry)
    loose = ConflictPolicy(thresholds=Thresholds(possible=0.3, probable=0.4, certain=0.5))

    assert usual.verdict == "possible"
    assert compare(asked, entry, policy=loose).verdict == "blocking"
