"""A case is always about those who want one customer and product now, whoever has moved, ended or handed over since."""

from typing import Any

import pytest

from tests.deals.approvals import policy, step
from tests.deals.make import BEYOND_LIMIT, World, changes, submits, wins, world
from tests.deals.test_conflict_cases import REVIEWED, claims_of, contested
from tests.deals.test_transfers import opens, successor
from tests.system import Client, Response, Tenant

INITECH = {"name": "Initech GmbH", "domain": "initech.de", "country": "DE"}
_CHOICE = "customer_choice"


async def case_of(place: World, deal: Response) -> Response:
    """The one case of a deal that is not closed."""
    listed = (await place.vendor.get("/v1/conflict-cases", deal_id=deal["id"]))["data"]
    (waiting,) = [each for each in listed if each["status"] != "closed"]
    return await place.vendor.get(f"/v1/conflict-cases/{waiting['id']}")


async def moves(seller: Client, deal: Response, **to: Any) -> None:
    """A partner changes for whom, or of what, its approved deal is."""
    moved = await changes(seller, f"/v1/deals/{deal['id']}", to)
    assert moved["status"] == "approved", moved.json


@pytest.mark.parametrize("to", [{"customer": INITECH}, {"product_family": "storage"}])
async def test_a_case_is_closed_when_whoever_it_is_about_has_gone_elsewhere(tenant: Tenant, to: dict[str, Any]):
    place = await world(tenant, "cloud", "storage")
    seller, _, first, second, path = await contested(place)

    await moves(seller, first, **to)
    await tenant.system.settle()

    closed = await place.vendor.get(path)
    assert (closed["status"], closed["resolution"], closed["allowed_actions"]) == ("closed", "superseded", [])
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    assert [each["exclusive"] for each in (await claims_of(place)).values()] == [True, True]


@pytest.mark.parametrize("to", [{"customer": INITECH}, {"product_family": "storage"}])
@pytest.mark.parametrize(
    "body",
    [
        {"resolution": "split_scope", "territories": ["AT"]},
        {"resolution": "upheld", "identity": "same"},
        {"resolution": "rejected_match"},
        {"resolution": "customer_choice"},
    ],
)
async def test_nothing_is_decided_about_who_has_gone_before_anybody_noticed(
    tenant: Tenant, to: dict[str, Any], body: dict[str, Any]
):
    place = await world(tenant, "cloud", "storage")
    seller, _, first, second, path = await contested(place)
    await moves(seller, first, **to)
    chosen = {"chosen_deal_id": second["id"]} if body["resolution"] == _CHOICE else {}

    resolved = await place.vendor.act(path, "resolve", body | chosen)

    assert (resolved["status"], resolved["findings"]) == ("resolved", [])
    gone = (await claims_of(place))[first["id"]]
    assert (gone["exclusive"], gone["territories"]) == (True, [])
    assert {each["status"] for each in (await place.vendor.get("/v1/customers"))["data"]} == {"active"}
    assert (await seller.get("/v1/conflict-cases"))["data"] == []


async def test_the_customer_does_not_choose_who_has_gone(tenant: Tenant):
    place = await world(tenant)
    seller, _, first, _, path = await contested(place)
    await moves(seller, first, customer=INITECH)

    refused = await place.vendor.act(path, "resolve", {"resolution": _CHOICE, "chosen_deal_id": first["id"]})

    assert (refused.status, refused["errors"][0]["code"]) == (422, "not_in_case")


async def test_a_case_goes_on_about_those_who_are_left(tenant: Tenant):
    place = await world(tenant)
    seller, rival, first, second, _ = await contested(place)
    third = await submits(await place.partner(), REVIEWED)
    assert len((await case_of(place, third))["findings"]) == 2

    await moves(seller, first, customer=INITECH)
    await tenant.system.settle()

    left = await case_of(place, third)
    assert ([each["deal_id"] for each in left["findings"]], left["class"]) == ([second["id"]], "probable")
    await rival.act(f"/v1/deals/{second['id']}", "withdraw")
    await tenant.system.settle()
    closed = await place.vendor.get(f"/v1/conflict-cases/{left['id']}")
    assert (closed["status"], closed["resolution"]) == ("closed", "superseded")


