"""`GET /v1/search`: objects of all services by the words of their names, in the reach of who asks."""

import asyncio
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from gateway.search.nouns import searched, searched_in
from gateway.search.queries import MOST_OF_ONE, search
from gateway.search.rules import Found, ranked
from shared.errors import Unavailable
from shared.search.words import words_of
from shared.web.peer import ASGI, Peer
from tests.deals.make import drafts, world
from tests.partners.make import person, working_partner
from tests.system import Client, Response, Tenant

NAME = "Zephyrine"


@dataclass
class Place:
    """A vendor with two partners, and something of that name in every service."""

    vendor: Client
    seller: Client
    rival: Client
    tenant: Tenant


@pytest.fixture
async def place(tenant: Tenant) -> Place:
    vendor = (await world(tenant)).vendor
    first, second = await working_partner(vendor, name=f"{NAME} Resale"), await working_partner(vendor, name="Rival")
    await tenant.system.settle()
    seller, rival = tenant.partner(first), tenant.partner(second)
    made = await drafts(
        seller, {"name": f"{NAME} Werke", "domain": "werke.example", "country": "DE"}, title="Migration"
    )
    assert made.status == 201, made.json
    assert (await person(vendor, first, email=f"ada@{NAME}.example")).status == 201
    contact = {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@globex.example", "phone": None}
    company = {"name": f"{NAME} Kft.", "domain": None, "country": "HU"}
    lead = {"company": company, "contact": contact, "source": "web", "product_family": "cloud", "country": "HU"}
    assert (await vendor.post("/v1/leads", lead)).status == 201
    return Place(vendor, seller, rival, tenant)


def types(answer: Response) -> list[str]:
    assert answer.status == 200, answer.json
    return sorted(each["type"] for each in answer["data"])


async def test_one_search_finds_objects_of_every_service(place: Place) -> None:
    answer = await place.vendor.get("/v1/search", q="zephyr")

    assert types(answer) == ["deal", "lead", "partner", "person"]
    assert (answer["has_more"], answer["unavailable"]) == (False, [])
    found = {each["type"]: each for each in answer["data"]}
    assert (found["deal"]["title"], found["deal"]["subtitle"]) == ("Migration", f"{NAME} Werke")
    assert (found["person"]["title"], found["person"]["subtitle"]) == ("Anna Meier", f"ada@{NAME}.example")
    for each in answer["data"]:
        seen = await place.vendor.get(each["href"])
        assert (seen["id"], seen["object"]) == (each["id"], each["type"])


async def test_everybody_finds_what_their_own_lists_would_show_them(place: Place) -> None:
    readers = {
        "the partner": place.seller,
        "another partner": place.rival,
        "staff who read deals only": place.tenant.vendor("search:read deals:read"),
        "staff of other partners": place.tenant.vendor("search:read *:read:assigned"),
        "another vendor": place.tenant.system.tenant().vendor(),
    }

    found = {name: types(await reader.get("/v1/search", q=NAME)) for name, reader in readers.items()}

    assert found == {
        "the partner": ["deal", "partner", "person"],
        "another partner": [],
        "staff who read deals only": ["deal"],
        "staff of other partners": [],
        "another vendor": [],
    }


async def test_only_some_kinds_of_objects_are_searched_where_they_are_named(place: Place) -> None:
    assert types(await place.vendor.get("/v1/search", q=NAME, types="deal, lead")) == ["deal", "lead"]
    assert types(await place.tenant.vendor("search:read deals:read").get("/v1/search", q=NAME, types="lead")) == []


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "q"),
        ({"q": "!"}, "q"),
        ({"q": "x" * 201}, "q"),
        ({"q": NAME, "types": "deal,unicorn"}, "types"),
        ({"q": NAME, "limit": "0"}, "limit"),
        ({"q": NAME, "limit": "51"}, "limit"),
        ({"q": NAME, "cursor": "x"}, "cursor"),
    ],
)
async def test_a_search_that_cannot_be_read_is_refused(tenant: Tenant, query: dict[str, str], parameter: str) -> None:
    answer = await tenant.vendor().get("/v1/search", **query)

    assert (answer.status, [each["pointer"] for each in answer["errors"]]) == (400, [parameter])


