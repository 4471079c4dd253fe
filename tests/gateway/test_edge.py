"""The public door: who is let through to what, and what is answered at the door itself."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from pydantic import SecretStr

from gateway.edge.app import Edge
from gateway.edge.table import table_of
from gateway.embedded import Embedded, embed
from gateway.publish.specifications import committed
from shared.settings import Settings
from shared.web.reply import Reply
from tests.databases import SECRET
from tests.gateway.make import PASSWORD, Vendor, vendor
from tests.journeys.world import client_of
from tests.partners.make import application, working_partner
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


@pytest.fixture
async def office(system: System) -> Vendor:
    return await vendor(system)


def bearer(caller: Client, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {caller.token}", **more}


async def test_a_path_that_nobody_serves_is_not_found(door: httpx.AsyncClient, tenant: Tenant) -> None:
    for path in ("/", "/v1", "/v1/", "/v1/nonsense", "/v2/deals", "/favicon.ico", "/v1/deals/x/y/z", "/DOCS"):
        answer = await door.get(path, headers=bearer(tenant.vendor()))
        assert (path, answer.status_code, answer.json()["code"]) == (path, 404, "not_found")
        assert answer.headers["content-type"] == "application/problem+json"


async def test_an_id_with_a_slash_is_one_value_of_a_path(door: httpx.AsyncClient, tenant: Tenant) -> None:
    headers, body = bearer(tenant.vendor()), {"name": "Initech", "country": "GB"}
    path = "/v1/partners/by-external-reference/crm/account"

    puts = [door.put(f"{path}/006{each}1", json=body, headers=headers) for each in ("%2F", "%2f", "/")]
    made, again, without = [await each for each in puts]

    batch = {"requests": [{"method": "PUT", "path": f"{path}/006%2F1", "body": body}]}
    inside = (await door.post("/v1/batch", json=batch, headers=headers)).json()["data"][0]

    assert (made.status_code, again.status_code, inside["status"], without.status_code) == (201, 200, 200, 404)
    assert made.json()["external_references"] == [{"system": "crm", "type": "account", "id": "006/1"}]


INTERNAL = (
    "/internal/events",
    "/internal/revocations",
    "/internal/people",
    "/internal/partners",
    "/INTERNAL/events",
    "//internal/events",
    "/%69nternal/events",
    "/v1/../internal/events",
    "/v1/%2e%2e/internal/events",
    "/v1/deals/..%2f..%2finternal/events",
    "/v1/internal/events",
    "/./internal/events",
    "/internal;x/events",
)


@pytest.mark.parametrize("path", INTERNAL)
async def test_what_services_say_to_each_other_is_not_reached_from_outside(
    embedded: Embedded, door: httpx.AsyncClient, system: System, tenant: Tenant, path: str
) -> None:
    token = system.token(aud="internal", kind="internal", sub="service:deals", tenant="system", scope="*:*")

    for given in ({"Authorization": f"Bearer {token}"}, bearer(tenant.vendor()), {}):
        answer = await raw(embedded.edge, "GET", path, given)
        assert answer.status in (401, 404), path
        assert b'"events"' not in answer.body and b'"revoked"' not in answer.body


async def raw(edge: Edge, method: str, path: str, headers: dict[str, str]) -> Reply:
    """Send a path as it is written: a client library would tidy it up."""
    answer = Reply(0)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        answer.status = message.get("status", answer.status)
        answer.body += message.get("body", b"")

    fields = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    place = {"path": unquote(path), "raw_path": path.encode(), "query_string": b"", "root_path": ""}
    await edge({"type": "http", "method": method, "scheme": "http", "headers": fields, **place}, receive, send)
    return answer


async def test_an_internal_token_opens_nothing_outside(door: httpx.AsyncClient, system: System, tenant: Tenant) -> None:
    claims = {"kind": "internal", "sub": "service:deals", "tenant": tenant.id, "scope": "*:*"}
    token = system.token(aud="internal", **claims)

    for path in ("/v1/deals", "/v1/partners", "/v1/accounts", "/v1/events"):
        answer = await door.get(path, headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer x", "Basic eDp5", "bearer a.b.c", "prm_live_x"])
async def test_without_a_good_token_nothing_of_a_service_is_reached(door: httpx.AsyncClient, given: str) -> None:
    for path in ("/v1/deals", "/v1/partners", "/v1/leads", "/v1/earnings", "/v1/files"):
        answer = await door.get(path, headers={"Authorization": given} if given else {})
        assert (path, answer.status_code) == (path, 401)
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_two_tokens_are_no_token(door: httpx.AsyncClient, tenant: Tenant) -> None:
    good = bearer(tenant.vendor())["Authorization"]
    for second in (good, "Bearer other", "Basic eDp5"):
        for path in ("/v1/deals", "/v1/accounts"):
            answer = await door.get(path, headers=[("Authorization", good), ("Authorization", second)])
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_headers_that_claim_an_identity_are_worth_nothing(
    door: httpx.AsyncClient, system: System, office: Vendor, tenant: Tenant
) -> None:
    await working_partner(office.tenant.vendor(), name="Kept to itself")
    claims = {
        "X-Tenant-Id": office.tenant.id,
        "X-Account-Id": office.account_id,
        "X-Forwarded-User": office.email,
        "X-Forwarded-For": "127.0.0.1",
        "X-Scope": "*:*",
    }

    stranger = await door.get("/v1/partners", headers=bearer(tenant.vendor(), **claims))
    nobody = await door.get("/v1/partners", headers=claims)
    weak = await door.get("/v1/partners", headers=bearer(office.tenant.vendor("deals:read"), **claims))

    assert (stranger.status_code, stranger.json()["data"]) == (200, [])
    assert (nobody.status_code, weak.status_code) == (401, 403)


async def test_a_tenant_that_is_named_beside_a_token_is_the_tokens_own(
    door: httpx.AsyncClient, office: Vendor, tenant: Tenant
) -> None:
    caller = tenant.vendor()
    sign_in = {"email": office.email, "password": PASSWORD}

    async def named(slug: str, path: str = "/v1/deals") -> tuple[int, str | None]:
        answer = await door.get(path, headers=bearer(caller, **{"PRM-Tenant": slug}))
        return answer.status_code, answer.json().get("code")

    assert await named(tenant.slug) == await named(tenant.slug.upper()) == (200, None)
    assert await named(office.tenant.slug) == await named("no-such-vendor") == await named("") == (400, "other_tenant")
    assert await named(office.tenant.slug, "/v1/roles") == (400, "other_tenant")
    # Who signs in elsewhere may still have the token of before.
    elsewhere = bearer(caller, **{"PRM-Tenant": office.tenant.slug})
    assert (await door.post("/v1/sessions", json=sign_in, headers=elsewhere)).status_code == 201


async def test_anybody_applies_at_the_tenant_that_is_named(door: httpx.AsyncClient, office: Vendor) -> None:
    applied = await door.post("/v1/applications", json=application(), headers={"PRM-Tenant": office.tenant.slug})
    unknown = await door.post("/v1/applications", json=application(), headers={"PRM-Tenant": "no-such-vendor"})
    nameless = await door.post("/v1/applications", json=application())
    listed = await door.get("/v1/applications", headers={"PRM-Tenant": office.tenant.slug})

    assert applied.status_code == 201, applied.text
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_tenant")
    assert (nameless.status_code, nameless.json()["code"]) == (404, "unknown_tenant")
    assert listed.status_code == 401, "applying is public, reading is not"
    seen = await office.tenant.vendor().get(f"/v1/applications/{applied.json()['id']}")
    assert seen.status == 200


@pytest.mark.parametrize("tenant_name", ["", " ", "../x", "x" * 300, "'; DROP TABLE tenants; --", "Ő"])
async def test_a_tenant_name_that_cannot_be_is_unknown(door: httpx.AsyncClient, tenant_name: str) -> None:
    headers = {b"PRM-Tenant": tenant_name.encode()}

    answer = await door.post("/v1/applications", json=application(), headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_tenant")


async def test_an_api_key_is_as_good_as_its_scopes_until_it_is_revoked(door: httpx.AsyncClient, office: Vendor) -> None:
    partner_id = await working_partner(office.tenant.vendor(), name="Acme")
    boss = bearer(await office.admin())
    made = await door.post("/v1/api-keys", json={"name": "ERP", "scopes": ["partners:read"]}, headers=boss)
    assert made.status_code == 201, made.text
    key = {"Authorization": f"Bearer {made.json()['key']}"}

    seen = await door.get("/v1/partners", headers=key)
    beyond = await door.get("/v1/deals", headers=key)
    path = f"/v1/api-keys/{made.json()['id']}"
    etag = (await door.get(path, headers=boss)).headers["etag"]
    assert (await door.post(f"{path}/revoke", headers={**boss, "If-Match": etag})).status_code == 200
    revoked = await door.get("/v1/partners", headers=key)

    assert [each["id"] for each in seen.json()["data"]] == [partner_id]
    assert (beyond.status_code, beyond.json()["code"]) == (403, "forbidden")
    assert revoked.status_code == 401, revoked.text
    wrong = made.json()["key"][:-4] + "AAAA"
    assert (await door.get("/v1/partners", headers={"Authorization": f"Bearer {wrong}"})).status_code == 401


async def test_a_plain_request_id_is_kept_and_another_is_replaced(door: httpx.AsyncClient, tenant: Tenant) -> None:
    caller = bearer(tenant.vendor())

    async def answered(given: str | None, path: str) -> str:
        headers = {**caller, **({"Request-Id": given} if given is not None else {})}
        return (await door.get(path, headers=headers)).headers.get_list("request-id")[0]

    for path in ("/v1/partners", "/v1/nonsense", "/docs", "/livez"):
        assert await answered("order-2026_0001", path) == "order-2026_0001"
        for odd in (None, "", "short", "x" * 65, "with space", "<script>alert(1)</script>"):
            made = await answered(odd, path)
            assert made.startswith("req_") and len(made) == 36
    problem = await door.get("/v1/nonsense", headers={**caller, "Request-Id": "order-2026_0001"})
    assert problem.json()["request_id"] == "order-2026_0001"


async def test_head_is_get_without_the_body(door: httpx.AsyncClient, tenant: Tenant) -> None:
    caller = bearer(tenant.vendor(), **{"Accept-Encoding": "identity"})

    for path in ("/v1/partners", "/v1/events", "/v1/nonsense", "/docs", "/openapi.json", "/livez"):
        whole, head = await door.get(path, headers=caller), await door.head(path, headers=caller)
        assert (head.status_code, head.content) == (whole.status_code, b""), path
        assert head.headers["content-type"] == whole.headers["content-type"]
        if path != "/v1/nonsense":
            assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize(
    ("path", "content_type", "part"),
    [
        ("/docs", "text/html", b"<title>PRM API</title>"),
        ("/docs/start.js", "text/javascript", b"/openapi.json"),
        ("/docs/swagger-ui-bundle.js", "text/javascript", b"SwaggerUI"),
        ("/docs/swagger-ui.css", "text/css", b".swagger-ui"),
        ("/docs/problems", "text/html", b'id="not_found"'),
        ("/openapi.json", "application/json", b'"/v1/deals"'),
        ("/openapi/leads.json", "application/json", b'"/v1/leads"'),
    ],
)
async def test_the_documentation_is_served_by_ourselves(
    door: httpx.AsyncClient, path: str, content_type: str, part: bytes
) -> None:
    answer = await door.get(path)

    assert (answer.status_code, part in answer.content) == (200, True)
    assert answer.headers["content-type"].startswith(content_type)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert (
        b"http://" not in answer.content[:1000] and b"https://" not in answer.content[:1000] or "json" in content_type
    )
    again = await door.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_documents_are_read_and_nothing_else(door: httpx.AsyncClient) -> None:
    for path in ("/docs", "/openapi.json", "/livez", "/metrics"):
        answer = await door.post(path, json={})
        assert (path, answer.status_code, answer.headers.get("allow")) == (path, 405, "GET, HEAD")


async def test_the_whole_specification_names_every_path_that_the_door_lets_through(door: httpx.AsyncClient) -> None:
    specification = (await door.get("/openapi.json")).json()

    table = table_of(committed())
    assert {table.owner(path) for path in specification["paths"]} == {
        "gateway",
        "partners",
        "deals",
        "leads",
        "incentives",
    }
    assert not [path for path in specification["paths"] if "internal" in path]


async def test_a_method_that_a_path_does_not_know_is_named(door: httpx.AsyncClient, tenant: Tenant) -> None:
    answer = await door.put("/v1/partners", json={}, headers=bearer(tenant.vendor()))

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
