"""Deals in their stages: what is kept of their way, how long they may stay, and why they end."""

from datetime import timedelta

from tests.deals.make import BEYOND_LIMIT, changes, events_of, submits, wins, world
from tests.deals.test_pipelines import SHORT, publishes
from tests.system import Tenant


async def test_every_move_is_kept_with_how_long_it_took(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"

    await tenant.advance(days=2)
    await seller.act(path, "stage", {"stage": "qualified"})
    await tenant.advance(days=1)
    await seller.act(path, "stage", {"stage": "committed"})
    await seller.act(path, "stage", {"stage": "qualified", "reason": "The budget is gone"})
    await wins(seller, await seller.get(path), amount=5, on=place.today())
    history = (await seller.get(f"{path}/stage-history"))["data"]

    assert [(each["from_stage"], each["to_stage"], each["direction"]) for each in reversed(history)] == [
        ("prospect", "qualified", "forward"),
        ("qualified", "committed", "forward"),
        ("committed", "qualified", "back"),
        ("qualified", "won", "ended"),
    ]
    assert [each["seconds_in_stage"] // 86400 for each in reversed(history)] == [2, 1, 0, 0]
    assert [each["reason"] for each in reversed(history)] == [None, None, "The budget is gone", None]
    assert {each["moved_by"] for each in history} == {seller.account_id}


async def test_going_back_takes_a_reason(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"
    await seller.act(path, "stage", {"stage": "qualified"})

    refused = await seller.act(path, "stage", {"stage": "prospect"})

    assert (refused.status, refused.json["errors"][0]["pointer"]) == (422, "/reason")
    assert (await seller.act(path, "stage", {"stage": "prospect", "reason": "A mistake"}))["stage"] == "prospect"


async def test_a_refusal_names_every_field_that_the_stage_needs(tenant: Tenant):
    place = await world(tenant)
    await publishes(
        place,
        stages=[
            {"code": "talk", "probability": 10},
            {
                "code": "offer",
                "probability": 50,
                "required_fields": ["next_step", "customer.tax_id"],
                "entry_rules": [{"code": "large", "when": "deal.amount >= 2000000"}],
            },
        ],
    )
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"

    refused = await seller.act(path, "stage", {"stage": "offer"})

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [
        ("/next_step", "required_for_stage"),
        ("/customer/tax_id", "required_for_stage"),
        ("/stage", "entry_rule_failed"),
    ]


async def test_a_stage_can_ask_how_complete_a_deal_is(tenant: Tenant):
    place = await world(tenant)
    complete = [{"code": "complete", "when": "deal.completeness >= 100"}]
    await publishes(place, stages=[SHORT[0], {"code": "offer", "probability": 50, "entry_rules": complete}])
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"
    partial = await submits(seller, {"name": "Hooli", "domain": "hooli.example"}, expected_close_on=None)
    await place.vendor.act(f"/v1/deals/{partial['id']}", "approve")

    assert (await seller.act(path, "stage", {"stage": "offer"}))["stage"] == "offer"
    refused = await seller.act(f"/v1/deals/{partial['id']}", "stage", {"stage": "offer"})
    assert [each["code"] for each in refused.json["errors"]] == ["entry_rule_failed"]


async def test_a_deal_that_stays_too_long_is_flagged_once_and_no_longer_when_it_moves(tenant: Tenant):
    place = await world(tenant)
    await publishes(place)
    seller = await place.partner()
    deal = await submits(seller, next_step="Send the offer")
    path = f"/v1/deals/{deal['id']}"
    moved = await seller.act(path, "stage", {"stage": "proposal"})

    await tenant.advance(days=9)
    assert (await seller.get(path))["stage_overdue"] is False
    await tenant.advance(days=2)
    overdue = await seller.get(path)

    assert (overdue["stage_overdue"], overdue["stage_due_at"]) == (True, moved["stage_due_at"])
    late = (await seller.get("/v1/deals", **{"stage_due_at[lt]": tenant.now().isoformat().replace("+00:00", "Z")}))[
        "data"
    ]
    assert [each["id"] for each in late] == [deal["id"]]
    (event,) = await events_of(place, "deal.stage_overdue.v1")
    assert (event["deal_id"], event["stage"]) == (deal["id"], "proposal")
    back = await seller.act(path, "stage", {"stage": "first_call", "reason": "They have another question"})
    assert (back["stage_overdue"], back["stage_due_at"]) == (False, None)


async def test_the_first_stage_is_timed_from_the_approval_and_nothing_is_late_that_has_ended(tenant: Tenant):
    place = await world(tenant)
    await publishes(place, stages=[{**SHORT[0], "max_age_days": 5}, SHORT[1]])
    seller = await place.partner()
    stays, ends = await submits(seller), await submits(seller, {"name": "Hooli", "domain": "hooli.example"})
    await seller.act(f"/v1/deals/{ends['id']}", "lose")

    await tenant.advance(days=6)

    assert stays["stage_entered_at"] == stays["decided_at"]
    assert [each["deal_id"] for each in await events_of(place, "deal.stage_overdue.v1")] == [stays["id"]]


async def test_what_was_planned_is_kept_when_it_changes(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"

    for change in ({"next_step": "Call them"}, {"expected_close_on": "2032-01-31"}, {"title": "Migration, once more"}):
        seen = await seller.get(path)
        assert (await seller.patch(path, change, if_match=seen.headers["etag"])).status == 200
    kept = (await seller.get(f"{path}/plan-history"))["data"]

    assert [(each["old_expected_close_on"], each["new_expected_close_on"]) for each in kept] == [
        ("2031-12-31", "2032-01-31"),
        ("2031-12-31", "2031-12-31"),
    ]
    assert [(each["old_next_step"], each["new_next_step"]) for each in kept] == [
        ("Call them", "Call them"),
        (None, "Call them"),
    ]
    assert kept[0]["old_amount"] == deal["amount"]
    assert [(await rival.get(f"{path}/{each}-history")).status for each in ("plan", "stage")] == [404, 404]


async def test_a_lost_deal_gives_a_code_of_the_list_where_the_list_demands_one(tenant: Tenant):
    place = await world(tenant)
    await publishes(place, lost_reasons=[{"code": "too_slow", "label": {"en": "We were too slow"}}])
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"

    silent = await seller.act(path, "lose")
    other = await seller.act(path, "lose", {"reason_code": "price"})
    lost = await seller.act(path, "lose", {"reason_code": "too_slow", "reason": "They waited for three weeks"})

    assert [each.json["errors"][0]["code"] for each in (silent, other)] == ["required", "unknown_reason"]
    assert (lost["lost_reason_code"], lost["lost_reason"]) == ("too_slow", "They waited for three weeks")
    (event,) = await events_of(place, "deal.lost.v1")
    assert (event["reason_code"], event["reason"]) == ("too_slow", "They waited for three weeks")


async def test_a_won_deal_says_why_where_somebody_does(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    first, second = await submits(seller), await submits(seller, {"name": "Hooli", "domain": "hooli.example"})
    body = {"amount": {"amount": 5, "currency": "EUR"}, "closed_on": place.today().isoformat()}

    why = await seller.act(f"/v1/deals/{first['id']}", "win", {**body, "reason_code": "relationship"})
    silent = await seller.act(f"/v1/deals/{second['id']}", "win", body)

    assert [each["won_reason_code"] for each in (why, silent)] == ["relationship", "unspecified"]


async def test_a_reopened_deal_goes_on_in_its_stage_from_now(tenant: Tenant):
    place = await world(tenant)
    seller = await place.partner()
    path = f"/v1/deals/{(await submits(seller))['id']}"
    await seller.act(path, "stage", {"stage": "qualified"})
    await seller.act(path, "lose")
    await tenant.advance(days=3)

    reopened = await seller.act(path, "reopen")
    history = (await seller.get(f"{path}/stage-history"))["data"]

    assert (reopened["stage"], reopened["lost_reason_code"]) == ("qualified", None)
    assert reopened["stage_entered_at"][:10] == place.today().isoformat()
    assert [(each["from_stage"], each["to_stage"]) for each in history[:2]] == [
        ("lost", "qualified"),
        ("qualified", "lost"),
    ]
    assert timedelta(seconds=history[0]["seconds_in_stage"]).days == 3


async def test_a_deal_has_been_in_its_stage_all_the_while_that_it_was_decided_again(tenant: Tenant):
    place = await world(tenant)
    await publishes(place, stages=[{**SHORT[0], "max_age_days": 5}, SHORT[1]])
    seller = await place.partner()
    deal = await submits(seller)
    path = f"/v1/deals/{deal['id']}"
    await tenant.advance(days=2)
    reviewed = await changes(seller, path, {"amount": BEYOND_LIMIT})
    await tenant.advance(days=4)

    approved = await place.vendor.act(path, "approve")
    await tenant.advance(days=1)
    late = await seller.get(path)

    assert (deal["status"], reviewed["status"], approved["status"]) == ("approved", "in_review", "approved")
    assert (approved["stage_entered_at"], approved["stage_due_at"]) == (deal["stage_entered_at"], deal["stage_due_at"])
    assert late["stage_overdue"] is True
    assert len(await events_of(place, "deal.stage_overdue.v1")) == 1
