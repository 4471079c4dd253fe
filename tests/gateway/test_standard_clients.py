"""Programs that were not written for PRM get tokens from it, and verify them, by the standards alone."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import joserfc.jwt
import jwt
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.jwk import KeySet
from pydantic import SecretStr

from gateway.edge.app import Edge
from gateway.embedded import embed
from shared.settings import Settings
from tests.databases import SECRET
from tests.gateway.apps import BACK, ForPeople, app_for_people
from tests.gateway.make import Vendor, vendor
from tests.journeys.world import client_of
from tests.partners.make import changed
from tests.system import ISSUER, Client, System

VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"


@pytest.fixture(scope="module")
async def edge(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """The product behind its front door, as `prm up` composes it."""
    files = Path(tmp_path_factory.mktemp("data"))
    embedded = embed(
        Settings(database_url=database_url, secret_key=SecretStr(SECRET), data_dir=files), background=False
    )
    async with client_of(embedded.edge):
        yield embedded.edge


@pytest.fixture
async def office(system: System) -> Vendor:
    made = await vendor(system)
    await changed(await made.admin(), f"/v1/tenants/{made.tenant.id}", {"login_url": "https://portal.example/login"})
    return made


def library(edge: Edge, app: ForPeople, **more: Any) -> AsyncOAuth2Client:
    """The client of a well-known library, told of the app and nothing else of us but where we are."""
    method = "client_secret_basic" if app.secret else "none"
    return AsyncOAuth2Client(
        app.client_id,
        app.secret,
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        transport=httpx.ASGITransport(edge),
        base_url=ISSUER,
        **more,
    )


async def metadata(edge: Edge) -> dict[str, Any]:
    """What the server says of itself."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=ISSUER) as anybody:
        found: dict[str, Any] = (await anybody.get("/.well-known/oauth-authorization-server")).json()
        return found


async def by_browser(edge: Edge, person: Client, url: str) -> str:
    """The address a browser comes back to: sent to the portal, where somebody who is signed in agrees."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=ISSUER) as browser:
        sent = await browser.get(url)
        assert sent.status_code == 303 and sent.headers["location"].startswith("https://portal.example/login?")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
        headers = {"Authorization": f"Bearer {person.token}"}
        agreed = await browser.post("/v1/authorizations", json={**asked, "decision": "approve"}, headers=headers)
        assert agreed.status_code == 200, agreed.text
        return str(agreed.json()["redirect_to"])


@pytest.mark.parametrize("kind", ["confidential", "public"])
async def test_a_library_gets_and_renews_and_revokes_a_persons_tokens(edge: Edge, office: Vendor, kind: str) -> None:
    boss = await office.admin()
    app = await app_for_people(boss, "oauth-clients:read", kind=kind)
    server = await metadata(edge)

    async with library(edge, app, redirect_uri=BACK, code_challenge_method="S256") as client:
        url, state = client.create_authorization_url(server["authorization_endpoint"], code_verifier=VERIFIER)
        back = await by_browser(edge, boss, url)
        first = await client.fetch_token(
            server["token_endpoint"], authorization_response=back, state=state, code_verifier=VERIFIER
        )
        assert (await client.get("/v1/oauth-clients")).status_code == 200
        second = await client.refresh_token(server["token_endpoint"])
        assert (await client.get("/v1/oauth-clients")).status_code == 200
        with pytest.raises(OAuthError, match="invalid_grant"):
            await client.fetch_token(server["token_endpoint"], authorization_response=back, code_verifier=VERIFIER)
        assert first["refresh_token"] != second["refresh_token"]
        assert (await client.get("/v1/oauth-clients")).status_code == 401
        gone = await client.revoke_token(server["revocation_endpoint"], second["refresh_token"])
        assert gone.status_code == 200


async def test_a_library_gets_an_apps_own_token_either_way_and_asks_about_it(edge: Edge, office: Vendor) -> None:
    app = await app_for_people(await office.admin(), "oauth-clients:read")
    server = await metadata(edge)

    for method in server["introspection_endpoint_auth_methods_supported"]:
        async with library(edge, app) as client:
            client.token_endpoint_auth_method = method
            token = await client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
            told = (await client.introspect_token(server["introspection_endpoint"], token["access_token"])).json()
            assert (await client.get("/v1/oauth-clients")).status_code == 200
            await client.revoke_token(server["revocation_endpoint"], token["access_token"])
            after = (await client.introspect_token(server["introspection_endpoint"], token["access_token"])).json()
        assert (told["active"], told["sub"], after) == (True, app.client_id, {"active": False})


async def test_an_error_of_ours_is_an_error_of_the_library(edge: Edge, office: Vendor) -> None:
    app = await app_for_people(await office.admin(), "deals:read")
    server = await metadata(edge)

    async with library(edge, app) as client:
        with pytest.raises(OAuthError, match="invalid_scope"):
            await client.fetch_token(server["token_endpoint"], grant_type="client_credentials", scope="payouts:approve")
        with pytest.raises(OAuthError, match="unsupported_grant_type"):
            await client.fetch_token(server["token_endpoint"], grant_type="password", username="a", password="b")


async def test_other_libraries_verify_our_tokens_with_our_published_keys(edge: Edge, office: Vendor) -> None:
    app = await app_for_people(await office.admin(), "deals:read")
    server = await metadata(edge)
    async with library(edge, app) as client:
        token = (await client.fetch_token(server["token_endpoint"], grant_type="client_credentials"))["access_token"]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url=ISSUER) as anybody:
        published = (await anybody.get(server["jwks_uri"])).json()

    key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
    by_one = jwt.decode(token, key, algorithms=["RS256"], audience="prm", issuer=server["issuer"])
    by_other = joserfc.jwt.decode(token, KeySet.import_key_set(published), algorithms=["RS256"])

    assert by_one == by_other.claims and by_one["client_id"] == app.client_id
    assert by_other.header["typ"] == "at+jwt"
    joserfc.jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": ISSUER}, aud={"essential": True, "value": "prm"}
    ).validate(by_other.claims)
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token[:-8] + "AAAAAAAA", key, algorithms=["RS256"], audience="prm")


async def test_a_library_that_renews_at_once_from_many_tasks_keeps_its_session(edge: Edge, office: Vendor) -> None:
    boss = await office.admin()
    app = await app_for_people(boss, "oauth-clients:read")
    tokens = (await app.is_let_in(boss)).json
    server = await metadata(edge)

    async with library(edge, app, token={**tokens, "expires_at": 1}, token_endpoint=server["token_endpoint"]) as client:
        answers = await asyncio.gather(*(client.get("/v1/oauth-clients") for _ in range(10)))

    assert {each.status_code for each in answers} == {200}
