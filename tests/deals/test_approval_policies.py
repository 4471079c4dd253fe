"""Which deals are approved without a person: policies, their versions and their previews."""

from datetime import datetime
from typing import Any

from tests.deals.make import BEYOND_LIMIT, GLOBEX, World, submits, world
from tests.system import Response, Tenant

STRICT = {
    "name": "Small deals only",
    "rules": [
        {"code": "small", "when": "deal.amount <= deal.amount_limit", "reason": "Above the limit of the tier."},
        {"code": "not_tiny", "when": "deal.amount >= 100", "outcome": "fail", "reason": "Not worth registering."},
    ],
    "amount_limits": [{"currency": "EUR", "amount": 1000}, {"tier": "gold", "currency": "EUR", "amount": 5000}],
    "protection_days": [{"days": 60}, {"tier": "gold", "days": 120}],
}


def euros(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR"}


async def publishes(place: World, body: dict[str, Any]) -> Response:
    draft = await place.vendor.post("/v1/approval-policies", body)
    assert draft.status == 201, draft.json
    return await place.vendor.act(f"/v1/approval-policies/{draft['id']}", "publish")


def days_protected(deal: Response) -> int:
    start, end = (datetime.fromisoformat(deal[name]) for name in ("protected_from", "protected_until"))
    return (end - start).days


async def test_the_published_policy_with_the_highest_version_judges_by_tier(tenant: Tenant):
    place = await world(tenant)
    plain, gold = await place.partner(), await place.partner(tier="gold")
    published = await publishes(place, STRICT)

    assert (published["status"], published["policy_version"]) == ("published", 1)
    large = await submits(plain, {**GLOBEX, "domain": "a.example"}, amount=euros(5000))
    small = await submits(plain, {**GLOBEX, "name": "Hooli", "domain": "b.example"}, amount=euros(1000))
    golden = await submits(gold, {"name": "Initech", "domain": "c.example"}, amount=euros(5000))
    tiny = await submits(gold, {"name": "Umbrella", "domain": "d.example"}, amount=euros(99))

    assert [each["status"] for each in (large, small, golden, tiny)] == [
        "in_review",
        "approved",
        "approved",
        "rejected",
    ]
    assert (days_protected(small), days_protected(golden)) == (60, 120)
    assert (tiny["decision_reason"], tiny["policy_version"]) == ("not_tiny", 1)


async def test_an_approved_deal_keeps_its_terms_when_the_policy_changes(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    before = await submits(seller)
    await publishes(place, STRICT)

    after = await seller.get(f"/v1/deals/{before['id']}")

    assert (after["protected_until"], after["policy_version"]) == (before["protected_until"], 0)


async def test_a_rule_that_cannot_be_used_is_refused_where_it_stands(tenant: Tenant):
    place = await world(tenant)
    rules = [{"code": "typo", "when": "deal.amont > 5"}, {"code": "text", "when": "deal.amount"}]

    refused = await place.vendor.post("/v1/approval-policies", {**STRICT, "rules": rules})

    assert (refused.status, refused.problem) == (422, "invalid_rule")
    assert [each["pointer"] for each in refused.json["errors"]] == ["/rules/0/when", "/rules/1/when"]


async def test_a_draft_is_changed_and_a_published_policy_never(tenant: Tenant):
    place = await world(tenant)
    draft = await place.vendor.post("/v1/approval-policies", STRICT)
    path = f"/v1/approval-policies/{draft['id']}"

    bad = await place.vendor.patch(path, {"rules": [{"code": "x", "when": "("}]}, if_match=draft.headers["etag"])
    assert bad.problem == "invalid_rule"
    changed = await place.vendor.patch(path, {"name": "Smaller"}, if_match=draft.headers["etag"])
    assert (changed["name"], len(changed["rules"])) == ("Smaller", 2)
    assert (await place.vendor.patch(path, {"name": "x"}, if_match=draft.headers["etag"])).status == 412
    published = await place.vendor.act(path, "publish")
    late = await place.vendor.patch(path, {"name": "x"}, if_match=published.headers["etag"])
    assert late.problem == "invalid_transition"
    assert (await place.vendor.act(path, "publish")).problem == "invalid_transition"


async def test_a_preview_tells_which_past_decisions_would_change_and_changes_none(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    approved = await submits(seller)
    reviewed = await submits(seller, {"name": "Initech", "domain": "initech.com"}, amount=BEYOND_LIMIT)
    draft = await place.vendor.post("/v1/approval-policies", STRICT)

    seen = await place.vendor.get(f"/v1/approval-policies/{draft['id']}/preview")

    assert (seen["total"], seen["outcomes"]) == (2, {"refer": 2})
    assert seen["transitions"] == [{"recorded": "pass", "outcome": "refer", "count": 1}]
    assert seen["changes"] == [
        {"deal_id": approved["id"], "recorded": "pass", "outcome": "refer", "reasons": ["small"]}
    ]
    assert (await seller.get(f"/v1/deals/{reviewed['id']}"))["status"] == "in_review"


async def test_policies_are_the_vendors(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    draft = await place.vendor.post("/v1/approval-policies", STRICT)
    path = f"/v1/approval-policies/{draft['id']}"

    assert (await seller.post("/v1/approval-policies", STRICT)).problem == "forbidden"
    assert (await seller.get("/v1/approval-policies")).json["data"] == []
    for hidden in (await seller.get(path), await seller.get(f"{path}/preview")):
        assert hidden.status == 404
    assert (await seller.post(f"{path}/publish", if_match="*")).status in (403, 404)
