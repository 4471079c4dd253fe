"""Registrations that share a customer: what each holds, and that it comes back when the other lets go or an appeal is heard."""

from typing import Any

import pytest

from services.deals.protection.ground import handed_on, held, share, shared_with_others
from tests.deals.make import World, changes, submits, wins, world
from tests.deals.test_cases_follow import INITECH, case_of, customer_of, merges, moves
from tests.deals.test_conflict_cases import REVIEWED, claims_of, contested
from tests.deals.test_transfers import opens, successor
from tests.system import Client, Response, Tenant

_SPLIT = {"resolution": "split_scope", "territories": ["AT"]}


async def split_between(place: World) -> tuple[Client, Client, Response, Response]:
    """Two approved registrations of one customer: the second has it in Austria, the first everywhere else."""
    seller, rival, first, second, path = await contested(place)
    resolved = await place.vendor.act(path, "resolve", _SPLIT)
    assert resolved["status"] == "resolved", resolved.json
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    return seller, rival, first, second


async def ground_of(place: World, deal: Response) -> tuple[bool, str]:
    """Whether a deal has its customer alone, and where: everywhere, only in Austria, or everywhere else."""
    claim = (await claims_of(place))[deal["id"]]
    where = {True: "all", False: "some"}[claim["territories"] == []]
    if claim["territories"]:
        where = "AT" if claim["territories"] == ["AT"] else "but AT" if "AT" not in claim["territories"] else where
    return claim["exclusive"], where


@pytest.mark.parametrize("how", ["lose", "revoke", "expire", "move"])
async def test_who_shared_a_customer_has_its_ground_back_when_the_other_lets_go(tenant: Tenant, how: str):
    place = await world(tenant)
    _, rival, first, second = await split_between(place)
    assert (await ground_of(place, first), await ground_of(place, second)) == ((True, "but AT"), (True, "AT"))

    if how == "lose":
        await rival.act(f"/v1/deals/{second['id']}", "lose")
    elif how == "revoke":
        await place.vendor.act(f"/v1/deals/{second['id']}", "revoke", {"reason": "It was a mistake."})
    elif how == "expire":
        await tenant.advance(days=44)
        await changes(await seller_of(place, first), f"/v1/deals/{first['id']}", {"next_step": "Call them."})
        await tenant.advance(days=30)
    else:
        await moves(rival, second, customer=INITECH)
    await tenant.system.settle()

    assert await ground_of(place, first) == (True, "all")
    third = await submits(await place.partner(), REVIEWED, territories=["AT"])
    assert third["conflict_class"] == "blocking"


async def seller_of(place: World, deal: Response) -> Client:
    """A seller of the partner that a deal is of."""
    return place.tenant.partner(deal["partner_id"])


async def test_ground_comes_back_from_who_withdraws_before_an_approval_and_whoever_is_left_has_what_it_asked_for(
    tenant: Tenant,
):
    place = await world(tenant)
    seller, rival, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", _SPLIT)
    await rival.act(f"/v1/deals/{second['id']}", "withdraw")
    await tenant.system.settle()
    assert await ground_of(place, first) == (True, "all")

    third = await submits(await place.partner(), REVIEWED)
    await place.vendor.act(f"/v1/conflict-cases/{(await case_of(place, third))['id']}", "resolve", _SPLIT)
    await place.vendor.act(f"/v1/deals/{third['id']}", "approve")
    await seller.act(f"/v1/deals/{first['id']}", "lose")
    await tenant.system.settle()

    assert await ground_of(place, third) == (True, "all")


