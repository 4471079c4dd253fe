"""Co-selling: who is brought into a deal by whom, how invitations are answered, and who learns of it."""

import asyncio

from services.deals.engagements.rules import AlreadyEngaged
from tests.deals.engaging import invites, path, prepares, template
from tests.deals.make import World, changes, events_of, submits, world
from tests.system import Tenant


async def test_a_third_partner_learns_nothing(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner, third = await place.partner(), await place.partner(), await place.partner()
    engagement = await invites(source, await submits(source), partner)

    unknown = "/v1/engagements/eng_01h455vb4pex5vsknk084sn02q"
    for verb in ("accept", "decline", "withdraw", "end", "leave", "invite"):
        told, expected = await third.act(path(engagement), verb), await third.act(unknown, verb)
        assert (told.status, told.problem) == (expected.status, expected.problem)
    assert (await third.get("/v1/engagements"))["data"] == []
    assert (await third.get(path(engagement))).status == 404
    for event in ("invited", "accepted", "ended"):
        rows = await told_to(place, event)
        assert all(str(third.partner_id) not in audience for audience in rows)


async def told_to(place: World, event: str) -> list[str]:
    """Who was told of the events of a kind."""
    rows = await place.tenant.system.superuser.fetch(
        "SELECT audience::text FROM deals.events WHERE tenant_id = $1 AND type = $2",
        place.tenant.id,
        f"deal.engagement.{event}.v1",
    )
    return [row[0] for row in rows]


async def test_a_draft_is_known_to_its_partner_alone(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    drafted = await prepares(source, await submits(source), partner)

    assert (drafted["status"], drafted["shared"]) == ("draft", None)
    assert (await partner.get(path(drafted))).status == 404
    changed = await changes(source, path(drafted), {"note": "Together?"})
    assert changed["note"] == "Together?"
    withdrawn = await source.act(path(drafted), "withdraw")
    assert withdrawn["status"] == "withdrawn"
    assert await told_to(place, "withdrawn") == [f'["{source.partner_id}"]']


async def test_an_invitation_runs_out_after_the_days_of_its_template(tenant: Tenant):
    place = await world(tenant)
    await template(place, invitation_days=3)
    source, partner = await place.partner(), await place.partner()
    engagement = await invites(source, await submits(source), partner)

    await tenant.advance(days=3)
    late = await partner.act(path(engagement), "accept")
    await tenant.system.settle()

    assert late.problem in ("invalid_transition", "not_found")
    assert (await source.get(path(engagement)))["status"] == "expired"
    assert (await partner.get(path(engagement))).status == 404
    told = await events_of(place, "deal.engagement.expired.v1")
    assert [each["engagement_id"] for each in told] == [engagement["id"]]
    assert "deal_id" not in told[0]


async def test_where_the_template_says_so_the_vendor_decides_before_the_partner_learns_of_it(tenant: Tenant):
    place = await world(tenant)
    await template(place, needs_approval=True)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)

    asked = await invites(source, deal, partner)
    assert (asked["status"], asked["allowed_actions"]) == ("in_approval", ["withdraw"])
    assert (await partner.get(path(asked))).status == 404
    assert (await source.act(path(asked), "approve")).status == 403
    rejected = await place.vendor.act(path(asked), "reject", {"reason": "Not them"})
    assert rejected["status"] == "rejected"
    assert all(str(partner.partner_id) not in audience for audience in await told_to(place, "rejected"))

    again = await invites(source, deal, partner)
    approved = await place.vendor.act(path(again), "approve")
    assert approved["status"] == "pending"
    assert (await partner.act(path(again), "accept"))["status"] == "accepted"


async def test_only_the_deals_partner_and_the_vendor_invite_and_only_the_invited_one_answers(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)

    assert (await prepares(partner, deal, source)).status == 404
    led = await invites(place.vendor, deal, partner)
    assert led["status"] == "pending"
    assert (await source.act(path(led), "accept")).status == 403
    assert (await place.vendor.act(path(led), "accept")).status == 403
    assert (await partner.act(path(led), "withdraw")).status == 403
    assert (await partner.act(path(led), "decline", {"reason": "No time"}))["status"] == "declined"
    assert (await source.get(path(led)))["reason"] == "No time"


async def test_in_a_private_engagement_the_vendor_looks_on(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)

    refused = await prepares(place.vendor, deal, partner, mode="private")
    assert (refused.status, refused.json["errors"][0]["code"]) == (422, "partners_only")
    engagement = await invites(source, deal, partner, mode="private")
    await partner.act(path(engagement), "accept")

    seen = await place.vendor.get(path(engagement))
    assert (seen["status"], seen["allowed_actions"]) == ("accepted", [])
    assert (await place.vendor.act(path(engagement), "end")).status == 403


async def test_a_partner_takes_part_once_in_a_role_also_when_two_invite_it_at_once(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)

    both = await asyncio.gather(*(prepares(source, deal, partner) for _ in range(2)))

    assert sorted(each.status for each in both) == [201, 409]
    assert {each.problem for each in both} == {None, AlreadyEngaged.code}
    assert (await prepares(source, deal, partner, role="influence")).status == 201


async def test_a_partner_that_is_suspended_neither_invites_nor_accepts(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner(status="suspended")
    deal = await submits(source)
    engagement = await invites(source, deal, partner)

    assert (await partner.act(path(engagement), "accept")).problem == "partner_not_active"
    drafted = await prepares(source, deal, await place.partner(), role="fulfil")
    await place.tells_of(source.partner_id, status="suspended")
    assert (await source.act(path(drafted), "invite")).problem == "partner_not_active"


async def test_the_vendor_brings_in_partners_that_are_active_and_is_told_which_are_not(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    await template(place, "seen", needs_approval=True)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    drafted = await prepares(place.vendor, deal, partner)
    asked = await invites(source, deal, partner, role="fulfil", share_template="seen")
    assert asked["status"] == "in_approval"

    unknown = await prepares(place.vendor, deal, partner, partner_id="ptr_01h455vb4pex5vsknk084sn02q")
    await place.tells_of(partner.partner_id, status="suspended")

    assert (unknown.status, unknown.json["errors"][0]["code"]) == (422, "unknown_partner")
    assert (await place.vendor.act(path(drafted), "invite")).problem == "partner_not_active"
    assert (await place.vendor.act(path(asked), "approve")).problem == "partner_not_active"
    assert (await prepares(place.vendor, deal, partner, role="influence")).problem == "partner_not_active"


async def test_no_partner_learns_by_inviting_who_else_is_one(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, active, ended = await place.partner(), await place.partner(), await place.partner(status="terminated")
    deal = await submits(source)
    nobody = "ptr_01h455vb4pex5vsknk084sn02q"

    sent = [await invites(source, deal, each) for each in (active, ended)]
    sent.append(await invites(source, deal, active, partner_id=nobody))

    assert [each["status"] for each in sent] == ["pending"] * 3
    assert (await ended.act(path(sent[1]), "accept")).problem == "partner_not_active"


async def test_a_partner_that_is_terminated_takes_part_in_nothing_any_more(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    accepted, pending = await invites(source, deal, partner), await invites(source, deal, partner, role="fulfil")
    await partner.act(path(accepted), "accept")

    await place.tells_of(partner.partner_id, status="terminated")

    seen = [await source.get(path(each)) for each in (accepted, pending)]
    assert [(each["status"], each["reason"], each["shared"]) for each in seen] == [
        ("ended", "partner_terminated", None),
        ("withdrawn", "partner_terminated", None),
    ]
    assert (await partner.get("/v1/engagements"))["data"] == []


async def test_each_side_calls_it_what_its_own_systems_do(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    engagement = await invites(source, deal, partner)
    other = await invites(source, deal, partner, role="fulfil")
    called = {"external_references": [{"system": "crm", "type": "opportunity", "id": "7"}]}

    for side in (source, partner, place.vendor):
        # The same name is free for each of them.
        assert (await changes(side, path(engagement), called)).json["external_references"] == called[
            "external_references"
        ]
    own = {"external_references": [{"system": "crm", "type": "opportunity", "id": "8"}]}
    assert (await changes(partner, path(engagement), own))["external_references"] == own["external_references"]

    assert (await source.get(path(engagement)))["external_references"] == called["external_references"]
    assert (await place.vendor.get(path(engagement)))["external_references"] == called["external_references"]
    assert (await changes(source, path(other), called)).problem == "external_reference_taken"
    assert (await changes(partner, path(other), called)).status == 200
