"""Co-selling: who is brought into a deal, what they are shown of it, and that it is gone when their part ends."""

import asyncio
from typing import Any

import pytest

from services.deals.engagements.rules import AlreadyEngaged, DealNotOpen, Wanted, after_invitation, kept_from, others
from services.deals.engagements.rules import require_possible as require
from services.deals.registrations.tables import deals
from shared.db.tx import transaction
from shared.errors import Invalid
from shared.events.inbox import system_caller
from tests.deals.make import World, changes, events_of, submits, world
from tests.system import Client, Response, Tenant

SEEN = ["title", "amount", "customer.name", "stage"]

POSSIBLE: list[tuple[str, dict[str, Any], str, str | None]] = [
    ("a partner brings another in", {}, "source", None),
    ("the vendor brings another in", {}, "vendor", None),
    ("not the deal's own", {"partner_id": "a"}, "source", "same_partner"),
    ("nothing private that is approved", {"mode": "private", "needs_approval": True}, "source", "needs_approval"),
    ("nothing private by the vendor", {"mode": "private"}, "vendor", "partners_only"),
    ("private between partners", {"mode": "private"}, "source", None),
]


@pytest.mark.parametrize(("wanted", "side", "code"), [row[1:] for row in POSSIBLE], ids=[row[0] for row in POSSIBLE])
def test_which_engagements_make_sense(wanted: dict[str, Any], side: Any, code: str | None):
    facts = {
        "source_partner_id": "a",
        "partner_id": "b",
        "mode": "partner_led",
        "deal_status": "approved",
        "needs_approval": False,
    }
    if code is None:
        require(Wanted(**{**facts, **wanted}), side=side)
        return
    with pytest.raises(Invalid) as refused:
        require(Wanted(**{**facts, **wanted}), side=side)
    assert [each.code for each in refused.value.errors] == [code]


@pytest.mark.parametrize("status", ["rejected", "withdrawn", "lost", "expired", "revoked"])
def test_nobody_takes_part_in_a_deal_that_has_ended_without_a_sale(status: str):
    with pytest.raises(DealNotOpen):
        require(Wanted("a", "b", "co_sell", status, needs_approval=False), side="source")


@pytest.mark.parametrize(
    ("side", "mode", "kept"),
    [
        ("source", "co_sell", {"accept", "decline", "leave"}),
        ("partner", "co_sell", {"invite", "withdraw", "end"}),
        ("vendor", "co_sell", {"accept", "decline", "leave"}),
        ("vendor", "private", {"accept", "decline", "leave", "invite", "withdraw", "end"}),
        ("neither", "co_sell", {"accept", "decline", "leave", "invite", "withdraw", "end", "edit"}),
    ],
)
def test_whose_step_it_is(side: Any, mode: str, kept: set[str]):
    assert set(kept_from(side, mode=mode)) == kept


@pytest.mark.parametrize(
    ("needs_approval", "side", "status"),
    [
        (False, "source", "pending"),
        (True, "source", "in_approval"),
        (True, "vendor", "pending"),
        (False, "vendor", "pending"),
    ],
)
def test_the_vendor_approves_what_is_not_its_own(needs_approval: bool, side: Any, status: str):
    assert after_invitation(needs_approval=needs_approval, side=side) == status


def test_those_who_co_sell_are_told_of_each_other_in_one_order():
    parts = [("c", "fulfil"), ("a", "co_sell"), ("b", "influence")]

    assert others(parts, than="b") == others(reversed(parts), than="b")
    assert [each["partner_id"] for each in others(parts, than="b")] == ["a", "c"]


async def template(place: World, code: str = "plain", **fields: Any) -> None:
    """A share template in force."""
    body = {"code": code, "name": code, "fields": SEEN, "preview": ["title"], **fields}
    made = await place.vendor.post("/v1/share-templates", body)
    assert made.status == 201, made.json
    assert (await place.vendor.act(f"/v1/share-templates/{made['id']}", "publish")).status == 200


