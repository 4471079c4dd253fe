"""Conflict cases: who decides them, what a decision does to protections, and how a partner appeals."""

from typing import Any

import pytest

from services.deals.protection.ground import ranges_of, without
from tests.deals.make import World, events_of, submits, world
from tests.system import Client, Response, Tenant

REVIEWED = {"name": "Globex Corp", "domain": "globex.com", "country": "US"}


async def contested(place: World) -> tuple[Client, Client, Response, Response, str]:
    """An approved registration, a rival's of the same customer, and the path of the rival's case."""
    seller, rival = await place.partner(), await place.partner()
    first, second = await submits(seller), await submits(rival, REVIEWED)
    (case,) = (await place.vendor.get("/v1/conflict-cases")).json["data"]
    return seller, rival, first, second, f"/v1/conflict-cases/{case['id']}"


async def claims_of(place: World) -> dict[str, dict[str, Any]]:
    """The claims by their deals."""
    return {each["deal_id"]: each for each in (await place.vendor.get("/v1/protection-claims")).json["data"]}


async def test_a_case_is_taken_on_by_somebody_until_another_takes_it(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, second, path = await contested(place)

    assigned = await place.vendor.act(path, "assign")

    assert (assigned["status"], assigned["assigned_to"]) == ("assigned", place.vendor.account_id)
    mine = await place.vendor.get("/v1/conflict-cases", assigned_to=place.vendor.account_id)
    assert [each["id"] for each in mine.json["data"]] == [assigned["id"]]
    seen = await rival.get(path)
    assert (seen["status"], seen["assigned_to"], seen["allowed_actions"]) == ("assigned", None, [])
    colleague = tenant.vendor()
    assert (await colleague.act(path, "assign"))["assigned_to"] == colleague.account_id
    told = await events_of(place, "deal.conflict.assigned.v1")
    assert [each["deal_id"] for each in told] == [second["id"], second["id"]]
    assert (await colleague.act(path, "resolve", {"resolution": "upheld"}))["status"] == "resolved"


async def test_an_upheld_conflict_takes_the_registration_off_the_register_until_it_is_appealed(tenant: Tenant):
    place = await world(tenant)
    seller, rival, _, second, path = await contested(place)

    resolved = await place.vendor.act(path, "resolve", {"resolution": "upheld"})

    assert (await claims_of(place))[second["id"]]["status"] == "released"
    assert resolved["appealable_until"] is not None
    seen = await rival.get(path)
    assert (seen["resolution"], seen["note"], seen["resolved_by"], seen["allowed_actions"]) == (
        *("upheld", None, None),
        ["appeal"],
    )
    assert (await seller.post(f"{path}/appeal", {"reason": "Mine."}, if_match="*")).status == 404
    appealed = await rival.act(path, "appeal", {"reason": "We have met them before."})
    assert (appealed["status"], appealed["appeal_reason"]) == ("appealed", "We have met them before.")
    assert (await claims_of(place))[second["id"]]["status"] == "pending"
    final = await place.vendor.act(path, "resolve", {"resolution": "dual"})
    assert (final["status"], final["previous_resolution"], final["resolution"]) == ("closed", "upheld", "dual")
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    told = await events_of(place, "deal.conflict.resolved.v1")
    assert [(each["resolution"], each["final"]) for each in told] == [("upheld", False), ("dual", True)]
    assert len(await events_of(place, "deal.conflict.appealed.v1")) == 1


async def test_a_rejected_match_of_one_customer_says_that_they_are_two_and_the_deal_can_be_approved(tenant: Tenant):
    place = await world(tenant)
    _, _, first, second, path = await contested(place)

    resolved = await place.vendor.act(path, "resolve", {"resolution": "rejected_match"})
    approved = await place.vendor.act(f"/v1/deals/{second['id']}", "approve")

    assert (resolved["status"], resolved["identity"]) == ("resolved", "different")
    assert approved["status"] == "approved"
    held = [(await place.vendor.get(f"/v1/deals/{each['id']}"))["customer_id"] for each in (first, second)]
    assert held[0] != held[1]


async def test_an_appeal_is_heard_once_and_for_ten_days(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, second, path = await contested(place)
    assert (await rival.post(f"{path}/appeal", {"reason": "Early."}, if_match="*")).problem == "invalid_transition"
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    await rival.act(path, "appeal", {"reason": "Look again."})
    assert (await rival.act(path, "appeal", {"reason": "And again."})).problem == "invalid_transition"
    assert (await place.vendor.act(path, "resolve", {"resolution": "upheld"}))["status"] == "closed"
    assert (await rival.act(path, "appeal", {"reason": "And again."})).problem == "invalid_transition"
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve")).problem == "conflict_upheld"

    late = await place.partner()
    third = await submits(late, REVIEWED)
    case = (await place.vendor.get("/v1/conflict-cases", deal_id=third["id"])).json["data"][0]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "upheld"})
    await tenant.advance(days=10)

    seen = await late.get(f"/v1/conflict-cases/{case['id']}")
    assert (seen["status"], seen["allowed_actions"]) == ("closed", [])


