"""What every answer carries on its way out: what is left of an allowance, who may read it, and how it is packed."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from gateway.edge.answers import takes_gzip
from gateway.edge.origins import Origins
from gateway.embedded import embed
from shared import clock
from shared.settings import Settings
from shared.values.ids import new_id
from tests.databases import SECRET
from tests.gateway.make import vendor
from tests.journeys.world import client_of
from tests.system import Client, System, Tenant


@pytest.fixture
async def doors(database_url: str, tmp_path: Path) -> AsyncIterator[Any]:
    """Opens the product's door with settings of a test's own."""
    opened: list[Any] = []

    async def open_door(**settings: Any) -> httpx.AsyncClient:
        own = Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=tmp_path, **settings)
        opened.append(client_of(embed(own, background=False).edge))
        client: httpx.AsyncClient = await opened[-1].__aenter__()
        return client

    yield open_door
    for each in reversed(opened):
        await each.__aexit__(None, None, None)


def bearer(caller: Client, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}", **more}


async def test_every_answer_says_what_is_left_and_a_write_costs_more_than_a_read(doors: Any, tenant: Tenant) -> None:
    door = await doors(limit_per_key=100, limit_per_tenant=1000)
    caller = bearer(tenant.vendor())
    first = await door.get("/v1/deals", headers=caller)
    missing = await door.get("/v1/deals/deal_01h455vb4pex5vsknk084sn02q", headers=caller)
    refused = await door.post("/v1/deals", headers=caller, json={})

    assert first.headers["ratelimit-policy"] == '"key";q=100;w=60, "tenant";q=1000;w=60'
    assert [each.headers["ratelimit"] for each in (first, missing, refused)] == [
        '"key";r=99;t=1',
        '"key";r=98;t=2',
        '"key";r=93;t=5',
    ]


async def test_who_asks_too_much_is_told_when_to_come_back_and_others_are_not_held_up(
    doors: Any, tenant: Tenant
) -> None:
    door = await doors(limit_per_key=3)
    busy, calm = tenant.vendor(), tenant.partner(new_id("ptr", at=clock.now()))
    answers = [await door.get("/v1/deals", headers=bearer(busy)) for _ in range(4)]
    other = await door.get("/v1/deals", headers=bearer(calm))

    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert (answers[3].json()["code"], answers[3].headers["retry-after"]) == ("rate_limited", "20")
    assert answers[3].headers["ratelimit"].startswith('"key";r=0;t=')
    assert other.status_code == 200


async def test_a_tenant_shares_what_its_callers_use(doors: Any, tenant: Tenant) -> None:
    door = await doors(limit_per_tenant=2)
    partner = tenant.partner(new_id("ptr", at=clock.now()))
    statuses = [(await door.get("/v1/deals", headers=bearer(each))).status_code for each in (tenant.vendor(), partner)]
    third = await door.get("/v1/deals", headers=bearer(tenant.vendor("deals:read")))

    assert (statuses, third.status_code) == ([200, 200], 429)


async def test_tokens_cannot_be_guessed_at_any_speed(doors: Any) -> None:
    door = await doors(limit_per_address=2)
    guesses = [await door.get("/v1/deals", headers={"Authorization": f"Bearer guess{n}"}) for n in range(3)]

    assert [each.status_code for each in guesses] == [401, 401, 429]


async def test_an_app_that_asks_for_tokens_too_fast_is_told_so_in_the_words_of_oauth(doors: Any) -> None:
    door = await doors(limit_per_address=1)
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}
    first, second = [await door.post("/oauth/token", data=form) for _ in range(2)]

    assert (first.status_code, first.json()["error"]) == (401, "invalid_client")
    assert (second.status_code, second.json()["error"]) == (429, "temporarily_unavailable")
    assert (second.headers["content-type"], second.headers["retry-after"]) == ("application/json", "60")


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
async def test_what_cannot_be_read_is_refused_in_the_words_of_oauth_too(doors: Any, path: str) -> None:
    door = await doors()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answers = [
        await door.post(path, headers=form, content=b"grant_type=" + b"x" * 1_100_000),
        await door.post(f"{path}?a=1&a=2", headers=form, content=b"grant_type=client_credentials"),
        await door.get(path),
    ]

    assert [each.status_code for each in answers] == [413, 400, 405]
    for each in answers:
        assert each.headers["content-type"] == "application/json"
        assert (each.json().keys(), each.json()["error"]) == ({"error", "error_description"}, "invalid_request")
    assert answers[2].headers["allow"] == "POST"


async def test_several_gateways_let_in_their_part_each(doors: Any, tenant: Tenant) -> None:
    door = await doors(limit_per_key=100, replicas=4)

    answer = await door.get("/v1/deals", headers=bearer(tenant.vendor()))
    assert answer.headers["ratelimit-policy"].startswith('"key";q=25;w=60')


async def test_a_portal_in_a_browser_may_ask_and_read(doors: Any, tenant: Tenant) -> None:
    door = await doors()
    asked = {"Origin": "https://portal.example", "Access-Control-Request-Method": "POST"}
    preflight = await door.options("/v1/deals", headers={**asked, "Access-Control-Request-Headers": "authorization"})
    answer = await door.get("/v1/deals", headers=bearer(tenant.vendor(), Origin="https://portal.example"))

    assert (preflight.status_code, preflight.content) == (204, b"")
    assert {"POST", "PATCH"} <= set(preflight.headers["access-control-allow-methods"].split(", "))
    assert {"Authorization", "If-Match"} <= set(preflight.headers["access-control-allow-headers"].split(", "))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert {"ETag", "Request-Id", "RateLimit"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in answer.headers


async def test_only_the_portals_an_operator_names_may_read_where_any_are_named(doors: Any, tenant: Tenant) -> None:
    door = await doors(allowed_origins="https://portal.example, https://shop.example")
    caller = tenant.vendor()
    ours = await door.get("/v1/deals", headers=bearer(caller, Origin="https://shop.example"))
    theirs = await door.get("/v1/deals", headers=bearer(caller, Origin="https://evil.example"))
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}

    assert ours.headers["access-control-allow-origin"] == "https://shop.example"
    assert "Origin" in ours.headers["vary"] and "Origin" in theirs.headers["vary"]
    assert "access-control-allow-origin" not in theirs.headers
    assert "access-control-allow-methods" not in (await door.options("/v1/deals", headers=asked)).headers


def test_an_origin_is_compared_as_a_whole() -> None:
    named = Origins(["https://portal.example/"])

    allowed = [b"https://portal.example", b"https://PORTAL.example"]
    refused = [b"https://portal.example.evil.org", b"http://portal.example", b"null", b"https://portal.exampl"]
    assert all((b"access-control-allow-origin", each) in named.headers(each) for each in allowed)
    assert [each for each in refused if len(named.headers(each)) != 1] == []
    assert named.headers(None) == []


async def test_a_long_answer_is_packed_for_whoever_takes_it(doors: Any, system: System) -> None:
    door = await doors()
    caller = bearer(await (await vendor(system)).admin())
    async with door.stream("GET", "/v1/roles", headers={**caller, "Accept-Encoding": "gzip, br"}) as packed:
        raw = b"".join([piece async for piece in packed.aiter_raw()])
    plain = await door.get("/v1/roles", headers={**caller, "Accept-Encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) == len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content
    assert "content-length" not in (await door.head("/v1/roles", headers={**caller, "Accept-Encoding": "gzip"})).headers
    assert set(packed.headers["vary"].split(", ")) == {"Authorization", "Accept-Encoding"}
    assert plain.headers["vary"] == packed.headers["vary"]


async def test_a_short_answer_is_not_packed(doors: Any, tenant: Tenant) -> None:
    door = await doors()
    answer = await door.get("/v1/deals", headers=bearer(tenant.vendor(), **{"Accept-Encoding": "gzip"}))

    assert "content-encoding" not in answer.headers and answer.json()["data"] == []
    assert answer.headers["vary"] == "Authorization, Accept-Encoding"


async def test_the_tag_of_a_packed_answer_is_another_and_both_are_known_again(doors: Any, system: System) -> None:
    door = await doors()
    caller = bearer(await (await vendor(system)).admin())
    path = f"/v1/roles/{(await door.get('/v1/roles', headers=caller)).json()['data'][0]['id']}"
    tags = {}
    for encoding in ("gzip", "identity", "br, *", "gzip;q=0"):
        tags[encoding] = (await door.get(path, headers={**caller, "Accept-Encoding": encoding})).headers["etag"]
        known = {**caller, "Accept-Encoding": encoding, "If-None-Match": tags[encoding]}
        again = await door.get(path, headers=known)
        assert (again.status_code, again.headers["vary"]) == (304, "Authorization, Accept-Encoding")
    changed = {**caller, "Accept-Encoding": "gzip", "If-None-Match": tags["identity"]}

    assert tags["gzip"] != tags["identity"]
    assert (tags["br, *"], tags["gzip;q=0"]) == (tags["gzip"], tags["identity"])
    described = [await door.get("/v1/meta", headers={"Accept-Encoding": each}) for each in ("gzip", "identity")]
    assert len({each.headers["etag"] for each in described}) == 2
    assert [each.headers["vary"] for each in described] == ["Accept-Language, Accept-Encoding"] * 2
    assert (await door.get(path, headers=changed)).status_code == 200


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        (b"gzip", True),
        (b"deflate, GZIP;q=0.5", True),
        (b"*", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.000, *", False),
        (b"*;q=0", False),
        (b"br, zstd", False),
        (b"xgzip", False),
        (b"", False),
    ],
)
def test_packing_is_for_those_who_ask(given: bytes, taken: bool) -> None:
    assert takes_gzip([(b"accept-encoding", given)]) is taken
