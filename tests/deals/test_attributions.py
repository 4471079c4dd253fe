"""Attributions: whose a deal is, never more than all of it, locked as a whole, and amended with a reason."""

import asyncio
from typing import Any

from tests.deals.engaging import invites, path, template
from tests.deals.make import World, changes, events_of, submits, world
from tests.system import Client, Response, Tenant


async def gives(place: World, deal: Response, partner: Client, basis_points: int, **fields: Any) -> Response:
    """The vendor proposes a partner's share."""
    body = {
        "deal_id": deal["id"],
        "partner_id": partner.partner_id,
        "role": "co_sell",
        "credit_type": "commission",
        "basis_points": basis_points,
    }
    return await place.vendor.post("/v1/attributions", {**body, **fields})


def at(attribution: Response) -> str:
    """Where an attribution is found."""
    return f"/v1/attributions/{attribution['id']}"


async def shares(place: World, deal: Response, status: str) -> dict[str, int]:
    """The shares of a deal in a state, by partner."""
    found = await place.vendor.get("/v1/attributions", deal_id=deal["id"], status=status)
    return {each["partner_id"]: each["basis_points"] for each in found["data"]}


async def test_a_split_is_locked_as_a_whole_when_it_is_all_of_the_deal(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)
    one = await gives(place, deal, first, 6_666, role="source")
    assert (one["status"], one["pct"], one["others_basis_points"]) == ("candidate", "66.66", None)

    early = await place.vendor.act(at(one), "lock")
    await gives(place, deal, second, 3_334)
    locked = await place.vendor.act(at(one), "lock")

    assert early.problem == "allocation_incomplete"
    assert (locked["status"], locked["split_version"], locked["others_basis_points"]) == ("locked", 1, 3_334)
    assert await shares(place, deal, "locked") == {first.partner_id: 6_666, second.partner_id: 3_334}
    assert (await gives(place, deal, await place.partner(), 1)).problem == "allocation_cap_exceeded"


async def test_a_partner_sees_its_own_share_and_of_others_the_sum_alone(tenant: Tenant):
    place = await world(tenant)
    first, second, third = [await place.partner() for _ in range(3)]
    deal = await submits(first)
    one = await gives(place, deal, first, 5_000)
    await gives(place, deal, second, 5_000)
    await place.vendor.act(at(one), "lock")

    (seen,) = (await second.get("/v1/attributions"))["data"]

    assert (seen["basis_points"], seen["others_basis_points"], seen["locked_by"]) == (5_000, 5_000, None)
    assert str(first.partner_id) not in str(seen)
    assert (await second.get(at(one))).status == 404
    assert (await third.get("/v1/attributions"))["data"] == []
    assert seen["allowed_actions"] == seen["editable_fields"] == []
    told = await tenant.system.superuser.fetch(
        "SELECT data::text, audience::text FROM deals.events WHERE tenant_id = $1 AND type = 'deal.attribution.locked.v1'",
        tenant.id,
    )
    assert sorted(row["audience"] for row in told) == sorted(f'["{each.partner_id}"]' for each in (first, second))
    assert all(not (str(first.partner_id) in row["data"] and str(second.partner_id) in row["data"]) for row in told)