async def test_nothing_is_appealed_that_took_nothing_or_whose_deal_has_ended(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, _, path = await contested(place)
    freed = await place.vendor.act(path, "resolve", {"resolution": "rejected_match"})
    assert freed["status"] == "resolved"
    assert (await rival.get(path))["allowed_actions"] == []
    assert (await rival.act(path, "appeal", {"reason": "Why not?"})).problem == "nothing_to_appeal"

    other = await place.partner()
    third = await submits(other, REVIEWED)
    case = (await place.vendor.get("/v1/conflict-cases", deal_id=third["id"])).json["data"][0]
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", {"resolution": "upheld"})
    await place.vendor.act(f"/v1/deals/{third['id']}", "reject")
    gone = await other.get(f"/v1/conflict-cases/{case['id']}")
    assert (gone["status"], gone["resolution"], gone["allowed_actions"]) == ("closed", "upheld", [])


async def test_a_split_scope_gives_each_partner_its_countries_and_tells_both(tenant: Tenant):
    place = await world(tenant)
    seller, rival, first, second, path = await contested(place)

    resolved = await place.vendor.act(
        path, "resolve", {"resolution": "split_scope", "territories": ["DE", "AT"], "identity": "same"}
    )

    assert resolved["territories"] == ["DE", "AT"]
    approved = await place.vendor.act(f"/v1/deals/{second['id']}", "approve")
    assert approved["status"] == "approved", approved.json
    (own,) = (await seller.get("/v1/conflict-cases")).json["data"]
    assert (own["deal_id"], own["resolution"], own["status"]) == (first["id"], "split_scope", "resolved")
    assert (own["caused_by"], own["findings"], own["allowed_actions"]) == (None, [], ["appeal"])
    assert second["id"] not in str(own) and rival.partner_id not in str(own)
    stored = await tenant.system.superuser.fetch(
        "SELECT deal_id, territory::text FROM deals.protection_claims WHERE tenant_id = $1", tenant.id
    )
    assert {row["deal_id"]: row["territory"] for row in stored} == {
        first["id"]: "{(,40),[41,276),[277,)}",
        second["id"]: "{[40,41),[276,277)}",
    }


async def test_the_customers_choice_moves_exclusivity_and_the_loser_may_appeal(tenant: Tenant):
    place = await world(tenant)
    seller, _, first, second, path = await contested(place)

    body = {"resolution": "customer_choice", "chosen_deal_id": second["id"], "note": "Letter of the 3rd."}
    await place.vendor.act(path, "resolve", body)

    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve"))["status"] == "approved"
    claims = await claims_of(place)
    assert (claims[first["id"]]["exclusive"], claims[second["id"]]["exclusive"]) == (False, True)
    (own,) = (await seller.get("/v1/conflict-cases")).json["data"]
    assert (own["chosen_deal_id"], own["note"]) == (None, None)
    mine = f"/v1/conflict-cases/{own['id']}"
    await seller.act(mine, "appeal", {"reason": "The letter was withdrawn."})
    back = {"resolution": "customer_choice", "chosen_deal_id": first["id"]}
    assert (await place.vendor.act(mine, "resolve", back))["status"] == "closed"
    claims = await claims_of(place)
    assert (claims[first["id"]]["exclusive"], claims[second["id"]]["exclusive"]) == (True, False)


async def test_a_customer_who_chooses_the_rival_leaves_nothing_to_approve(tenant: Tenant):
    place = await world(tenant)
    _, _, first, second, path = await contested(place)

    await place.vendor.act(path, "resolve", {"resolution": "customer_choice", "chosen_deal_id": first["id"]})

    assert (await claims_of(place))[second["id"]]["status"] == "released"
    assert (await place.vendor.act(f"/v1/deals/{second['id']}", "approve")).problem == "conflict_upheld"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"resolution": "split_scope"}, "/territories"),
        ({"resolution": "dual", "territories": ["DE"]}, "/territories"),
        ({"resolution": "split_scope", "territories": ["DE", "QQ"]}, "/territories/1"),
        ({"resolution": "customer_choice"}, "/chosen_deal_id"),
        ({"resolution": "upheld", "chosen_deal_id": "deal_01h455vb4pex5vsknk084sn02q"}, "/chosen_deal_id"),
        ({"resolution": "customer_choice", "chosen_deal_id": "deal_01h455vb4pex5vsknk084sn02q"}, "/chosen_deal_id"),
        ({"resolution": "dual", "identity": "different"}, "/identity"),
    ],
)
async def test_a_resolution_says_all_that_belongs_to_it_and_nothing_else(tenant: Tenant, body, pointer):
    place = await world(tenant)
    *_, path = await contested(place)

    refused = await place.vendor.act(path, "resolve", body)

    assert (refused.status, refused["errors"][0]["pointer"]) == (422, pointer)


