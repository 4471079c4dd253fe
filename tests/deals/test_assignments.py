"""A deal is given to another person of its partner, whose own it is from then on."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from services.deals.four_eyes.rules import barred_from
from tests.deals.make import World, changes, drafts, events_of, submits, wins, world
from tests.gateway import make as identity
from tests.partners.make import working_partner
from tests.system import Client, Response, System

MOVED = {"title": "Moving house"}
OWN = "deals:read:own deals:write:own"


@dataclass
class House:
    """A partner whose people have signed in, and its vendor."""

    place: World
    partner_id: str
    people: dict[str, str]

    async def hires(self, role: str) -> Client:
        """Somebody of the partner with this role."""
        client, _, person_id = await identity.seller(self.place.tenant, partner_id=self.partner_id, roles=(role,))
        self.people[client.account_id] = person_id
        return client


@pytest.fixture
async def house(system: System) -> House:
    office = await identity.vendor(system)
    return await of(await world(office.tenant))


async def of(place: World, *, name: str = "Globex") -> House:
    """A partner of its own."""
    home = House(place, await working_partner(place.vendor, name=name), {})
    await place.tenant.system.settle()
    return home


async def gives(by: Client, deal: Response, to: Client, **more: Any) -> Response:
    return await by.act(f"/v1/deals/{deal['id']}", "assign", {"account_id": to.account_id, **more})


def refusal(response: Response) -> tuple[int, str | None, list[tuple[str, str]]]:
    faults = [(each["pointer"], each["code"]) for each in response.json.get("errors", ())]
    return response.status, response.problem, faults


async def test_a_sales_manager_gives_a_sellers_deal_to_another_who_changes_it_from_then_on(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(first)
    path = f"/v1/deals/{deal['id']}"
    assert deal["owner_account_id"] == deal["created_by"] == first.account_id

    given = await gives(manager, deal, second)

    assert (given.status, given["owner_account_id"], given["created_by"]) == (200, second.account_id, first.account_id)
    assert refusal(await changes(first, path, MOVED))[:2] == (403, "not_yours")
    seen = await first.get(path)
    assert (seen.status, seen["allowed_actions"], seen["editable_fields"]) == (200, [], [])
    assert "submit" in (await second.get(path))["allowed_actions"]
    assert (await changes(second, path, MOVED)).status == 200
    assert (await second.act(path, "submit")).status == 200


async def test_who_may_read_ones_own_alone_sees_what_one_was_given_and_no_more_what_was_given_away(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(first)
    await gives(manager, deal, second)
    before, after = [house.place.tenant.partner(house.partner_id, OWN, sub=each.account_id) for each in (first, second)]

    assert [each["id"] for each in (await after.get("/v1/deals"))["data"]] == [deal["id"]]
    assert (await before.get("/v1/deals"))["data"] == []
    assert (await before.get(f"/v1/deals/{deal['id']}")).problem == "not_found"
    owned = [await manager.get("/v1/deals", owner_account_id=each.account_id) for each in (first, second)]
    assert [len(each["data"]) for each in owned] == [0, 1]


async def test_it_is_on_record_who_gave_a_deal_from_whom_to_whom_and_why(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(first)

    given = await gives(manager, deal, second, reason="Anna has left.")

    (told,) = await events_of(house.place, "deal.assigned.v1")
    assert told == {
        "deal_id": deal["id"],
        "partner_id": house.partner_id,
        "status": "draft",
        "owner_account_id": second.account_id,
        "previous_owner_account_id": first.account_id,
    }
    (record,) = await house.place.tenant.system.superuser.fetch(
        "SELECT * FROM deals.audit_records WHERE subject = $1 AND subject_version = $2", deal["id"], given["version"]
    )
    owners = {"owner_account_id": {"from": first.account_id, "to": second.account_id}}
    assert (orjson.loads(record["changes"]), record["reason"]) == (owners, "Anna has left.")
    assert (record["actor_id"], record["partner_id"]) == (manager.account_id, house.partner_id)


async def test_a_seller_gives_nothing_away_and_is_not_offered_to(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(first)
    path = f"/v1/deals/{deal['id']}"

    refused = await gives(first, deal, second)

    assert refusal(refused)[:2] == (403, "forbidden")
    offered = ["assign" in (await each.get(path))["allowed_actions"] for each in (first, second, manager)]
    assert offered == [False, False, True]
    assert (await manager.get(path))["owner_account_id"] == first.account_id


async def test_an_account_of_a_rival_is_nobody_as_one_that_there_is_not(house: House):
    manager, seller = await house.hires("sales_manager"), await house.hires("sales")
    rival = await of(house.place, name="Rival")
    stranger, boss = await rival.hires("sales"), await rival.hires("partner_admin")
    deal = await drafts(seller)
    path = f"/v1/deals/{deal['id']}"

    of_rival = await gives(manager, deal, stranger)
    of_nobody = await manager.act(path, "assign", {"account_id": "acc_01h455vb4pex5vsknk084sn02q"})
    by_person = await manager.act(path, "assign", {"person_id": rival.people[stranger.account_id]})
    by_rival = await boss.post(f"{path}/assign", {"account_id": stranger.account_id}, if_match="*")

    assert refusal(of_rival) == (422, "invalid", [("/account_id", "unknown_account")])
    assert refusal(of_nobody) == refusal(of_rival)
    assert refusal(by_person) == (422, "invalid", [("/person_id", "unknown_account")])
    assert refusal(by_rival)[:2] == (404, "not_found")
    staff = await manager.act(path, "assign", {"account_id": house.place.vendor.account_id})
    assert refusal(staff) == refusal(of_rival)


async def test_who_has_left_or_may_not_write_deals_or_has_it_is_not_given_it(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    finance = await house.hires("finance")
    deal = await drafts(first)
    left = await house.place.vendor.act(f"/v1/people/{house.people[second.account_id]}", "deactivate")
    assert left.status == 200
    await house.place.tenant.system.settle()

    refused = [await gives(manager, deal, each) for each in (second, finance, first)]

    codes = ["account_not_active", "cannot_write_deals", "already_owner"]
    assert [refusal(each) for each in refused] == [(422, "invalid", [("/account_id", code)]) for code in codes]
    assert await events_of(house.place, "deal.assigned.v1") == []


@pytest.mark.parametrize("both", [True, False])
async def test_the_next_owner_is_named_once(house: House, both: bool):
    manager, seller = await house.hires("sales_manager"), await house.hires("sales")
    deal = await drafts(manager)
    named = {"account_id": seller.account_id, "person_id": house.people[seller.account_id]} if both else {}

    refused = await manager.act(f"/v1/deals/{deal['id']}", "assign", named)

    assert refusal(refused) == (422, "invalid", [("/account_id", "name_one")])


async def test_the_vendor_gives_what_it_has_made_for_a_partner_to_one_of_its_people(house: House):
    seller, vendor = await house.hires("sales"), house.place.vendor
    deal = await drafts(vendor, partner_id=house.partner_id)
    path = f"/v1/deals/{deal['id']}"
    assert refusal(await changes(seller, path, MOVED))[:2] == (403, "not_yours")

    given = await vendor.act(path, "assign", {"person_id": house.people[seller.account_id]})

    assert (given.status, given["owner_account_id"]) == (200, seller.account_id)
    assert (await changes(seller, path, MOVED)).status == 200


async def test_whoever_has_owned_a_deal_has_had_a_hand_in_it(house: House):
    manager, *sellers = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(manager)

    for each in sellers:
        await gives(manager, deal, each)

    (row,) = await house.place.tenant.system.superuser.fetch("SELECT * FROM deals.deals WHERE id = $1", deal["id"])
    assert barred_from(row) == {each.account_id for each in (manager, *sellers)}


async def test_of_two_who_give_a_deal_at_once_one_is_first(house: House):
    manager, first, second = [await house.hires(role) for role in ("sales_manager", "sales", "sales")]
    deal = await drafts(manager)
    path, etag = f"/v1/deals/{deal['id']}/assign", deal.headers["etag"]

    answers = await asyncio.gather(
        *(manager.post(path, {"account_id": each.account_id}, if_match=etag) for each in (first, second))
    )

    assert sorted(each.status for each in answers) == [200, 412]
    assert len(await events_of(house.place, "deal.assigned.v1")) == 1


async def test_a_repetition_gives_a_deal_once(house: House):
    manager, seller = await house.hires("sales_manager"), await house.hires("sales")
    deal = await drafts(manager)
    path, body = f"/v1/deals/{deal['id']}/assign", {"account_id": seller.account_id}

    once, again = [await manager.post(path, body, if_match="*", idempotency_key="k-1") for _ in range(2)]

    assert (once.status, again.status, once.body) == (200, 200, again.body)
    assert len(await events_of(house.place, "deal.assigned.v1")) == 1


async def test_a_lost_deal_is_given_and_reopened_and_a_won_one_stays_where_it_is(house: House):
    manager, seller = await house.hires("sales_manager"), await house.hires("sales")
    lost, won = await submits(manager), await submits(manager, {"name": "Hooli", "domain": "hooli.example"})
    await manager.act(f"/v1/deals/{lost['id']}", "lose", {"reason": "Too dear"})
    over = await wins(manager, won, amount=1_000_000, on=house.place.today())

    given, refused = await gives(manager, lost, seller), await gives(manager, won, seller)

    assert (given.status, "assign" in over["allowed_actions"]) == (200, False)
    assert refusal(refused)[:2] == (409, "invalid_transition")
    assert (await seller.act(f"/v1/deals/{lost['id']}", "reopen"))["status"] == "approved"


async def test_what_a_partner_takes_over_is_nobodys_of_it_until_it_is_given(house: House):
    former = await of(house.place, name="Rival")
    manager, seller, vendor = await house.hires("sales_manager"), await house.hires("sales"), house.place.vendor
    deal = await submits(await former.hires("sales"))
    asked = {"to_partner_id": house.partner_id, "reason": "Its letter", "override_reason": "The customer has decided"}
    moved = await vendor.act(f"/v1/deals/{deal['id']}", "transfer", asked)
    assert (moved["status"], "assign" in moved["allowed_actions"]) == ("transferred", False)
    (taken,) = (await manager.get("/v1/deals"))["data"]

    path = f"/v1/deals/{taken['id']}"
    given = await manager.act(path, "assign", {"account_id": seller.account_id})

    assert taken["owner_account_id"] == vendor.account_id
    assert (given["owner_account_id"], (await changes(seller, path, MOVED)).status) == (seller.account_id, 200)
