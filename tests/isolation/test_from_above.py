"""Who reaches several partners sees of each what it sees itself: in every list, one by one, counted, and in no other way.

A partner above sees as far as the edge opens; a member of the vendor's staff sees the partners of its account teams.
"""

from collections.abc import Mapping

import pytest

from shared import clock
from shared.values.ids import new_id
from tests.audit.make import logged
from tests.isolation.place import Place
from tests.isolation.reach import FIGURES, PARTNERS, an_id, rows
from tests.partners.make import assigned, staff, working_partner
from tests.system import Client

# Lists that a person sees of its own alone.
_PERSONAL = frozenset({"/v1/sessions", "/v1/second-factors"})
LISTS = sorted(path for path in PARTNERS - _PERSONAL - FIGURES if "{" not in path)
MONEY = frozenset({"/v1/earnings", "/v1/ledger/entries", "/v1/payouts", "/v1/statements"})
READING = "*:read:subtree"


@pytest.fixture(scope="session")
async def above(place: Place) -> Mapping[str, Client]:
    """Partners above the one of the place, by what the edge opens, and a member of the staff who looks after it."""
    vendor, found = place.vendor, {}
    for visibility in ("aggregate", "records", "records_and_money"):
        made = await working_partner(vendor, name=f"Above by {visibility}")
        edge = {"parent_partner_id": made, "child_partner_id": place.partner.partner_id, "kind": "parent_of"}
        await place.makes(vendor, "/v1/relationships", {**edge, "visibility": visibility})
        found[visibility] = place.tenant.partner(made, READING)
    account = await staff(vendor)
    await assigned(vendor, account, str(place.partner.partner_id), role="support")
    found["assigned"] = place.tenant.vendor("*:*:assigned", sub=account)
    await logged(place.tenant.system)
    return found


async def ids(caller: Client, path: str, place: Place) -> set[str]:
    """What a list shows."""
    return {str(each["id"]) for each in await rows(path, place, caller)}


def opens(who: str, path: str) -> bool:
    """Whether a reader sees the rows of the partner in a list."""
    return who in ("assigned", "records_and_money") or (who == "records" and path not in MONEY)


@pytest.mark.parametrize("path", [path for path in LISTS if path not in ("/v1/events", "/v1/audit-records")])
async def test_a_list_shows_what_the_partner_itself_is_shown_where_the_edge_opens_it(
    place: Place, above: Mapping[str, Client], walls: None, path: str
) -> None:
    theirs = await ids(place.partner, path, place)
    for who, caller in above.items():
        own = await ids(place.tenant.partner(str(caller.partner_id)), path, place) if caller.partner_id else set()
        seen = await ids(caller, path, place) - own
        assert theirs & seen == (theirs - own if opens(who, path) else set()), who


@pytest.mark.parametrize("path", [path for path in LISTS if path not in ("/v1/events", "/v1/ledger/entries")])
async def test_what_is_not_listed_from_above_is_not_found_there_either(
    place: Place, above: Mapping[str, Client], walls: None, path: str
) -> None:
    one = await an_id(path, place)
    for who, caller in above.items():
        listed = bool((await caller.get(path, id=one))["data"])
        assert (await caller.get(f"{path}/{one}")).status == (200 if listed else 404), who


async def test_events_and_audit_records_tell_of_money_only_where_the_edge_opens_it(
    place: Place, above: Mapping[str, Client], walls: None
) -> None:
    for path, origin in (("/v1/events", "source"), ("/v1/audit-records", "service")):
        told = {
            who: {each[origin] for each in await rows(path, place, caller) if place_is_named(place, each)}
            for who, caller in above.items()
        }
        assert "incentives" in told["records_and_money"] and "incentives" in told["assigned"], path
        assert "deals" in told["records"] and "incentives" not in told["records"], path
        assert told["aggregate"] <= {"partners"}, path


def place_is_named(place: Place, row: Mapping[str, object]) -> bool:
    """Whether a row is about the partner of the place."""
    return str(place.partner.partner_id) in str(row)


async def test_a_manager_decides_for_assigned_partners_and_for_others_as_for_none(
    place: Place, above: Mapping[str, Client], walls: None
) -> None:
    rivals = (await place.rival.get("/v1/deals"))["data"][0]["id"]
    unknown = new_id("deal", at=clock.now())
    for verb in ("approve", "reject"):
        told = await above["assigned"].act(f"/v1/deals/{rivals}", verb, {"reason": "No"})
        expected = await above["assigned"].act(f"/v1/deals/{unknown}", verb, {"reason": "No"})
        assert (told.status, told.problem) == (expected.status, expected.problem) == (404, "not_found")
