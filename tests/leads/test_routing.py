"""Routing is fair, explained, and gives nothing to a partner that may not have it."""

import asyncio
from collections import Counter

import pytest

from services.leads.handover.handlers import keep_partner
from shared.db.tx import transaction
from shared.events.inbox import system_caller
from tests.leads import make
from tests.system import Client, Tenant


async def shares(vendor: Client, leads: int) -> Counter[str | None]:
    """Take in and route so many leads; who got how many."""
    paths = await make.leads(vendor, leads)
    answers = [await vendor.post(f"{path}/route", if_match='"1"') for path in paths]
    return Counter(answer["partner_id"] for answer in answers)


async def test_a_batch_of_a_thousand_is_shared_by_seven_partners_to_within_one(tenant: Tenant) -> None:
    seven = await make.partners(tenant, 7)

    got = await shares(tenant.vendor(), 1000)

    assert set(got) == {each.id for each in seven}
    assert set(got.values()) == {142, 143}


async def test_leads_routed_at_the_same_time_are_shared_just_as_fairly(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    four = await make.partners(tenant, 4)
    paths = await make.leads(vendor, 24)

    answers = await asyncio.gather(*(vendor.post(f"{path}/route", if_match='"1"') for path in paths))

    assert Counter(answer["partner_id"] for answer in answers) == {each.id: 6 for each in four}


async def test_a_partner_that_is_left_out_neither_receives_nor_favours_its_neighbour(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    a, b, c, d = await make.partners(tenant, 4)
    await b.becomes(status="suspended")
    await c.becomes(accepts_leads=False)

    without = await shares(vendor, 10)
    await b.becomes(status="active")
    again = await shares(vendor, 6)

    assert without == {a.id: 5, d.id: 5}
    assert again == {a.id: 2, b.id: 2, d.id: 2}


async def test_leads_only_one_partner_can_take_do_not_cost_the_others_their_turn(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    a, b = await make.partners(tenant, 2, territories=["HU"])
    c = await make.partner(tenant, territories=["HU", "AT"])

    got: Counter[str] = Counter()
    for _ in range(6):
        _, austrian = await make.routed(vendor, country="AT")
        _, hungarian = await make.routed(vendor, country="HU")
        assert austrian["partner_id"] == c.id
        got[hungarian["partner_id"]] += 1

    assert got == {a.id: 3, b.id: 3}


async def test_when_capacity_runs_out_in_a_batch_the_rest_waits_visibly(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    a, b = await make.partners(tenant, 2, capacity=2)

    got = await shares(vendor, 7)

    assert got == {a.id: 2, b.id: 2, None: 3}
    queue = await vendor.get("/v1/leads", status="unroutable")
    assert [each["reason"] for each in queue["data"]] == ["no_candidate"] * 3
    explained = await vendor.get(f"/v1/leads/{queue['data'][0]['id']}/routing-explanation")
    candidates = explained["decisions"][0]["candidates"]
    assert {each["reasons"][0]["code"] for each in candidates} == {"at_capacity"}


async def test_a_partner_suspended_between_choice_and_offer_gets_nothing(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first, second = await make.partners(tenant, 2)
    path = await make.lead(vendor)
    first.status, first.version = "suspended", first.version + 1
    caller = system_caller(tenant.id, mode=tenant.mode)
    database = tenant.system.apps["leads"].state.database

    async with transaction(
        database, caller=caller, viewer="*", now=tenant.now(), action="on event", engine=True
    ) as suspension:
        await keep_partner(suspension, first.state(), make.envelope(tenant, first.state(), version=first.version))
        routing = asyncio.create_task(vendor.act(path, "route"))
        await make.waits_for_a_lock(tenant, routing)
    routed = await routing

    assert routed["partner_id"] == second.id
    explained = await vendor.get(f"{path}/routing-explanation")
    reasons = {each["partner_id"]: each["reasons"] for each in explained["decisions"][0]["candidates"]}
    assert [each["code"] for each in reasons[first.id]] == ["not_active"]
    assert reasons[second.id] == []


async def test_a_suspension_that_comes_second_takes_the_lead_back(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    first, second = await make.partners(tenant, 2)
    path, routed = await make.routed(vendor)
    accepted_path, accepted = await make.routed(vendor, country="HU")
    await second.person.act(accepted_path, "accept")

    await first.becomes(status="suspended")
    await second.becomes(status="terminated")

    for each in (path, accepted_path):
        lead = await vendor.get(each)
        assert (lead["status"], lead["partner_id"]) == ("routing", None)
    assert (await first.person.get(path)).problem == "not_found"
    third = await make.partner(tenant)
    await tenant.system.settle()
    assert (await vendor.get(path))["partner_id"] == third.id
    assert (await vendor.get(accepted_path))["partner_id"] == third.id


async def test_a_suspended_partner_cannot_accept_what_it_was_offered(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    await tenant.system.superuser.execute(
        "UPDATE leads.partner_directory SET status = 'suspended' WHERE tenant_id = $1", tenant.id
    )

    assert (await partner.person.act(path, "accept")).problem == "partner_not_active"


async def test_nothing_is_assigned_from_the_day_a_partnership_ends(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    await partner.becomes(terminates_on=tenant.now().date())

    path, routed = await make.routed(vendor)

    assert routed["status"] == "unroutable"
    by_hand = await vendor.act(path, "offer", {"partner_id": partner.id})
    assert by_hand.problem == "partner_not_eligible"


async def test_a_published_policy_decides_and_its_version_is_kept_with_the_decision(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    hungarian, austrian = (
        (await make.partners(tenant, 1, territories=["HU"]))[0],
        await make.partner(tenant, territories=["AT"]),
    )
    before, _ = await make.routed(vendor)
    draft = await vendor.post(
        "/v1/routing-policies",
        {"name": "Abroad", "eligibility": '!("HU" in partner.territories)', "accept_within_hours": 4, "hop_limit": 1},
    )
    policy = f"/v1/routing-policies/{draft['id']}"

    published = await vendor.act(policy, "publish")
    after, routed = await make.routed(vendor)
    await austrian.person.act(after, "decline", {"reason": "no"})

    assert (draft["status"], draft["policy_version"]) == ("draft", None)
    assert (published["status"], published["policy_version"], published["allowed_actions"]) == ("published", 1, [])
    assert routed["partner_id"] == austrian.id
    first = (await vendor.get(f"{before}/routing-explanation"))["decisions"][0]
    assert (first["policy_version"], first["partner_id"]) == (0, hungarian.id)
    decisions = (await vendor.get(f"{after}/routing-explanation"))["decisions"]
    assert [(each["policy_version"], each["outcome"]) for each in decisions] == [(1, "offered"), (1, "hop_limit")]
    refused = next(each for each in decisions[0]["candidates"] if each["partner_id"] == hungarian.id)
    assert [each["code"] for each in refused["reasons"]] == ["policy"]
    assert refused["facts"] == {"partner.territories": ["HU"]}
    assert (await vendor.patch(policy, {"hop_limit": 2}, if_match="*")).problem == "invalid_transition"
    assert (await vendor.act(policy, "publish")).problem == "invalid_transition"


async def test_the_next_version_retires_the_one_before(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    made = [await vendor.post("/v1/routing-policies", {"name": name}) for name in ("one", "two")]

    answers = await asyncio.gather(*(vendor.act(f"/v1/routing-policies/{each['id']}", "publish") for each in made))

    assert sorted(answer["policy_version"] for answer in answers) == [1, 2]
    listed = (await vendor.get("/v1/routing-policies"))["data"]
    assert sorted(each["status"] for each in listed) == ["published", "retired"]
    assert [each["policy_version"] for each in listed if each["status"] == "published"] == [2]


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ('partner.teir == "gold"', "unknown_fact"),
        ("partner.open_leads", "not_boolean"),
        ("lead.amount > 1.5", "type_mismatch"),
        ("partner.tier ==", "syntax_error"),
    ],
)
async def test_a_condition_that_cannot_be_used_is_refused_with_its_place(
    tenant: Tenant, condition: str, code: str
) -> None:
    refused = await tenant.vendor().post("/v1/routing-policies", {"name": "Odd", "eligibility": condition})

    assert (refused.status, refused.problem) == (422, "invalid_rule")
    assert [(each["pointer"], each["code"]) for each in refused["errors"]] == [("/eligibility", code)]


async def test_a_condition_about_a_fact_that_is_missing_lets_nobody_in_and_says_so(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    await make.partners(tenant, 1)
    draft = await vendor.post("/v1/routing-policies", {"name": "Gold", "eligibility": 'partner.tier == "gold"'})
    await vendor.act(f"/v1/routing-policies/{draft['id']}", "publish")

    path, routed = await make.routed(vendor)

    assert routed["status"] == "unroutable"
    (decision,) = (await vendor.get(f"{path}/routing-explanation"))["decisions"]
    assert decision["candidates"][0]["reasons"] == [{"code": "policy", "detail": "fact partner.tier is missing"}]


async def test_a_partner_is_told_of_its_own_eligibility_only(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    trio = await make.partners(tenant, 3)
    path, routed = await make.routed(vendor)
    holder = make.holder(trio, routed)

    everything = await vendor.get(f"{path}/routing-explanation")
    own = await holder.person.get(f"{path}/routing-explanation")

    assert len(everything["decisions"][0]["candidates"]) == 3
    assert [each["partner_id"] for each in own["decisions"][0]["candidates"]] == [holder.id]
    assert own["decisions"][0]["policy_version"] == 0
    assert all(other.id.encode() not in own.body for other in make.others(trio, holder))


async def test_policies_are_the_vendors_alone(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    draft = await vendor.post("/v1/routing-policies", {"name": "Ours"})
    path = f"/v1/routing-policies/{draft['id']}"

    assert (await partner.person.get(path)).problem == "not_found"
    assert (await partner.person.get("/v1/routing-policies"))["data"] == []
    assert (await partner.person.post("/v1/routing-policies", {"name": "Mine"})).problem == "forbidden"
    assert (await partner.person.patch(path, {"name": "Mine"}, if_match="*")).problem == "forbidden"
    assert (await partner.person.post(f"{path}/publish", if_match="*")).problem == "forbidden"
    changed = await vendor.patch(path, {"name": "Útvonal 路由"}, if_match=draft.headers["etag"])
    assert (changed["name"], changed["version"]) == ("Útvonal 路由", 2)
    assert (await vendor.patch(path, {"name": "x"}, if_match='"1"')).problem == "stale_version"


async def test_a_territory_covers_its_countries(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    alpine, _ = (
        (await make.partners(tenant, 1, territories=["alps"]))[0],
        await make.partner(tenant, territories=["FR"]),
    )
    territory = await vendor.post(
        "/v1/territories", {"code": "alps", "name": "Alpok Альпы", "countries": ["CH", "AT", "AT"]}
    )

    _, austrian = await make.routed(vendor, country="AT")
    _, german = await make.routed(vendor, country="DE")
    path = f"/v1/territories/{territory['id']}"
    wider = await vendor.patch(path, {"countries": ["AT", "CH", "DE"]}, if_match=territory.headers["etag"])
    _, german_now = await make.routed(vendor, country="DE")

    assert territory["countries"] == ["AT", "CH"]
    assert (austrian["partner_id"], german["status"]) == (alpine.id, "unroutable")
    assert wider["countries"] == ["AT", "CH", "DE"]
    assert german_now["partner_id"] == alpine.id
    assert (await alpine.person.get(path))["code"] == "alps"
    assert (await alpine.person.patch(path, {"name": "x"}, if_match="*")).problem == "forbidden"
    again = {"code": "alps", "name": "x", "countries": ["AT"]}
    assert (await vendor.post("/v1/territories", again)).problem == "already_exists"
    assert (await alpine.person.post("/v1/territories", {**again, "code": "x"})).problem == "forbidden"