async def test_of_one_kind_as_many_are_shown_as_asked_for_and_of_several_none_crowds_out_the_others(
    place: Place,
) -> None:
    for number in range(MOST_OF_ONE + 2):
        body = {"code": f"{NAME.lower()}-{number}", "name": f"{NAME} {number}"}
        assert (await place.vendor.post("/v1/product-families", body)).status == 201

    several = await place.vendor.get("/v1/search", q=NAME)
    one = await place.vendor.get("/v1/search", q=NAME, types="product_family")
    few = await place.vendor.get("/v1/search", q=NAME, limit=3)

    assert types(several).count("product_family") == MOST_OF_ONE
    assert {*types(several)} == {"deal", "lead", "partner", "person", "product_family"}
    assert (len(types(one)), one["has_more"]) == (MOST_OF_ONE + 2, False)
    assert (several["has_more"], len(few["data"]), few["has_more"]) == (True, 3, True)


def of(title: str, *, at: str = "2026-01-01T00:00:00Z", id_: str = "x_1") -> Found:
    return Found("x", id_, title, None, at, "/v1/x")


def test_whole_words_come_first_then_beginnings_then_what_changed_last() -> None:
    found = [
        of("Acmebase Cloud", id_="x_1"),
        of("Acme", id_="x_2"),
        of("Something else of Acme", at="2026-03-01T00:00:00Z", id_="x_3"),
        of("Named by its customer", id_="x_4"),
        of("Ácme Clouds", id_="x_5"),
        of("Acme", id_="x_0"),
    ]

    assert [each.id for each in ranked(found, ("acme", "clou"), words_of=words_of)] == [
        *("x_5", "x_3", "x_0", "x_2", "x_1", "x_4"),
    ]


async def shelf(scope: Any, receive: Any, send: Any) -> None:
    """A service that finds one object of whatever it is asked for."""
    row = {
        "id": "x_1",
        "updated_at": "2026-01-01T00:00:00Z",
        "name": NAME,
        "legal_name": None,
        "title": NAME,
        "customer": {"name": NAME},
        "company": {"name": NAME, "domain": None},
    }
    body = orjson.dumps({"object": "list", "data": [row], "has_more": False, "next_cursor": None})
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def broken(scope: Any, receive: Any, send: Any) -> None:
    """A service that fails."""
    await send({"type": "http.response.start", "status": 500, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


async def silent(scope: Any, receive: Any, send: Any) -> None:
    """A service that never answers."""
    await asyncio.get_running_loop().create_future()


async def found_with(**services: ASGI) -> Any:
    async def token() -> str:
        return ""

    peers = {name: Peer(services.get(name, shelf), token=token) for name in ("partners", "deals", "leads")}
    lists = [searched()[name] for name in ("deal", "lead", "partner")]
    return await search(lists, NAME, limit=20, peers=peers, authorization="Bearer x", seconds=0.2)


async def test_a_service_that_does_not_answer_is_named_and_the_others_results_are_shown() -> None:
    answered = await found_with(leads=broken, deals=silent)

    assert ([each.object for each in answered.found], answered.unavailable) == (["partner"], ["deal", "lead"])
    assert (await found_with()).unavailable == []


async def test_a_search_that_nobody_answers_is_no_empty_result() -> None:
    with pytest.raises(Unavailable):
        await found_with(leads=broken, deals=broken, partners=silent)


def test_an_object_that_has_no_subtitle_is_found_by_its_title_alone():
    told = {"object": "tender", "title": ["title"]}
    listing = {"get": {"x-search": told, "x-permission": "tenders:read"}}

    tender = searched_in({"deals": {"paths": {"/v1/tenders": listing}}})["tender"]

    assert tender.fields == "title,updated_at"
    row = {"title": "Printers", "updated_at": "2026-06-22T10:11:12Z"}
    assert (tender.title_of(row), tender.subtitle_of(row)) == ("Printers", None)