async def test_a_partner_neither_assigns_nor_decides_nor_computes_again(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, _, path = await contested(place)

    assert (await rival.act(path, "assign")).status == 403
    assert (await rival.act(path, "resolve", {"resolution": "dual"})).status == 403
    assert (await rival.get(f"{path}/replay")).status == 403
    assert (await rival.get("/v1/conflict-reports")).status == 403
    assert (await place.vendor.act(path, "appeal", {"reason": "For them."})).status in (403, 409)


async def test_a_case_is_computed_again_from_what_was_stored_with_it(tenant: Tenant):
    place = await world(tenant)
    _, _, first, second, path = await contested(place)
    # What the deals say now does not matter any more.
    await place.vendor.patch(
        f"/v1/customers/{(await place.vendor.get('/v1/customers')).json['data'][0]['id']}",
        {"name": "Something else"},
        if_match=(
            await place.vendor.get(f"/v1/customers/{(await place.vendor.get('/v1/customers')).json['data'][0]['id']}")
        ).headers["etag"],
    )

    replay = await place.vendor.get(f"{path}/replay")

    assert (replay.status, replay["agrees"], replay["stored_class"]) == (200, True, "blocking"), replay.json
    (finding,) = replay["findings"]
    assert finding["deal_id"] == first["id"]
    assert finding["stored"] == finding["recomputed"] == finding["in_force"]

    strict = {
        "name": "Strict",
        "thresholds": {"possible": 97, "probable": 98, "certain": 99},
        "weights": {"domain": 10},
    }
    drafted = await place.vendor.post("/v1/conflict-policies", strict)
    await place.vendor.act(f"/v1/conflict-policies/{drafted['id']}", "publish")
    again = await place.vendor.get(f"{path}/replay")

    assert (again["agrees"], again["stored_policy"], again["policy"]) == (True, 0, 1)
    (finding,) = again["findings"]
    assert finding["recomputed"]["class"] == "blocking"
    assert finding["in_force"]["score"] == finding["stored"]["score"] == "1.0000"


async def test_resolutions_tell_how_right_matching_is(tenant: Tenant):
    place = await world(tenant)
    empty = await place.vendor.get("/v1/conflict-reports")
    assert (empty["labels"], empty["thresholds"][0]["precision"]["value"]) == (0, None)
    *_, path = await contested(place)
    await place.vendor.act(path, "resolve", {"resolution": "upheld"})
    seller, rival = await place.partner(), await place.partner()
    await submits(seller, {"name": "Kovács Pékség Kft.", "country": "HU", "domain": "kovacs-pekseg.hu"})
    near = await submits(rival, {"name": "Kovács Pékség", "country": "HU", "domain": "kovacspekseg.eu"})
    case = (await place.vendor.get("/v1/conflict-cases", deal_id=near["id"])).json["data"][0]
    body = {"resolution": "rejected_match", "identity": "different"}
    await place.vendor.act(f"/v1/conflict-cases/{case['id']}", "resolve", body)

    report = await place.vendor.get("/v1/conflict-reports")

    assert (report["labels"], report["same"], report["different"]) == (2, 1, 1)
    lowest, highest = report["thresholds"][0], report["thresholds"][-1]
    assert (lowest["threshold"], lowest["called_same"], lowest["precision"]["value"]) == ("0.50", 2, "0.5000")
    assert (highest["threshold"], highest["called_same"], highest["recall"]["value"]) == ("0.95", 1, "1.0000")
    signals = {each["signal"]: (each["spoke"], each["same"]) for each in report["signals"]}
    assert signals["domain"] == (1, 1)
    assert float(lowest["precision"]["low"]) < 0.5 < float(lowest["precision"]["high"])


async def test_a_case_of_a_deal_that_is_taken_back_is_closed_with_it(tenant: Tenant):
    place = await world(tenant)
    _, rival, _, second, path = await contested(place)

    await rival.act(f"/v1/deals/{second['id']}", "withdraw")

    closed = await place.vendor.get(path)
    assert (closed["status"], closed["resolution"], closed["allowed_actions"]) == ("closed", "superseded", [])


@pytest.mark.parametrize(
    ("territory", "countries", "left"),
    [
        ([(None, None)], ["DE"], [(None, 276), (277, None)]),
        ([(276, 277)], ["DE"], []),
        ([(276, 277), (348, 349)], ["HU"], [(276, 277)]),
        ([(None, 300)], ["DE", "AT"], [(None, 40), (41, 276), (277, 300)]),
        ([(300, None)], ["DE"], [(300, None)]),
    ],
)
def test_countries_are_taken_out_of_a_territory(territory, countries, left):
    assert without(territory, countries) == left


def test_countries_are_ranges_of_their_numbers():
    assert ranges_of(["HU", "DE", "DE"]) == [(276, 277), (348, 349)]
