"""How often a partner may ask whom it would meet: by conflict checks, and by registrations that it does not keep."""

from tests.deals.make import GLOBEX, World, changes, submits, world
from tests.system import Tenant

OTHERS = [{"name": f"{name} AG", "domain": f"{name.lower()}.example"} for name in ("Initech", "Hooli", "Umbrella")]


async def test_a_partner_has_a_hundred_checks_a_day_and_the_refusal_says_nothing_of_the_customer(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    await submits(seller)
    asked = {"customer": {"name": "Globex", "domain": "globex.com"}, "product_family": "cloud"}
    for _ in range(100):
        assert (await rival.post("/v1/conflict-checks", asked)).status == 201

    refused = await rival.post("/v1/conflict-checks", asked)
    nobody = await rival.post(
        "/v1/conflict-checks", {**asked, "customer": {"name": "Nobody", "domain": "nobody.example"}}
    )

    assert (refused.status, refused.problem) == (429, "conflict_check_budget")
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    without_id = [{**each.json, "request_id": ""} for each in (refused, nobody)]
    assert without_id[0] == without_id[1]
    assert (await seller.post("/v1/conflict-checks", asked)).status == 201
    await tenant.advance(days=1)
    assert (await rival.post("/v1/conflict-checks", asked)).status == 201


async def _few_checks(place: World) -> None:
    terms = await place.vendor.post("/v1/conflict-policies", {"name": "Few", "checks_a_day": 2})
    await place.vendor.act(f"/v1/conflict-policies/{terms['id']}", "publish")


async def test_whoever_asks_by_registrations_that_it_takes_back_has_no_more_answers_than_by_checks(tenant: Tenant):
    place = await world(tenant)
    await _few_checks(place)
    await submits(await place.partner())
    rival, other = await place.partner(), await place.partner()
    for _ in range(3):
        met = await submits(rival)
        assert met["conflict_class"] == "blocking"
        assert (await rival.act(f"/v1/deals/{met['id']}", "withdraw")).status == 200

    refused = [await submits(rival), await submits(rival, {**GLOBEX, "name": "Initech", "domain": "initech.com"})]

    assert {each.problem for each in refused} == {"conflict_check_budget"}
    assert len({each["detail"] for each in refused}) == 1
    assert 0 < int(refused[0].headers["retry-after"]) <= 86_400
    checked = await rival.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})
    assert checked.problem == "conflict_check_budget"
    assert (await submits(other))["status"] == "in_review"
    assert (await submits(place.vendor, partner_id=rival.partner_id))["status"] == "in_review"
    await tenant.advance(days=1)
    assert (await rival.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})).status == 201


async def test_whoever_asks_by_turning_a_deal_to_other_customers_has_no_more_answers_than_by_checks(tenant: Tenant):
    place = await world(tenant)
    await _few_checks(place)
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"

    turns = [await changes(seller, path, {"customer": each}) for each in OTHERS]

    assert [each.status for each in turns] == [200, 200, 429]
    assert turns[-1].problem == "conflict_check_budget"
    assert (await seller.get(path))["customer"]["name"] == OTHERS[1]["name"]
    assert (await changes(seller, path, {"title": "Renamed"})).status == 200
    assert (await changes(place.vendor, path, {"customer": OTHERS[2]})).status == 200


async def test_whoever_asks_by_deals_that_it_gives_up_at_once_has_no_more_answers_than_by_checks(tenant: Tenant):
    place = await world(tenant)
    await _few_checks(place)
    seller = await place.partner()
    kept = await submits(seller)
    await tenant.advance(days=1)
    given_up = [await submits(seller, each) for each in OTHERS]

    lost = [await seller.act(f"/v1/deals/{each['id']}", "lose", {"reason_code": "price"}) for each in given_up]
    refused = await submits(seller, {"name": "Soylent AG", "domain": "soylent.example"})

    assert [each["status"] for each in (kept, *lost)] == ["approved", *["lost"] * 3]
    assert (refused.status, refused.problem) == (429, "conflict_check_budget")


async def test_a_deal_that_is_lost_after_a_day_has_asked_nothing(tenant: Tenant):
    place = await world(tenant)
    await _few_checks(place)
    seller = await place.partner()
    worked_on = [await submits(seller, each) for each in OTHERS]
    await tenant.advance(days=1)

    for each in worked_on:
        await seller.act(f"/v1/deals/{each['id']}", "lose", {"reason_code": "price"})

    assert (await submits(seller))["status"] == "approved"


async def test_whoever_asks_by_registrations_that_the_policy_rejects_has_no_more_answers_than_by_checks(tenant: Tenant):
    place = await world(tenant)
    await _few_checks(place)
    large = {"code": "not_tiny", "when": "deal.amount >= 100000", "outcome": "fail"}
    drafted = await place.vendor.post("/v1/approval-policies", {"name": "Ours", "rules": [large]})
    await place.vendor.act(f"/v1/approval-policies/{drafted['id']}", "publish")
    await submits(await place.partner())
    rival, tiny = await place.partner(), {"amount": {"amount": 100, "currency": "EUR"}}

    told = [await submits(rival, each, **tiny) for each in (GLOBEX, *OTHERS)]

    assert [each.json.get("status") for each in told[:3]] == ["rejected"] * 3
    assert (told[0]["conflict_class"], told[1]["conflict_class"]) == ("blocking", "none")
    assert (told[3].status, told[3].problem) == (429, "conflict_check_budget")
    checked = await rival.post("/v1/conflict-checks", {"customer": GLOBEX, "product_family": "cloud"})
    assert checked.problem == "conflict_check_budget"
    by_vendor = await submits(place.vendor, OTHERS[2], partner_id=rival.partner_id, **tiny)
    assert by_vendor["status"] == "rejected"