async def test_a_deal_that_goes_elsewhere_takes_no_case_along(tenant: Tenant):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    first, second = await submits(seller), await submits(rival, INITECH)
    await merges(place, first, second)
    case = await case_of(place, second)

    await moves(rival, second, customer={"name": "Umbrella AG", "domain": "umbrella.de", "country": "DE"})

    assert (await place.vendor.get(f"/v1/conflict-cases/{case['id']}"))["status"] == "closed"


async def merges(place: World, kept: Response, gone: Response) -> None:
    """The vendor makes the customers of two deals one."""
    body = {"customer_id": await customer_of(place, gone)}
    merged = await place.vendor.act(f"/v1/customers/{await customer_of(place, kept)}", "merge", body)
    assert merged.status == 200, merged.json


async def customer_of(place: World, deal: Response) -> str:
    """The customer that a deal is with, as the vendor knows it."""
    return str((await place.vendor.get(f"/v1/deals/{deal['id']}"))["customer_id"])


async def test_a_case_that_a_split_has_emptied_is_closed_and_merging_again_opens_one(tenant: Tenant):
    place = await world(tenant)
    first, second = await submits(await place.partner()), await submits(await place.partner(), INITECH)
    gone = await customer_of(place, second)
    await merges(place, first, second)
    emptied = await case_of(place, second)

    split = f"/v1/customers/{await customer_of(place, first)}"
    parted = await place.vendor.act(split, "split", {"deal_ids": [second["id"]], "into": gone})

    assert parted.status == 200, parted.json
    closed = await place.vendor.get(f"/v1/conflict-cases/{emptied['id']}")
    assert (closed["status"], closed["resolution"]) == ("closed", "superseded")
    assert [each["exclusive"] for each in (await claims_of(place)).values()] == [True, True]
    await place.vendor.act(split, "unpin", {"customer_id": gone})
    await merges(place, first, second)
    assert [each["deal_id"] for each in (await case_of(place, second))["findings"]] == [first["id"]]


