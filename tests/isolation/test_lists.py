"""No list shows what is not the reader's."""

from typing import Any

import pytest

from tests.isolation.examples import QUERIES
from tests.isolation.place import Place
from tests.isolation.reach import (
    FIGURES,
    PARTNERS,
    TENANTS,
    VENDORS,
    Reader,
    an_id,
    lists,
    noun_of,
    owner_of,
    rows,
    strangers,
)
from tests.responses import operations
from tests.system import Client

ALL = sorted(lists())
PATHS = {each.path for each in operations()}


def takes(path: str, parameter: str) -> bool:
    """Tell whether a list has this query parameter."""
    found = next(each for each in operations() if each.method == "get" and each.path == path)
    return any(each["name"] == parameter for each in found.operation.get("parameters", ()))


def test_every_list_says_who_may_see_it() -> None:
    assert sorted((*PARTNERS, *TENANTS, *VENDORS)) == ALL, "enter the list in tests/isolation/reach.py"


@pytest.mark.parametrize("path", ALL)
async def test_whoever_may_see_a_list_finds_something_in_it(place: Place, path: str) -> None:
    assert await rows(path, place, owner_of(path, place)) != []


@pytest.mark.parametrize("path", [path for path in ALL if path not in FIGURES])
async def test_a_list_shows_nothing_of_others(place: Place, other: Place, walls: None, path: str) -> None:
    theirs = await rows(path, place, owner_of(path, place))
    secrets = {str(each["id"]) for each in theirs} | ({place.ours} if path in PARTNERS else set())
    secrets |= {place.ours, place.everybodys} if path in VENDORS else set()

    for reader in strangers(path, place, other):
        shown = await text(path, place, other, reader.client)
        assert {each for each in secrets - reader.knows if each in shown} == set(), reader.name


@pytest.mark.parametrize("path", [path for path in ALL if path not in FIGURES])
async def test_no_list_of_another_vendor_has_a_mark_of_this_one(
    place: Place, other: Place, walls: None, path: str
) -> None:
    for reader in (other.vendor, other.partner, other.rival):
        shown = await text(path, place, other, reader)
        assert place.ours not in shown and place.everybodys not in shown


async def text(path: str, place: Place, other: Place, reader: Client) -> str:
    """All that somebody gets to see, of a list of the place or of a part of an object there."""
    if "{id}" in path:
        path = path.replace("{id}", await an_id(noun_of(path), place))
    answer = await reader.get(path, limit=200)
    assert answer.status in (200, 403, 404), f"{path}: {answer.body!r}"
    return answer.body.decode()


async def test_the_books_of_one_vendor_have_no_sums_of_another(place: Place, system: Any, walls: None) -> None:
    newcomer = system.tenant()
    await system.register(newcomer)

    kept = await place.vendor.get("/v1/ledger/trial-balance")
    seen = await newcomer.vendor().get("/v1/ledger/trial-balance")
    chart = await newcomer.vendor().get("/v1/ledger/accounts")

    assert kept["lines"] != []
    assert (seen["lines"], [each["sums"] for each in chart["data"] if each["sums"]]) == ([], [])
    assert (await place.partner.get("/v1/ledger/trial-balance")).status == 403
    assert (await place.partner.get("/v1/ledger/accounts")).status == 403


async def test_a_lead_that_nobody_has_been_offered_is_the_vendors_alone(place: Place, walls: None) -> None:
    mark = f"{place.everybodys}open"

    assert mark in (await place.vendor.get("/v1/leads")).body.decode()
    for reader in (place.partner, place.rival, place.tenant.vendor("*:*:assigned")):
        assert mark not in (await reader.get("/v1/leads")).body.decode()


@pytest.mark.parametrize("path", [path for path in ALL if "{" not in path])
async def test_a_filter_by_what_is_not_ones_own_finds_nothing(
    place: Place, other: Place, walls: None, path: str
) -> None:
    shown = await rows(path, place, owner_of(path, place))
    for name in await filters_by_id(path, shown):
        value = next(each[name] for each in shown if each[name])
        for reader in strangers(path, place, other):
            answer = await reader.client.get(path, **{name: value})
            # Of what one person has done for several, each finds its own part.
            found = (
                [each for each in answer["data"] if name != "actor_id" or each in shown] if answer.status < 400 else []
            )
            assert answer.status in (200, 403) and found == [], f"{reader.name} finds by {name}"