async def prepares(leader: Client, deal: Response, partner: Client, **fields: Any) -> Response:
    """Somebody prepares to bring a partner into a deal."""
    body = {"deal_id": deal["id"], "partner_id": partner.partner_id, "role": "co_sell", "share_template": "plain"}
    return await leader.post("/v1/engagements", {**body, **fields})


async def invites(leader: Client, deal: Response, partner: Client, **fields: Any) -> Response:
    """Somebody brings a partner into a deal."""
    made = await prepares(leader, deal, partner, **fields)
    assert made.status == 201, made.json
    return await leader.act(f"/v1/engagements/{made['id']}", "invite")


def path(engagement: Response) -> str:
    """Where an engagement is found."""
    return f"/v1/engagements/{engagement['id']}"


async def test_an_invited_partner_sees_the_preview_and_after_acceptance_what_is_shared(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)

    sent = await invites(source, deal, partner, note="Shall we?")
    assert (sent["status"], sent["allowed_actions"]) == ("pending", ["withdraw"])
    before = await partner.get(path(sent))
    assert before["allowed_actions"] == ["accept", "decline"]
    assert (before["shared"]["deal"]["title"], before["shared"]["fields"]) == ("Migration", ["title"])
    assert (before["shared"]["deal"]["customer"]["name"], before["shared"]["deal"]["amount"]) == (None, None)
    assert "Globex" not in before.body.decode()

    after = await partner.act(path(sent), "accept")

    assert (after["status"], after["allowed_actions"]) == ("accepted", ["leave"])
    assert after["shared"]["deal"]["customer"] == {
        "name": "Globex Corporation",
        "domain": None,
        "country": None,
        "tax_id": None,
    }
    assert after["shared"]["revision"] == 2
    assert (await partner.get(f"/v1/deals/{deal['id']}")).status == 404
    assert (await source.get(path(sent)))["allowed_actions"] == ["end"]