async def test_a_merger_adds_to_the_case_that_a_person_looks_at_already(tenant: Tenant):
    place = await world(tenant)
    umbrella = {"name": "Umbrella AG", "domain": "umbrella.de", "country": "DE"}
    bakery = {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"}
    first, second = await submits(await place.partner(), bakery), await submits(await place.partner(), umbrella)
    third = await submits(await place.partner(), INITECH)
    path = f"/v1/customers/{await customer_of(place, third)}"
    await changes(place.vendor, path, {"email": "info@kovacs-pekseg.hu"})
    before = await case_of(place, third)

    await merges(place, second, third)

    after = await case_of(place, third)
    assert (after["id"], after["class"]) == (before["id"], "blocking")
    assert [each["deal_id"] for each in before["findings"]] == [first["id"]]
    assert {each["deal_id"] for each in after["findings"]} == {first["id"], second["id"]}


@pytest.mark.parametrize("how", ["lose", "win", "expire"])
async def test_a_deal_that_ends_closes_its_cases(tenant: Tenant, how: str):
    place = await world(tenant)
    seller, _, first, second, path = await contested(place)
    # The first ends while the second still stands.
    await tenant.advance(days=20)
    await place.vendor.act(path, "resolve", {"resolution": _CHOICE, "chosen_deal_id": second["id"]})
    await place.vendor.act(f"/v1/deals/{second['id']}", "approve")
    taken = await case_of(place, first)
    await seller.act(f"/v1/conflict-cases/{taken['id']}", "appeal", {"reason": "The letter was withdrawn."})

    if how == "lose":
        await seller.act(f"/v1/deals/{first['id']}", "lose")
    elif how == "win":
        await wins(seller, first, amount=1_000_000, on=tenant.now().date())
    else:
        await tenant.advance(days=30)

    closed = await place.vendor.get(f"/v1/conflict-cases/{taken['id']}")
    assert (closed["status"], closed["resolution"], closed["allowed_actions"]) == ("closed", "superseded", [])


@pytest.mark.parametrize(
    ("body", "exclusive", "territories"),
    [
        ({"resolution": "customer_choice"}, False, []),
        ({"resolution": "split_scope", "territories": ["AT"]}, True, None),
    ],
)
async def test_a_case_is_about_the_successor_of_a_deal_that_was_transferred(
    tenant: Tenant, body: dict[str, Any], exclusive: bool, territories: list[str] | None
):
    place = await world(tenant)
    _, _, first, second, path = await contested(place)
    taker = await place.partner()
    await opens(place, first, taker, override_reason="The customer has decided")
    now = await successor(place, first)
    (found,) = (await place.vendor.get(path))["findings"]
    assert (found["deal_id"], found["partner_id"]) == (now["id"], taker.partner_id)
    chosen = {"chosen_deal_id": second["id"]} if body["resolution"] == _CHOICE else {}

    await tenant.system.settle()
    assert "resolve" not in (await place.vendor.get(path))["allowed_actions"]
    assert (await tenant.vendor().act(path, "resolve", body | chosen))["status"] == "resolved"

    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    held = (await claims_of(place))[now["id"]]
    assert held["exclusive"] is exclusive
    assert "AT" not in held["territories"] if territories is None else held["territories"] == territories
    (own,) = (await taker.get("/v1/conflict-cases"))["data"]
    assert (own["deal_id"], own["allowed_actions"]) == (now["id"], ["appeal"])


async def test_the_successor_may_be_chosen_and_the_old_partner_keeps_what_it_said(tenant: Tenant):
    place = await world(tenant)
    old, taker = await place.partner(), await place.partner()
    first, second = await submits(await place.partner()), await submits(old, INITECH)
    await merges(place, first, second)
    case = await case_of(place, second)

    await opens(place, second, taker, override_reason="The customer has decided")

    assert (await place.vendor.get(f"/v1/conflict-cases/{case['id']}"))["status"] == "closed"
    now = await successor(place, second)
    carried = await case_of(place, now)
    assert ([each["deal_id"] for each in carried["findings"]], carried["status"]) == ([first["id"]], "open")
    assert (await taker.get(f"/v1/conflict-cases/{carried['id']}"))["findings"] == []
    assert (await taker.get(f"/v1/conflict-cases/{case['id']}")).status == 404
    chosen = {"resolution": _CHOICE, "chosen_deal_id": now["id"]}
    resolved = await tenant.vendor().act(f"/v1/conflict-cases/{carried['id']}", "resolve", chosen)
    assert resolved["status"] == "resolved", resolved.json
    claims = await claims_of(place)
    assert (claims[first["id"]]["exclusive"], claims[now["id"]]["exclusive"]) == (False, True)


async def test_a_case_against_a_deal_that_becomes_its_own_partners_is_closed(tenant: Tenant):
    place = await world(tenant)
    _, rival, first, _, path = await contested(place)

    await opens(place, first, rival, override_reason="The customer has decided")

    assert (await place.vendor.get(path))["status"] == "closed"


@pytest.mark.parametrize("state", ["pending_approval", "returned", "won"])
async def test_an_appeal_that_is_offered_is_heard(tenant: Tenant, state: str):
    place = await world(tenant)
    seller, rival = await place.partner(), await place.partner()
    if state == "pending_approval":
        await policy(place, step())
    first = await submits(seller, **({} if state == "won" else {"amount": BEYOND_LIMIT}))
    if state == "won":
        await wins(seller, first, amount=1_000_000, on=tenant.now().date())
    elif state == "returned":
        await place.vendor.act(f"/v1/deals/{first['id']}", "return", {"reason": "Say more."})
    second = await submits(rival, REVIEWED)
    case = await case_of(place, second)
    chosen = {"resolution": _CHOICE, "chosen_deal_id": second["id"]}
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", chosen)

    (own,) = (await seller.get("/v1/conflict-cases"))["data"]
    assert own["allowed_actions"] == ["appeal"]
    appealed = await seller.act(f"/v1/conflict-cases/{own['id']}", "appeal", {"reason": "Ours."})

    assert appealed["status"] == "appealed", appealed.json
    assert (await seller.get(f"/v1/deals/{first['id']}"))["status"] == state