async def test_the_successor_of_a_transfer_has_the_split_with_the_new_partner_in_the_place_of_the_old(tenant: Tenant):
    place = await world(tenant)
    old, new, other = [await place.partner() for _ in range(3)]
    deal = await submits(old)
    one = await gives(place, deal, old, 5_000, role="source")
    await gives(place, deal, other, 3_000)
    await gives(place, deal, new, 2_000)
    await place.vendor.act(at(one), "lock")
    await gives(place, deal, other, 10_000, credit_type="influenced")
    await tenant.advance(days=3)

    moved = {"to_partner_id": new.partner_id, "reason": "The customer's letter", "override_reason": "It has decided"}
    gone = await place.vendor.act(f"/v1/deals/{deal['id']}", "transfer", moved)
    successor = await place.vendor.get(f"/v1/deals/{gone['successor_id']}")

    assert await shares(place, successor, "locked") == {new.partner_id: 7_000, other.partner_id: 3_000}
    assert await shares(place, deal, "locked") == {
        old.partner_id: 5_000,
        other.partner_id: 3_000,
        new.partner_id: 2_000,
    }
    assert await shares(place, successor, "candidate") == {}
    found = (await place.vendor.get("/v1/attributions", deal_id=successor["id"]))["data"]
    assert {each["effective_from"] for each in found} == {place.today().isoformat()}
    assert next(each["role"] for each in found if each["partner_id"] == new.partner_id) == "source"
    (told,) = [
        each for each in await events_of(place, "deal.attribution.split.v1") if each["deal_id"] == successor["id"]
    ]
    assert (told["why"], told["split_version"], sum(each["basis_points"] for each in told["after"])) == (
        *("transferred", 1),
        10_000,
    )
    assert (await old.get("/v1/attributions", deal_id=successor["id"]))["data"] == []


async def test_of_two_shares_at_once_that_would_be_more_than_the_whole_one_is_refused(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)

    both = await asyncio.gather(gives(place, deal, first, 6_000), gives(place, deal, second, 6_000))

    assert sorted(each.status for each in both) == [201, 409]
    assert {each.problem for each in both} == {None, "allocation_cap_exceeded"}


async def test_the_whole_is_one_of_each_kind_of_credit_and_of_each_day(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)

    assert (await gives(place, deal, first, 10_000, effective_to="2031-01-01")).status == 201
    assert (await gives(place, deal, second, 10_000, effective_from="2031-01-01")).status == 201
    assert (await gives(place, deal, second, 10_000, credit_type="sourced")).status == 201
    overlapping = await gives(place, deal, second, 1, effective_from="2030-12-31", effective_to="2031-01-01")
    assert overlapping.problem == "allocation_cap_exceeded"
    again = await gives(place, deal, second, 1, credit_type="sourced", effective_from="2035-01-01")
    assert again.problem in ("allocation_cap_exceeded", "already_exists")


async def test_a_partner_has_one_share_of_a_kind_on_a_day(tenant: Tenant):
    place = await world(tenant)
    partner = await place.partner()
    deal = await submits(partner)
    await gives(place, deal, partner, 1_000)

    assert (await gives(place, deal, partner, 1_000, role="fulfil")).problem == "already_exists"


async def test_candidates_are_changed_and_dropped_and_what_is_locked_is_not(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)
    one, two = await gives(place, deal, first, 4_000), await gives(place, deal, second, 4_000)

    assert (await changes(place.vendor, at(one), {"basis_points": 6_001})).problem == "allocation_cap_exceeded"
    assert (await changes(place.vendor, at(one), {"basis_points": 10_000})).problem == "allocation_cap_exceeded"
    etag = (await place.vendor.get(at(two))).headers["etag"]
    assert (await place.vendor.request("DELETE", at(two), headers={"if-match": etag})).status == 204
    assert (await changes(place.vendor, at(one), {"basis_points": 10_000}))["pct"] == "100.00"
    await place.vendor.act(at(one), "lock")

    etag = (await place.vendor.get(at(one))).headers["etag"]
    assert (await place.vendor.request("DELETE", at(one), headers={"if-match": etag})).problem == "invalid_transition"
    assert (await changes(place.vendor, at(one), {"basis_points": 1})).problem == "invalid_transition"


async def test_an_amendment_takes_the_place_of_the_split_and_tells_the_difference(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)
    one = await gives(place, deal, first, 10_000)
    await place.vendor.act(at(one), "lock")
    half = [{"partner_id": each.partner_id, "role": "co_sell", "basis_points": 5_000} for each in (first, second)]

    short = await place.vendor.act(at(one), "amend", {"reason": "Agreed", "shares": half[:1]})
    amended = await place.vendor.act(at(one), "amend", {"reason": "Agreed", "shares": half})

    assert short.problem == "allocation_incomplete"
    assert (amended["status"], amended["reason"]) == ("amended", "Agreed")
    assert await shares(place, deal, "locked") == {first.partner_id: 5_000, second.partner_id: 5_000}
    assert (
        await place.vendor.act(at(one), "amend", {"reason": "Again", "shares": half})
    ).problem == "invalid_transition"
    locked, changed = await events_of(place, "deal.attribution.split.v1")
    assert (locked["before"], locked["split_version"], locked["why"]) == ([], 1, "locked")
    assert (changed["split_version"], changed["why"]) == (2, "amended")
    assert [each["basis_points"] for each in changed["before"]] == [10_000]
    assert [each["basis_points"] for each in changed["after"]] == [5_000, 5_000]
    assert (await first.get(at(one)))["reason"] is None


