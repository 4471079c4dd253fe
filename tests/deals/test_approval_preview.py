"""Who would have to approve a deal, asked before anything happens."""

from tests.deals.approvals import LARGE, answers, asked, hires, policy, seen, step
from tests.deals.make import GLOBEX, drafts, submits, world
from tests.system import Tenant


async def test_a_draft_tells_who_would_approve_it_and_stays_a_draft(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    steps = (
        step("desk", due_after_hours=10, remind_after_hours=5),
        step("large", "executive", when="deal.amount > 90000000"),
        step("boss", "executive", "finance_approver", quorum=1),
    )
    await policy(place, *steps)
    seller = await place.partner()
    draft = await drafts(seller, amount=LARGE)

    told = await place.vendor.get(f"/v1/deals/{draft['id']}/approval-preview")
    shown = await seller.get(f"/v1/deals/{draft['id']}/approval-preview")

    assert (told["outcome"], told["policy_version"]) == ("refer", 1)
    assert [(each["code"], each["quorum"]) for each in told["steps"]] == [("desk", 1), ("boss", 1)]
    (approver,) = told["steps"][0]["approvers"]
    assert approver == {"role": "deal_desk", "team_role": None, "account_ids": [desk.account_id], "delegated": []}
    assert told["steps"][0]["due_at"] < told["steps"][1]["due_at"]
    assert [(each["rule"], each["result"], each["reasons"]) for each in told["decision_trace"]] == [
        ("small", "false", ["small"]),
        ("approval_steps", "true", ["desk"]),
        ("approval_steps", "false", []),
        ("approval_steps", "true", ["boss"]),
    ]
    assert told["decision_trace"][2]["inputs"] == {"deal.amount": 50_000_000}
    (hidden,) = shown["steps"][0]["approvers"]
    assert hidden == {"role": "deal_desk", "team_role": None, "account_ids": None, "delegated": None}
    assert {each["inputs"] and each["expression"] for each in shown["decision_trace"]} == {None}
    assert ((await seen(seller, draft))["status"], await asked(place.vendor, draft)) == ("draft", [])


async def test_what_the_policy_approves_asks_nobody(tenant: Tenant):
    place = await world(tenant)
    await policy(place, step())
    draft = await drafts(await place.partner(), amount={"amount": 500, "currency": "EUR"})

    told = await place.vendor.get(f"/v1/deals/{draft['id']}/approval-preview")

    assert (told["outcome"], told["steps"]) == ("pass", [])


async def test_a_named_account_is_told_to_be_for_a_person_though_every_rule_holds(tenant: Tenant):
    place = await world(tenant)
    boss = await hires(place, "deal_desk")
    rules = [{"code": "any", "when": "true", "reason": "Never."}]
    await policy(place, step("boss"), rules=rules)
    await place.vendor.post("/v1/customers", {**GLOBEX, "named_account": True})
    deal = await drafts(await place.partner())

    told = await place.vendor.get(f"/v1/deals/{deal['id']}/approval-preview")

    assert (told["outcome"], [each["code"] for each in told["steps"]]) == ("refer", ["boss"])
    assert told["steps"][0]["approvers"][0]["account_ids"] == [boss.account_id]
    assert told["decision_trace"][0]["reasons"] == ["named_account"]


async def test_a_partner_learns_nothing_of_rivals_from_its_drafts(tenant: Tenant):
    place = await world(tenant)
    await policy(place, rules=[{"code": "alone", "when": 'conflict.class == "none"'}])
    holder, rival = await place.partner(), await place.partner()
    await submits(holder)
    free = {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None}
    contested, uncontested = await drafts(rival), await drafts(rival, free)

    shown = [(await rival.get(f"/v1/deals/{each['id']}/approval-preview")).json for each in (contested, uncontested)]
    told = [
        (await place.vendor.get(f"/v1/deals/{each['id']}/approval-preview"))["outcome"]
        for each in (contested, uncontested)
    ]

    assert {**shown[0], "deal_id": None} == {**shown[1], "deal_id": None}
    assert told == ["refer", "pass"]
    assert (await holder.get(f"/v1/deals/{contested['id']}/approval-preview")).status == 404


async def test_a_partner_learns_nothing_of_named_accounts_from_its_drafts(tenant: Tenant):
    place = await world(tenant)
    await place.vendor.post("/v1/customers", {**GLOBEX, "named_account": True, "country": "CA"})
    seller = await place.partner()
    free = {"name": "Initech", "domain": "initech.com", "country": "US", "tax_id": None}
    named, unnamed = await drafts(seller), await drafts(seller, free)

    for rules in (
        [{"code": "any", "when": "true"}],
        [{"code": "known", "when": '!customer.named || customer.country == "CA"'}],
    ):
        await policy(place, rules=rules)
        shown = [(await seller.get(f"/v1/deals/{each['id']}/approval-preview")).json for each in (named, unnamed)]
        assert {**shown[0], "deal_id": None} == {**shown[1], "deal_id": None}


async def test_a_deal_that_was_judged_is_shown_by_its_own_policy(tenant: Tenant):
    place = await world(tenant)
    desk = await hires(place, "deal_desk")
    await policy(place, step())
    deal = await submits(await place.partner(), amount=LARGE)
    await policy(place, step("other", "executive"))

    told = await place.vendor.get(f"/v1/deals/{deal['id']}/approval-preview")

    assert (told["policy_version"], [each["code"] for each in told["steps"]]) == (1, ["desk"])
    await answers(desk, deal)
    assert (await seen(place.vendor, deal))["status"] == "approved"