async def test_what_is_shown_follows_the_deal_in_revisions_and_only_where_something_shown_has_changed(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    engagement = await invites(source, deal, partner)
    accepted = await partner.act(path(engagement), "accept")

    await changes(source, f"/v1/deals/{deal['id']}", {"expected_close_on": "2032-01-01"})
    same = await partner.get(path(engagement))
    await changes(source, f"/v1/deals/{deal['id']}", {"title": "Bigger migration"})
    await source.act(f"/v1/deals/{deal['id']}", "stage", {"stage": "qualified"})
    newer = await partner.get(path(engagement))

    assert (same["version"], same["shared"]) == (accepted["version"], accepted["shared"])
    assert newer["shared"]["revision"] == accepted["shared"]["revision"] + 2
    assert (newer["shared"]["deal"]["title"], newer["shared"]["deal"]["stage"]) == ("Bigger migration", "qualified")
    assert newer["shared"]["deal"]["expected_close_on"] is None


@pytest.mark.parametrize(
    ("who", "verb", "status"),
    [("partner", "leave", "ended"), ("source", "end", "ended"), ("vendor", "end", "ended")],
)
async def test_whoever_is_out_of_a_deal_finds_nothing_of_it_any_more(tenant: Tenant, who: str, verb: str, status: str):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    engagement = await invites(source, deal, partner)
    await partner.act(path(engagement), "accept")

    ended = await {"partner": partner, "source": source, "vendor": place.vendor}[who].act(
        path(engagement), verb, {"reason": "Enough"}
    )

    assert (ended["status"], ended["ended_by"], ended["shared"]) == (status, who, None)
    assert (await partner.get(path(engagement))).status == 404
    assert (await partner.get("/v1/engagements"))["data"] == []
    assert (await partner.get("/v1/engagements/count"))["count"] == 0
    assert (await partner.act(path(engagement), "accept")).status == 404
    assert (await source.get(path(engagement)))["reason"] == "Enough"
    await changes(source, f"/v1/deals/{deal['id']}", {"title": "Secret"})
    assert (await place.vendor.get(path(engagement)))["shared"] is None


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


async def test_those_who_co_sell_are_told_of_each_other_while_both_do_and_others_are_not(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, first, second, apart = [await place.partner() for _ in range(4)]
    deal = await submits(source)
    one = await invites(source, deal, first, mode="co_sell")
    two = await invites(source, deal, second, mode="co_sell", role="implement")
    three = await invites(source, deal, apart, mode="partner_led", role="fulfil")
    for partner, engagement in ((first, one), (second, two), (apart, three)):
        assert (await partner.act(path(engagement), "accept"))["status"] == "accepted"

    def named(answer: Response) -> list[str]:
        return [each["partner_id"] for each in answer["participants"]]

    assert named(await first.get(path(one))) == [source.partner_id, first.partner_id, second.partner_id]
    assert named(await second.get(path(two))) == [source.partner_id, second.partner_id, first.partner_id]
    assert named(await apart.get(path(three))) == [source.partner_id, apart.partner_id]
    await second.act(path(two), "leave")
    assert named(await first.get(path(one))) == [source.partner_id, first.partner_id]


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


async def test_nothing_of_the_deal_is_left_in_what_the_partner_reads_after_it_has_gone(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    engagement = await invites(source, await submits(source), partner)
    await partner.act(path(engagement), "accept")
    await source.act(path(engagement), "end")

    rows = await tenant.system.superuser.fetch(
        "SELECT partner_id FROM deals.audit_records WHERE tenant_id = $1 AND subject = $2", tenant.id, engagement["id"]
    )
    kept = await tenant.system.superuser.fetch(
        "SELECT partner_id FROM deals.engagement_parties WHERE tenant_id = $1 AND engagement_id = $2",
        *(tenant.id, engagement["id"]),
    )
    told = [
        each
        for event in ("invited", "accepted", "ended")
        for each in await events_of(place, f"deal.engagement.{event}.v1")
    ]

    assert {row["partner_id"] for row in rows} == {None}
    assert [row["partner_id"] for row in kept] == [source.partner_id]
    assert all(each.keys() == {"engagement_id", "source_partner_id", "partner_id", "role", "status"} for each in told)


async def test_a_deal_that_goes_to_another_partner_leaves_nobody_in_it(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner, heir = await place.partner(), await place.partner(), await place.partner()
    deal = await submits(source)
    accepted, pending = await invites(source, deal, partner), await invites(source, deal, partner, role="fulfil")
    await partner.act(path(accepted), "accept")

    caller = system_caller(tenant.id, mode="test")
    async with transaction(
        place.database, caller=caller, viewer="*", now=tenant.now(), action="hand over", engine=True
    ) as tx:
        row = await tx.lock(deals, deal["id"])
        await tx.update(deals, row, partner_id=heir.partner_id)

    ended = await place.vendor.get(path(accepted))
    assert (ended["status"], ended["ended_by"]) == ("ended", "transfer")
    assert (await place.vendor.get(path(pending)))["status"] == "withdrawn"
    assert (await partner.get("/v1/engagements"))["data"] == []


async def test_answers_and_changes_at_once_come_one_after_the_other(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source = await place.partner()
    partners = [await place.partner() for _ in range(4)]
    deal = await submits(source)
    sent = [await invites(source, deal, partner, mode="co_sell") for partner in partners]

    answers = await asyncio.gather(
        *(partner.act(path(each), "accept") for partner, each in zip(partners, sent, strict=True)),
        *(changes(source, f"/v1/deals/{deal['id']}", {"title": f"Title {number}"}) for number in range(3)),
    )

    assert {each.status for each in answers[:4]} <= {200, 412}
    titles = set()
    for partner, each in zip(partners, sent, strict=True):
        seen = await partner.get(path(each))
        if seen["status"] == "pending":
            seen = await partner.act(path(each), "accept")
        titles.add(seen["shared"]["deal"]["title"])
    assert titles == {(await source.get(f"/v1/deals/{deal['id']}"))["title"]}
    assert len((await partners[0].get(path(sent[0])))["participants"]) == 5
