"""`expand=`: objects beside the members that name them, each as far as the caller sees it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from gateway.edge.expansion import Expansion
from gateway.edge.table import RoutingTable, table_of
from gateway.embedded import Embedded, embed
from gateway.publish.specifications import committed
from shared.errors import Unavailable
from shared.settings import Settings
from tests.databases import SECRET
from tests.deals.make import World, drafts, submits, world
from tests.journeys.world import client_of
from tests.partners.make import working_partner
from tests.responses import check
from tests.system import Client, System, Tenant


@pytest.fixture(scope="module")
def embedded(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Embedded:
    """The product as `prm up` composes it, on the database of the tests; its background work rests."""
    files = tmp_path_factory.mktemp("data")
    settings = Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=Path(files))
    return embed(settings, background=False)


@pytest.fixture(scope="module")
async def door(embedded: Embedded) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(embedded.edge) as client:
        yield client


@dataclass
class Deal:
    """A submitted deal, as the public door shows it."""

    door: httpx.AsyncClient
    place: World
    seller: Client
    id: str

    async def get(self, caller: Client, path: str = "", **query: Any) -> httpx.Response:
        """Read through the door; the answer is held against the specification."""
        path = path or f"/v1/deals/{self.id}"
        answer = await self.door.get(path, params=query, headers=bearer(caller))
        check("GET", path, answer.url.query.decode(), answer.status_code, dict(answer.headers), answer.content)
        return answer


def bearer(caller: Client, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}", **more}


@pytest.fixture
async def deal(door: httpx.AsyncClient, tenant: Tenant, system: System) -> Deal:
    place = await world(tenant)
    partner_id = await working_partner(place.vendor, name="Acme Resale")
    await system.settle()
    seller = tenant.partner(partner_id)
    made = await submits(seller)
    assert made.status == 200, made.json
    return Deal(door, place, seller, made["id"])


async def test_an_object_is_shown_beside_its_id_as_its_own_noun_shows_it(deal: Deal) -> None:
    vendor = deal.place.vendor

    seen = (await deal.get(vendor, expand="partner_id,customer_id,lead_id")).json()
    listed = (await deal.get(vendor, "/v1/deals", expand="partner_id,customer_id,lead_id")).json()

    partner = await vendor.get(f"/v1/partners/{seen['partner_id']}")
    customer = await vendor.get(f"/v1/customers/{seen['customer_id']}")
    assert seen["expanded"] == {"partner_id": partner.json, "customer_id": customer.json, "lead_id": None}
    assert listed["data"] == [seen]


async def test_without_expand_an_answer_is_as_it_was(deal: Deal) -> None:
    assert (await deal.get(deal.place.vendor)).json() == (await deal.place.vendor.get(f"/v1/deals/{deal.id}")).json


async def test_what_the_caller_may_not_see_is_null_as_what_does_not_exist(deal: Deal) -> None:
    tenant = deal.place.tenant
    readers = {
        "a partner is not shown whose customer it is": deal.seller,
        "no permission for the noun": tenant.vendor("deals:read"),
        "partners of others only": tenant.vendor("deals:read partners:read:assigned"),
    }

    seen = {why: (await deal.get(each, expand="customer_id,partner_id")).json() for why, each in readers.items()}

    assert [each["expanded"]["customer_id"] for each in seen.values()] == [None, None, None]
    named = [each["expanded"]["partner_id"] and each["expanded"]["partner_id"]["name"] for each in seen.values()]
    assert named == ["Acme Resale", None, None]


async def test_fields_choose_the_members_of_the_answer_and_not_of_what_is_beside(deal: Deal) -> None:
    seen = (await deal.get(deal.place.vendor, fields="title", expand="partner_id")).json()

    assert seen.keys() == {"object", "id", "title", "partner_id", "expanded"}
    assert seen["expanded"]["partner_id"]["status"] == "active"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"expand": "title"}, "unknown_field"),
        ({"expand": "partner_id,nothing"}, "unknown_field"),
        ({"expand": "partner_id", "fields": "nothing"}, "unknown_field"),
    ],
)
async def test_what_cannot_be_expanded_is_refused(deal: Deal, query: dict[str, str], code: str) -> None:
    answer = await deal.get(deal.place.vendor, **query)

    assert (answer.status_code, [each["code"] for each in answer.json()["errors"]]) == (400, [code])


async def test_a_noun_that_names_no_others_knows_no_expansion(deal: Deal) -> None:
    answer = await deal.get(deal.place.vendor, "/v1/product-families", expand="partner_id")

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_parameter")


async def test_a_refusal_stays_what_it_is(deal: Deal) -> None:
    missing = await deal.get(deal.place.vendor, "/v1/deals/deal_01h455vb4pex5vsknk084sn02q", expand="partner_id")
    stranger = await deal.get(deal.place.tenant.system.tenant().vendor(), expand="partner_id")

    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    assert (stranger.status_code, stranger.headers["content-type"]) == (404, "application/problem+json")


async def test_an_etag_of_an_expanded_answer_changes_with_what_is_beside(deal: Deal) -> None:
    vendor, path = deal.place.vendor, f"/v1/deals/{deal.id}"
    plain, first = await deal.get(vendor), await deal.get(vendor, expand="partner_id")
    etag = first.headers["etag"]

    async def known() -> int:
        headers = bearer(vendor, **{"If-None-Match": f"{etag}, {plain.headers['etag']}"})
        return (await deal.door.get(path, params={"expand": "partner_id"}, headers=headers)).status_code

    assert (etag != plain.headers["etag"], await known()) == (True, 304)
    partner = f"/v1/partners/{first.json()['partner_id']}"
    version = (await vendor.get(partner)).headers["etag"]
    assert (await vendor.patch(partner, {"name": "Acme Renamed"}, if_match=version)).status == 200
    assert await known() == 200
    # It still names the version of the deal itself.
    assert (await vendor.post(f"{path}/approve", if_match=etag)).problem != "stale_version"


async def test_head_is_get_without_the_body(deal: Deal) -> None:
    query, headers = {"expand": "partner_id"}, bearer(deal.place.vendor, **{"Accept-Encoding": "identity"})
    whole = await deal.door.get("/v1/deals", params=query, headers=headers)
    head = await deal.door.head("/v1/deals", params=query, headers=headers)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == whole.headers["content-length"]


async def test_the_next_page_is_expanded_as_well(deal: Deal) -> None:
    assert (await drafts(deal.seller, title="Second")).status == 201

    page = await deal.get(deal.place.vendor, "/v1/deals", expand="partner_id", limit=1)
    following = page.headers["link"].removeprefix("<").split(">")[0]
    second = await deal.door.get(following, headers=bearer(deal.place.vendor))

    assert second.json()["data"][0]["expanded"]["partner_id"]["name"] == "Acme Resale"
    plain = await deal.get(deal.place.vendor, "/v1/deals", cursor=page.json()["next_cursor"], limit=1)
    assert plain.json()["data"][0]["id"] == second.json()["data"][0]["id"]


async def down(scope: Any, receive: Any, send: Any) -> None:
    """A service that cannot be reached."""
    raise Unavailable()


async def test_a_service_that_is_down_is_not_taken_for_an_object_that_is_hidden(
    embedded: Embedded, deal: Deal, door: httpx.AsyncClient
) -> None:
    expansion = Expansion(table_of(committed()), {**embedded.apps, "partners": down})
    headers = [(name.lower().encode(), value.encode()) for name, value in bearer(deal.place.vendor).items()]
    scope = {"path": f"/v1/deals/{deal.id}", "query_string": b"expand=partner_id", "headers": headers}
    members = expansion.wanted(str(scope["path"]), b"expand=partner_id")

    with pytest.raises(Unavailable):
        await expansion.reply(scope, owner="deals", members=members)


class Library:
    """A service of a few lines: notes, each of which names two of its people."""

    def __init__(self, *, notes: int) -> None:
        self.notes = notes
        self.asked: list[tuple[str, int]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        query = dict(each.split("=", 1) for each in scope["query_string"].decode().split("&"))
        rows: list[dict[str, Any]] = [
            {"id": f"n{number}", "by": f"p{number}", "about": f"p{number + 1}"} for number in range(self.notes)
        ]
        if scope["path"] == "/v1/people":
            named = query["id"].split("%2C")
            self.asked.append((scope["path"], len(named)))
            rows = [{"id": each, "name": each.upper()} for each in named if each != "p3"]
        body = orjson.dumps({"object": "list", "data": rows})
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": body})


async def test_objects_of_one_noun_are_asked_for_together() -> None:
    operation = {"x-expand": {"by": "people", "about": "people"}}
    table: RoutingTable = table_of({"library": {"paths": {"/v1/notes": {"get": operation}, "/v1/people": {"get": {}}}}})
    library = Library(notes=200)
    expansion = Expansion(table, {"library": library})
    members = expansion.wanted("/v1/notes", b"limit=200&expand=by%2Cabout")
    scope = {"path": "/v1/notes", "query_string": b"limit=200&expand=by%2Cabout", "headers": []}

    reply = await expansion.reply(scope, owner="library", members=members)

    rows = orjson.loads(reply.body)["data"]
    assert library.asked == [("/v1/people", 200), ("/v1/people", 1)]
    assert rows[1]["expanded"] == {"by": {"id": "p1", "name": "P1"}, "about": {"id": "p2", "name": "P2"}}
    assert rows[2]["expanded"]["about"] is None


def test_what_is_to_be_expanded_belongs_to_somebody() -> None:
    operation = {"x-expand": {"by": "authors"}}

    with pytest.raises(ValueError, match="authors"):
        table_of({"library": {"paths": {"/v1/notes": {"get": operation}}}})