async def test_an_amendment_from_a_day_on_leaves_the_days_before_as_they_were(tenant: Tenant):
    place = await world(tenant)
    first, second = await place.partner(), await place.partner()
    deal = await submits(first)
    one = await gives(place, deal, first, 10_000)
    await place.vendor.act(at(one), "lock")
    other = [{"partner_id": second.partner_id, "role": "fulfil", "basis_points": 10_000}]
    since = {"reason": "Handed over", "effective_from": "2031-01-01"}

    ended = await place.vendor.act(at(one), "amend", {**since, "shares": other})

    assert (ended["status"], ended["effective_to"]) == ("locked", "2031-01-01")
    rows = (await place.vendor.get("/v1/attributions", deal_id=deal["id"]))["data"]
    assert [(each["effective_from"], each["effective_to"]) for each in rows] == [
        ("2031-01-01", None),
        (None, "2031-01-01"),
    ]
    twice = [*other, *other]
    refused = await place.vendor.act(at(one), "amend", {**since, "shares": twice})
    assert refused.json["errors"][0]["pointer"] == "/shares/1/partner_id"


async def test_a_model_works_a_split_out_of_what_partners_had_to_do_with_a_deal(tenant: Tenant):
    place = await world(tenant)
    await template(place)
    source, first, second = [await place.partner() for _ in range(3)]
    deal = await submits(source)
    for partner in (first, second):
        await tenant.advance(hours=1)
        await partner.act(path(await invites(source, deal, partner)), "accept")
    declined = await place.partner()
    await declined.act(path(await invites(source, deal, declined)), "decline")

    asked = {"deal_id": deal["id"], "credit_type": "sourced", "model": "linear"}
    thirds = await place.vendor.post("/v1/attributions/propose", asked)
    again = await place.vendor.post("/v1/attributions/propose", {**asked, "model": "position_based"})

    assert [each["kind"] for each in thirds["touches"]] == ["registration", "engagement", "engagement"]
    assert [each["basis_points"] for each in thirds["candidates"]] == [3_334, 3_333, 3_333]
    assert await shares(place, deal, "candidate") == {
        source.partner_id: 4_000,
        first.partner_id: 2_000,
        second.partner_id: 4_000,
    }
    candidate = again["candidates"][0]["id"]
    assert (await place.vendor.act(f"/v1/attributions/{candidate}", "lock"))["model"] == "position_based"
    assert (await place.vendor.post("/v1/attributions/propose", asked)).problem == "invalid_transition"


async def test_attributions_are_the_vendors_to_write(tenant: Tenant):
    place = await world(tenant)
    partner = await place.partner()
    deal = await submits(partner)
    body = {"deal_id": deal["id"], "partner_id": partner.partner_id, "role": "source", "credit_type": "sourced"}

    assert (await partner.post("/v1/attributions", {**body, "basis_points": 10_000})).status == 403
    mine = await gives(place, deal, partner, 10_000)
    assert (await partner.act(at(mine), "lock")).status == 403
    asked = {"deal_id": deal["id"], "credit_type": "sourced", "model": "linear"}
    assert (await partner.post("/v1/attributions/propose", asked)).status == 403
    stranger = await place.vendor.post(
        "/v1/attributions", {**body, "partner_id": "ptr_01h455vb4pex5vsknk084sn02q", "basis_points": 1}
    )
    assert (stranger.status, stranger.json["errors"][0]["code"]) == (422, "unknown_partner")