async def test_who_asks_anew_shares_no_more(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, second, path = await contested(place)
    await place.vendor.act(path, "resolve", _SPLIT)
    await place.vendor.act(f"/v1/deals/{second['id']}", "return", {"reason": "Say more."})

    await rival.act(f"/v1/deals/{second['id']}", "submit")
    await tenant.system.settle()

    assert (await ground_of(place, first), await ground_of(place, second)) == ((True, "all"), (True, "all"))
    assert [each["deal_id"] for each in (await case_of(place, second))["findings"]] == [first["id"]]


async def test_ground_that_somebody_else_has_got_meanwhile_stays_with_them_until_they_let_go(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, second = await split_between(place)
    other = await place.partner()
    await rival.act(f"/v1/deals/{second['id']}", "lose")
    third = await submits(other, REVIEWED, territories=["AT"])
    assert third["status"] == "approved", third.json
    await tenant.system.settle()

    assert (await ground_of(place, first), await ground_of(place, third)) == ((True, "but AT"), (True, "AT"))
    await other.act(f"/v1/deals/{third['id']}", "lose")
    await tenant.system.settle()
    assert await ground_of(place, first) == (True, "all")


@pytest.mark.parametrize(
    ("body", "first_has", "second_has"),
    [
        ({"resolution": "customer_choice", "chosen": 0}, (True, "all"), (False, "all")),
        ({"resolution": "customer_choice", "chosen": 1}, (False, "all"), (True, "all")),
        ({"resolution": "rejected_match"}, (True, "all"), (True, "all")),
        ({"resolution": "dual"}, (False, "all"), (True, "all")),
        (_SPLIT, (True, "AT"), (True, "but AT")),
    ],
)
async def test_an_appeal_against_a_split_gives_back_what_it_took_and_decides_anew(
    tenant: Tenant, body: dict[str, Any], first_has: tuple[bool, str], second_has: tuple[bool, str]
):
    place = await world(tenant)
    seller, _, first, second = await split_between(place)
    own = f"/v1/conflict-cases/{(await case_of(place, first))['id']}"
    await seller.act(own, "appeal", {"reason": "Austria is ours."})
    said = {name: value for name, value in body.items() if name != "chosen"}
    if "chosen" in body:
        said["chosen_deal_id"] = (first, second)[body["chosen"]]["id"]

    final = await place.vendor.act(own, "resolve", said)
    await tenant.system.settle()

    assert final["status"] == "closed", final.json
    assert (await ground_of(place, first), await ground_of(place, second)) == (first_has, second_has)


async def test_a_successor_shares_as_the_old_registration_did(tenant: Tenant):
    place = await world(tenant)
    seller, rival, first, second = await split_between(place)
    taker = await place.partner()
    await opens(place, second, taker, override_reason="The customer has decided")
    await tenant.system.settle()
    now = await successor(place, second)
    assert (await ground_of(place, first), await ground_of(place, now)) == ((True, "but AT"), (True, "AT"))

    await taker.act(f"/v1/deals/{now['id']}", "lose")
    await tenant.system.settle()

    assert await ground_of(place, first) == (True, "all")


async def test_a_sale_keeps_its_share(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, second = await split_between(place)

    await wins(rival, second, amount=1_000_000, on=tenant.now().date())
    await tenant.system.settle()

    assert (await ground_of(place, first), await ground_of(place, second)) == ((True, "but AT"), (True, "AT"))


async def test_customers_that_are_like_each_other_share_as_well_and_give_back(tenant: Tenant):
    place = await world(tenant)
    rival = await place.partner()
    first = await submits(
        await place.partner(), {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"}
    )
    second = await submits(rival, {"name": "Kovács Pékség", "country": "HU", "domain": "kovacspekseg.eu"})
    await place.vendor.act(f"/v1/conflict-cases/{(await case_of(place, second))['id']}", "resolve", _SPLIT)
    await place.vendor.act(f"/v1/deals/{second['id']}", "approve")
    await tenant.system.settle()
    assert (await ground_of(place, first), await ground_of(place, second)) == ((True, "but AT"), (True, "AT"))

    await rival.act(f"/v1/deals/{second['id']}", "lose")
    await tenant.system.settle()

    assert await ground_of(place, first) == (True, "all")


async def test_a_chain_of_mergers_is_undone_into_the_first(tenant: Tenant):
    place = await world(tenant)
    umbrella = {"name": "Umbrella AG", "domain": "umbrella.de", "country": "DE"}
    deals = [await submits(await place.partner(), each) for each in (INITECH, umbrella, REVIEWED)]
    one, two, three = [await customer_of(place, each) for each in deals]
    await merges(place, deals[1], deals[0])
    await merges(place, deals[2], deals[1])

    body = {"deal_ids": [deals[0]["id"]], "into": one}
    split = await place.vendor.act(f"/v1/customers/{three}", "split", body)

    assert (split.status, split["id"], split["status"], split["merged_into"]) == (200, one, "active", None), split.json
    assert (await place.vendor.get(f"/v1/customers/{two}"))["merged_into"] == three
    refused = await place.vendor.act(f"/v1/customers/{three}", "split", body | {"deal_ids": [deals[1]["id"]]})
    assert (refused.status, refused["errors"][0]["code"]) == (422, "not_merged_here")


@pytest.mark.parametrize(
    ("asked", "shares", "left"),
    [
        ([], [], [(None, None)]),
        (["DE"], [], [(276, 277)]),
        ([], [share("B", ["AT"], inside=False)], [(None, 40), (41, None)]),
        ([], [share("A", ["AT"], inside=True)], [(40, 41)]),
        ([], [share("A", ["AT", "DE"], inside=True), share("C", ["AT"], inside=True)], [(40, 41)]),
        ([], [share("A", ["AT"], inside=True), share("C", ["AT"], inside=False)], []),
        ([], [share("A", ["AT"], inside=True), share("C", ["DE"], inside=True)], []),
        # A decision may give what was not asked for.
        (["DE"], [share("A", ["AT"], inside=True)], [(40, 41)]),
    ],
)
def test_a_claim_holds_what_its_shares_leave_of_what_it_asked_for(asked, shares, left):
    assert held(asked, shares) == left


def test_shares_are_with_one_deal_each_and_go_to_its_successor():
    one, other = share("A", ["AT"], inside=True), share("B", ["DE"], inside=False)

    assert shared_with_others({"shares": [one, other]}, ["A"]) == [other]
    assert shared_with_others({"shares": None}, ["A"]) == []
    assert handed_on({"shares": [one, other]}, old="B", new="C") == [one, {**other, "deal_id": "C"}]
