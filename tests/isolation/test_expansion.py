"""What stands beside an id is what whoever reads would get by asking for it: nothing, where that is nothing."""

from functools import cache
from typing import Any

import orjson
import pytest

from gateway.edge.expansion import Expansion
from gateway.edge.table import RoutingTable, table_of
from tests.isolation.place import Place
from tests.isolation.reach import an_id, noun_of, strangers
from tests.responses import operations, specifications
from tests.system import Client

EXPANDABLE = {
    each.path: each.operation["x-expand"]
    for each in operations()
    if each.method == "get" and "x-expand" in each.operation and not each.path.endswith("/{id}")
}


@cache
def table() -> RoutingTable:
    """The routing table of the code as it is."""
    return table_of(specifications())


async def expanded(path: str, reader: Client) -> list[dict[str, Any]]:
    """The rows of a list with everything beside them, as the door shows them to somebody."""
    expansion = Expansion(table(), reader.system.apps)
    query = f"limit=5&expand={','.join(table().expansions(path))}".encode()
    headers = [(b"authorization", f"Bearer {reader.token}".encode())]
    scope = {"path": path, "query_string": query, "headers": headers}
    owner = table().owner(path)
    assert owner is not None
    answer = await expansion.reply(scope, owner=owner, members=expansion.wanted(path, query))
    assert answer.status in (200, 403, 404), answer.body
    return list(orjson.loads(answer.body)["data"]) if answer.status == 200 else []


async def asked_for(noun: str, id_: str | None, reader: Client) -> Any:
    """An object as somebody gets it by asking for it, None where it is refused."""
    answer = await reader.get(f"/v1/{noun}/{id_}") if id_ else None
    return answer.json if answer is not None and answer.status == 200 else None


@pytest.mark.parametrize("path", sorted(EXPANDABLE))
async def test_an_object_beside_its_id_is_what_asking_for_it_would_show(
    place: Place, other: Place, walls: None, path: str
) -> None:
    place_of = path.replace("{id}", await an_id(noun_of(path), place)) if "{id}" in path else path
    readers = [place.vendor, place.partner, *(each.client for each in strangers(path, place, other))]
    for reader in readers:
        for row in await expanded(place_of, reader):
            assert row["expanded"] == {
                member: await asked_for(noun, row[member], reader) for member, noun in EXPANDABLE[path].items()
            }


@pytest.mark.parametrize("path", sorted(EXPANDABLE))
async def test_whoever_may_see_everything_finds_every_object_beside_its_id(place: Place, path: str) -> None:
    place_of = path.replace("{id}", await an_id(noun_of(path), place)) if "{id}" in path else path
    rows = await expanded(place_of, place.vendor) or await expanded(place_of, place.partner)

    assert rows != []
    for row in rows:
        named = {member: row[member] for member in EXPANDABLE[path]}
        assert {member: shown and shown["id"] for member, shown in row["expanded"].items()} == named