@pytest.mark.parametrize("path", [path for path in ALL if f"{path}/count" in PATHS])
async def test_a_count_tells_nobody_of_more_than_its_list_shows(
    place: Place, other: Place, walls: None, path: str
) -> None:
    readers = [Reader("its owner", owner_of(path, place)), *strangers(path, place, other)]
    for reader in readers:
        shown, counted = await reader.client.get(path, limit=200), await reader.client.get(f"{path}/count")
        assert counted.status == shown.status, reader.name
        # A page has two hundred rows at most, and a place may have more of some.
        fits = counted.status == 200 and not shown["has_more"]
        assert shown.status == 403 or (counted["count"] == len(shown["data"]) if fits else counted["count"] > 200), (
            reader.name
        )


@pytest.mark.parametrize("path", [path for path in ALL if takes(path, "q")])
async def test_a_search_for_a_name_finds_nothing_of_others(place: Place, other: Place, walls: None, path: str) -> None:
    owner, marks = owner_of(path, place), (place.ours, place.everybodys)
    theirs = {each["id"] for mark in marks for each in (await owner.get(path, q=mark))["data"]}
    assert theirs, "no row in tests/isolation/place.py has a mark in its name"

    for reader in strangers(path, place, other):
        for mark in marks:
            found = await reader.client.get(path, q=mark[:-1])
            counted = await reader.client.get(f"{path}/count", q=mark)
            assert (found.status, counted.status) in ((200, 200), (403, 403)), reader.name
            assert found.status == 403 or (found["data"], counted["count"]) == ([], 0), reader.name


async def test_the_search_of_everything_finds_what_lists_would_show_and_nothing_of_others(
    place: Place, other: Place, walls: None
) -> None:
    async def found(reader: Client, mark: str) -> set[str]:
        answer = await reader.get("/v1/search", q=mark, limit=50)
        assert (answer.status, answer["unavailable"]) == (200, [])
        return {each["type"] for each in answer["data"]}

    assert await found(place.vendor, place.ours) >= {"deal", "lead", "partner", "person", "customer"}
    assert await found(place.partner, place.ours) == {"deal", "lead", "partner", "person"}
    catalogue = {"bundle", "product", "product_family", "program", "solution_listing"}
    assert await found(place.partner, place.everybodys) == await found(place.rival, place.everybodys) == catalogue
    for reader in (place.rival, place.tenant.vendor("*:*:assigned")):
        assert await found(reader, place.ours) & {"deal", "lead", "partner", "person"} == set()
    for reader in (other.vendor, other.partner):
        assert await found(reader, place.ours) == await found(reader, place.everybodys) == set()


async def filters_by_id(path: str, shown: list[dict[str, Any]]) -> list[str]:
    """The filters of a list whose values are ids, of those that its rows have a value for."""
    found = next(each for each in operations() if each.method == "get" and each.path == path)
    names = [
        each["name"] for each in found.operation.get("parameters", ()) if "x-resource" in each and each["in"] == "query"
    ]
    return [name for name in names if any(each.get(name) for each in shown)]


@pytest.mark.parametrize("path", [path for path in ALL if "{" not in path and path not in FIGURES | {"/v1/events"}])
async def test_anothers_cursor_opens_nothing_of_theirs(place: Place, other: Place, walls: None, path: str) -> None:
    owner = owner_of(path, place)
    page = await owner.get(path, limit=1)
    if page["next_cursor"] is None:
        return
    theirs = {str(each["id"]) for each in await rows(path, place, owner)}

    for reader in strangers(path, place, other):
        answer = await reader.client.get(path, limit=1, cursor=page["next_cursor"])
        assert answer.status in (200, 400, 403), f"{path}: {answer.body!r}"
        assert not any(each in answer.body.decode() for each in theirs), reader.name


async def test_an_explanation_of_anothers_deal_or_invoice_is_that_of_an_unknown_one(
    place: Place, other: Place, walls: None
) -> None:
    deal_id = next(each["deal_id"] for each in await rows("/v1/earnings", place, place.partner) if each["deal_id"])
    licences = [each["id"] for each in await rows("/v1/licences", place, place.partner)]
    invoices = [await place.partner.get(f"/v1/licences/{each}/invoices") for each in licences]
    invoice_id = next(each["id"] for page in invoices for each in page["data"])
    asked = {"explanations": ("deal_id", deal_id), "licence-explanations": ("licence_invoice_id", invoice_id)}
    for noun, (name, known) in asked.items():
        own = await place.partner.get(f"/v1/{noun}", **{name: known})
        assert own["partner_id"] == place.partner.partner_id, noun
        for reader in strangers("/v1/earnings", place, other):
            theirs = await reader.client.get(f"/v1/{noun}", **{name: known})
            unknown = await reader.client.get(f"/v1/{noun}", **{name: QUERIES[name]})
            assert theirs.status == unknown.status == 404 or (
                theirs.body.decode().replace(known, "?") == unknown.body.decode().replace(QUERIES[name], "?")
            ), f"{noun} {reader.name}"
