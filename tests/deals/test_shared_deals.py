"""What partners are shown of a deal they take part in: by template, in step with the deal, and gone when their part ends."""

import asyncio
from importlib import import_module

import pytest

from tests.deals.engaging import invites, path, prepares, template
from tests.deals.make import changes, events_of, submits, world
from tests.system import Response, Tenant

_MIGRATION = "services.deals.migrations.versions.0071_engagements_of_deals_handed_over"


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
    drafted = await prepares(source, deal, heir)
    await partner.act(path(accepted), "accept")

    moved = await place.vendor.act(
        f"/v1/deals/{deal['id']}",
        "transfer",
        {"to_partner_id": heir.partner_id, "reason": "The customer's letter", "override_reason": "It has decided"},
    )

    assert moved["status"] == "transferred", moved.json
    seen = [await place.vendor.get(path(each)) for each in (accepted, pending, drafted)]
    assert [(each["status"], each["ended_by"], each["shared"]) for each in seen] == [
        ("ended", "transfer", None),
        ("withdrawn", "transfer", None),
        ("withdrawn", "transfer", None),
    ]
    assert (await partner.get("/v1/engagements"))["data"] == []
    assert (await partner.act(path(pending), "accept")).status == 404
    (ended,) = await events_of(place, "deal.engagement.ended.v1")
    assert ended["engagement_id"] == accepted["id"]


async def test_what_a_transfer_from_before_has_left_open_is_closed_by_a_timer(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner, heir = await place.partner(), await place.partner(), await place.partner()
    deal = await submits(source)
    accepted, pending = await invites(source, deal, partner), await invites(source, deal, partner, role="fulfil")
    await partner.act(path(accepted), "accept")
    superuser = tenant.system.superuser
    transfer = {"to_partner_id": heir.partner_id, "reason": "Its letter", "override_reason": "It has decided"}
    await superuser.execute(
        "UPDATE deals.deals SET engaged_at = NULL WHERE tenant_id = $1 AND id = $2", *(tenant.id, deal["id"])
    )
    await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", transfer)
    left = (await partner.get(path(accepted)))["status"]

    async with superuser.transaction():
        await superuser.execute("SET LOCAL search_path TO deals")
        await superuser.execute(import_module(_MIGRATION).LOOK_AGAIN)
    await tenant.advance(hours=1)

    seen = [await place.vendor.get(path(each)) for each in (accepted, pending)]
    assert (left, [(each["status"], each["ended_by"], each["shared"]) for each in seen]) == (
        "accepted",
        [("ended", "transfer", None), ("withdrawn", "transfer", None)],
    )
    assert (await partner.get("/v1/engagements"))["data"] == []
    (ended,) = await events_of(place, "deal.engagement.ended.v1")
    assert ended["engagement_id"] == accepted["id"]


async def test_a_draft_alone_is_withdrawn_when_its_deal_goes_to_another_partner(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner, heir = await place.partner(), await place.partner(), await place.partner()
    deal = await submits(source)
    drafted = await prepares(source, deal, partner)

    await place.vendor.act(
        f"/v1/deals/{deal['id']}",
        "transfer",
        {"to_partner_id": heir.partner_id, "reason": "The customer's letter", "override_reason": "It has decided"},
    )

    withdrawn = await source.get(path(drafted))
    assert (withdrawn["status"], withdrawn["ended_by"]) == ("withdrawn", "transfer")


@pytest.mark.parametrize(
    ("verb", "body"), [("lose", {"reason_code": "price", "reason": "Too dear"}), ("revoke", {"reason": "A mistake"})]
)
async def test_nobody_joins_a_deal_that_has_ended_without_a_sale(tenant: Tenant, verb: str, body: dict[str, str]):
    place = await world(tenant)
    await template(place)
    source, first, second = await place.partner(), await place.partner(), await place.partner()
    deal = await submits(source)
    accepted, pending = await invites(source, deal, first), await invites(source, deal, second)
    await first.act(path(accepted), "accept")

    ended = await place.vendor.act(f"/v1/deals/{deal['id']}", verb, body)

    assert ended.status == 200, ended.json
    assert (await second.act(path(pending), "accept")).status == 404
    seen = await source.get(path(pending))
    assert (seen["status"], seen["reason"], seen["shared"]) == ("withdrawn", "deal_not_open", None)
    # What is shown to whoever had joined says how it ended, and the deal may come back.
    assert (await first.get(path(accepted)))["status"] == "accepted"


async def test_an_invitation_into_a_deal_that_has_ended_meanwhile_is_refused(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, partner = await place.partner(), await place.partner()
    deal = await submits(source)
    pending = await invites(source, deal, partner)
    await tenant.system.superuser.execute(
        "UPDATE deals.deals SET status = 'lost' WHERE tenant_id = $1 AND id = $2", tenant.id, deal["id"]
    )

    refused = await partner.act(path(pending), "accept")

    assert (refused.status, refused.problem) == (409, "deal_not_open")
    assert (await partner.get(path(pending)))["shared"]["deal"]["customer"]["name"] is None


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
