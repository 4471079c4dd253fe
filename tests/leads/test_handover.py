"""A lead finds its partner: routed, declined, expired, accepted, worked on, converted."""

import asyncio
from datetime import datetime, timedelta

from tests.leads import make
from tests.system import Tenant


async def test_a_lead_that_one_partner_declines_reaches_another_who_makes_a_deal_of_it(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    pair = await make.partners(tenant, 2)
    path, offered = await make.routed(vendor)
    first = make.holder(pair, offered)
    (second,) = make.others(pair, first)

    declined = await first.person.act(path, "decline", {"reason": "no engineers this month"})
    accepted = await second.person.act(path, "accept")
    contacted = await second.person.act(path, "contact")
    converted = await second.person.act(path, "convert", {"title": "Pumps for Globex"})

    assert offered["status"] == "offered"
    assert offered["offer"]["partner_id"] == first.id
    assert offered["offer"]["status"] == "offered"
    assert datetime.fromisoformat(offered["offer"]["expires_at"]) - tenant.now() > timedelta(hours=23)
    assert (declined.status, declined["object"], declined["status"]) == (200, "offer", "declined")
    assert (accepted["status"], accepted["offer"]["status"]) == ("accepted", "accepted")
    assert contacted["status"] == "contacted"
    assert converted["status"] == "converted"
    assert converted["deal_id"].startswith("deal_")
    assert (await vendor.get(path))["deal_id"] == converted["deal_id"]


async def test_a_lead_is_the_vendors_and_its_partners_and_nobody_elses(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    pair = await make.partners(tenant, 2)
    path, offered = await make.routed(vendor)
    first = make.holder(pair, offered)
    (second,) = make.others(pair, first)
    stranger = tenant.system.tenant().vendor()

    assert (await first.person.get(path)).status == 200
    for outsider in (second.person, stranger):
        assert (await outsider.get(path)).problem == "not_found"
        assert (await outsider.get("/v1/leads"))["data"] == []
        assert (await outsider.get("/v1/offers"))["data"] == []
        assert (await outsider.get(f"/v1/offers/{offered['offer']['id']}")).problem == "not_found"
        assert (await outsider.get(f"{path}/routing-explanation")).problem == "not_found"
    for verb, body in (("accept", None), ("decline", {"reason": "x"}), ("contact", None), ("convert", {})):
        assert (await second.person.post(f"{path}/{verb}", body, if_match='"1"')).problem == "not_found"


async def test_the_person_behind_a_lead_is_shown_after_acceptance_and_hidden_after_recall(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    hidden = dict.fromkeys(make.CONTACT)
    path, offered = await make.routed(
        vendor, metadata={"person": "Őry"}, external_reference={"system": "crm", "id": "7"}
    )

    seen_before = await partner.person.get(path)
    listed_before = await partner.person.get("/v1/leads")
    accepted = await partner.person.act(path, "accept")
    seen_after = await partner.person.get("/v1/leads")
    recalled = await vendor.act(path, "recall", {"reason": "the customer asked for another partner"})

    assert offered["contact"] == make.CONTACT
    assert (seen_before["contact"], listed_before["data"][0]["contact"]) == (hidden, hidden)
    assert (seen_before["metadata"], seen_before["external_reference"]) == ({}, None)
    assert (accepted["contact"], seen_after["data"][0]["contact"]) == (make.CONTACT, make.CONTACT)
    assert (recalled["status"], recalled["partner_id"], recalled["offer"]) == ("routing", None, None)
    assert recalled["contact"] == make.CONTACT
    assert (await partner.person.get(path)).problem == "not_found"
    assert (await partner.person.get("/v1/leads"))["data"] == []


async def test_the_database_itself_keeps_the_person_from_a_partner_that_does_not_hold_the_lead(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    database = tenant.system.apps["leads"].state.database

    async def rows() -> int:
        async with database.connection() as connection, connection.transaction():
            await connection.execute(f"SET LOCAL prm.tenant = '{tenant.id}'; SET LOCAL prm.viewer = '{partner.id}'")
            return int(await connection.fetchval("SELECT count(*) FROM lead_contacts"))

    offered = await rows()
    await partner.person.act(path, "accept")
    accepted = await rows()
    await vendor.act(path, "recall", {"reason": "no progress"})

    assert (offered, accepted, await rows()) == (0, 1, 0)


async def test_an_offer_that_lapses_goes_to_another_partner_by_itself(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    pair = await make.partners(tenant, 2)
    path, offered = await make.routed(vendor)
    first = make.holder(pair, offered)
    (second,) = make.others(pair, first)

    await tenant.advance(hours=25)

    again = await vendor.get(path)
    assert (again["status"], again["partner_id"]) == ("offered", second.id)
    lapsed = await vendor.get(f"/v1/offers/{offered['offer']['id']}")
    assert lapsed["status"] == "expired"
    assert lapsed["decided_at"] == offered["offer"]["expires_at"]
    assert (await first.person.get(path)).problem == "not_found"


async def test_an_offer_ends_on_time_even_when_its_timer_is_late(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    await tenant.system.superuser.execute("DELETE FROM leads.timers WHERE tenant_id = $1", tenant.id)

    await tenant.advance(hours=24)

    assert (await partner.person.act(path, "accept")).problem == "offer_expired"
    assert (await partner.person.act(path, "decline", {"reason": "late"})).problem == "offer_expired"


async def test_a_lead_that_nobody_wants_waits_visibly_and_a_person_may_try_again(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    five = await make.partners(tenant, 5)
    path, offered = await make.routed(vendor)

    for _ in range(3):
        holder = make.holder(five, await vendor.get(path))
        await holder.person.act(path, "decline", {"reason": "no"})

    stuck = await vendor.get(path)
    assert (stuck["status"], stuck["reason"], stuck["partner_id"]) == ("unroutable", "hop_limit", None)
    assert [each["id"] for each in (await vendor.get("/v1/leads", status="unroutable"))["data"]] == [stuck["id"]]
    tried = {each["partner_id"] for each in (await vendor.get("/v1/offers"))["data"]}
    again = await vendor.act(path, "route")
    assert again["status"] == "offered"
    assert again["partner_id"] not in tried
    assert len(tried) == 3


async def test_whoever_refused_lapsed_or_lost_a_lead_never_gets_it_again(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    trio = await make.partners(tenant, 3)
    path, offered = await make.routed(vendor)
    first = make.holder(trio, offered)

    await first.person.act(path, "decline", {"reason": "no"})
    second = make.holder(trio, await vendor.get(path))
    await tenant.advance(hours=25)
    third = make.holder(trio, await vendor.get(path))
    await third.person.act(path, "accept")
    await vendor.act(path, "recall", {"reason": "no progress"})
    nobody = await vendor.act(path, "route")

    assert {first.id, second.id, third.id} == {each.id for each in trio}
    assert (nobody["status"], nobody["reason"]) == ("unroutable", "no_candidate")
    for partner in trio:
        by_hand = await vendor.act(path, "offer", {"partner_id": partner.id})
        assert by_hand.problem == "partner_not_eligible"
        assert [each["code"] for each in by_hand["reasons"]] == ["offered_before"]


async def test_of_fifty_simultaneous_acceptances_one_wins(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, _ = await make.routed(vendor)
    etag = (await partner.person.get(path)).headers["etag"]

    answers = await asyncio.gather(*(partner.person.post(f"{path}/accept", if_match=etag) for _ in range(50)))

    assert sorted(answer.status for answer in answers) == [200] + [409] * 49
    assert {answer.problem for answer in answers if answer.status == 409} == {"invalid_transition"}


async def test_a_person_may_offer_a_lead_by_hand_and_set_its_time(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    one, _ = await make.partners(tenant, 2, families=["valves"])
    path = await make.lead(vendor)

    nobody = await vendor.act(path, "route")
    by_hand = await vendor.act(path, "offer", {"partner_id": one.id, "accept_within_hours": 2})
    unknown = await vendor.act(await make.lead(vendor), "offer", {"partner_id": "ptr_01h455vb4pex5vsknk084sn02q"})

    assert nobody["status"] == "unroutable"
    assert (by_hand["status"], by_hand["partner_id"]) == ("offered", one.id)
    assert datetime.fromisoformat(by_hand["offer"]["expires_at"]) - tenant.now() <= timedelta(hours=2)
    assert (unknown.status, unknown.problem) == (422, "unknown_partner")


async def test_each_side_does_its_own_part_only(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, offered = await make.routed(vendor)

    assert sorted((await vendor.get(path))["allowed_actions"]) == ["recall"]
    assert sorted((await partner.person.get(path))["allowed_actions"]) == ["accept", "decline"]
    assert (await partner.person.get(path))["editable_fields"] == []
    for verb, body in (("accept", None), ("decline", {"reason": "x"}), ("contact", None)):
        assert (await vendor.act(path, verb, body)).problem == "forbidden"
    for verb, body in (
        ("qualify", None),
        ("route", None),
        ("offer", {"partner_id": partner.id}),
        ("recall", {"reason": "x"}),
    ):
        assert (await partner.person.act(path, verb, body)).problem == "forbidden"
    assert (await partner.person.post("/v1/leads", make.body())).problem == "forbidden"
    narrow = tenant.partner(partner.id, scope="leads:read")
    assert (await narrow.act(path, "accept")).problem == "forbidden"


async def test_actions_need_the_version_the_caller_has_seen(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1)
    path, offered = await make.routed(vendor)

    assert (await partner.person.post(f"{path}/accept")).status == 428
    assert (await partner.person.post(f"{path}/accept", if_match='"1"')).problem == "stale_version"
    assert (await partner.person.post(f"{path}/convert", {}, if_match='"1"')).problem == "invalid_transition"
    assert (await partner.person.post("/v1/leads/lead_01h455vb4pex5vsknk084sn02q/accept")).status == 404
    assert (await partner.person.post(f"{path}/decline", {"why": 1}, if_match=offered.headers["etag"])).status == 422


async def test_a_partner_closes_a_lead_that_comes_to_nothing_and_has_room_again(tenant: Tenant) -> None:
    vendor = tenant.vendor()
    (partner,) = await make.partners(tenant, 1, capacity=1)
    path, _ = await make.routed(vendor)
    await partner.person.act(path, "accept")
    full, no_room = await make.routed(vendor)

    closed = await partner.person.act(path, "disqualify", {"reason": "no budget"})
    room = await vendor.act(full, "route")

    assert no_room["status"] == "unroutable"
    assert (closed["status"], closed["reason"], closed["allowed_actions"]) == ("disqualified", "no budget", [])
    assert room["partner_id"] == partner.id
