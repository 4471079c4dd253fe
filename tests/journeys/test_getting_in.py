"""Getting in and being put out, over HTTP as everybody else's programs speak it: in one process and in five."""

from urllib.parse import parse_qs, urlsplit

import joserfc.jwt
import jwt
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc.jwk import KeySet

from tests.journeys.world import Person, World, eventually

BACK = "https://crm.example/callback"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
# One of each service.
NOUNS = ("/v1/sessions", "/v1/partners", "/v1/deals", "/v1/leads", "/v1/earnings")
SECONDS = 5.0


async def test_a_well_known_library_completes_every_grant_and_two_others_verify_our_tokens(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    tenant = await root.call("GET", f"/v1/tenants/{world.tenant_id}")
    login = {"login_url": "https://portal.example/login"}
    await root.call("PATCH", f"/v1/tenants/{world.tenant_id}", login, if_match=tenant.headers["etag"])
    wanted = {"name": "CRM", "scopes": ["deals:read", "leads:read"], "redirect_uris": [BACK], "kind": "confidential"}
    app = await root.make("/v1/oauth-clients", wanted)
    server = (await world.client.get("/.well-known/oauth-authorization-server")).json()
    published = (await world.client.get(urlsplit(server["jwks_uri"]).path)).json()

    async with AsyncOAuth2Client(
        app["client_id"],
        app["client_secret"],
        redirect_uri=BACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
        base_url=world.client.base_url,
        transport=world.client._transport,
    ) as library:
        url, state = library.create_authorization_url(server["authorization_endpoint"], code_verifier=VERIFIER)
        back = await agreed(world, root, url)
        token_endpoint = server["token_endpoint"]
        first = await library.fetch_token(
            token_endpoint, authorization_response=back, state=state, code_verifier=VERIFIER
        )
        assert (await library.get("/v1/deals")).status_code == 200
        second = await library.refresh_token(token_endpoint)
        assert (await library.get("/v1/leads")).status_code == 200
        assert first["refresh_token"] != second["refresh_token"]
        await library.revoke_token(server["revocation_endpoint"], second["refresh_token"])
        with pytest.raises(OAuthError, match="invalid_grant"):
            await library.refresh_token(token_endpoint, second["refresh_token"])
        own = await library.fetch_token(token_endpoint, grant_type="client_credentials", scope="deals:read")
        told = (await library.introspect_token(server["introspection_endpoint"], own["access_token"])).json()

    assert (told["active"], told["scope"]) == (True, "deals:read")
    for token in (first["access_token"], second["access_token"], own["access_token"]):
        key = jwt.PyJWKSet.from_dict(published)[jwt.get_unverified_header(token)["kid"]]
        by_one = jwt.decode(token, key, algorithms=["RS256"], audience="prm", issuer=server["issuer"])
        by_other = joserfc.jwt.decode(token, KeySet.import_key_set(published), algorithms=["RS256"])
        assert by_one == by_other.claims and by_one["tenant"] == world.tenant_id


async def agreed(world: World, person: Person, url: str) -> str:
    """The address that a browser comes back to: sent to the portal, where somebody who is signed in agrees."""
    asked_of = urlsplit(url)
    sent = await world.client.get(f"{asked_of.path}?{asked_of.query}")
    assert sent.status_code == 303, sent.text
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["location"]).query).items()}
    answer = await person.call("POST", "/v1/authorizations", {**asked, "decision": "approve"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["redirect_to"])


async def test_whoever_signs_out_or_is_put_out_is_refused_everywhere_within_five_seconds(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    leaver = await world.colleague(root, "auditor")
    other = await world.signs_in(*world.administrator)
    key = await root.make("/v1/api-keys", {"name": "Script", "scopes": ["*:read"]})
    script = Person(world.client, key["key"], {})
    for person in (leaver, other, script):
        assert {await answers(person, path) for path in NOUNS[1:]} == {200}

    session = (await other.get("/v1/sessions?status=active&limit=1"))["data"][0]["id"]
    assert (await other.call("DELETE", f"/v1/sessions/{session}", if_match="*")).status_code == 204
    await root.done(f"/v1/accounts/{leaver.account['id']}", "deactivate")
    await root.done(f"/v1/api-keys/{key['id']}", "revoke")

    async def out() -> bool:
        return all([await answers(person, path) == 401 for person in (leaver, other, script) for path in NOUNS])

    await eventually(out, what="being refused everywhere", patience=SECONDS)
    assert await answers(root, "/v1/deals") == 200


async def answers(person: Person, path: str) -> int:
    return (await person.call("GET", path)).status_code


async def test_what_happens_in_the_sandbox_is_not_seen_in_the_live_tenant(world: World) -> None:
    root = await world.signs_in(*world.administrator)
    session = (await root.get("/v1/sessions?status=active&limit=1"))["data"][0]["id"]
    entered = await root.call("POST", f"/v1/sessions/{session}/enter-sandbox", if_match="*")
    assert entered.status_code == 201, entered.text
    there = Person(world.client, entered.json()["access_token"], entered.json()["account"])
    same = {"Idempotency-Key": "the-same-in-both"}
    hook = {"url": "https://crm.example/hook", "types": ["partner.*"]}
    reference = "/v1/partners/by-external-reference/crm/account/4711"
    await root.make("/v1/webhook-endpoints", hook)

    made = {
        who: await person.call("PUT", reference, {"name": who, "country": "HU"}, **same)
        for who, person in (("Live Kft.", root), ("Test Kft.", there))
    }

    assert [each.status_code for each in made.values()] == [201, 201]
    for who, person in (("Live Kft.", root), ("Test Kft.", there)):
        await person.done(f"/v1/partners/{made[who].json()['id']}", "activate", {})
    assert "idempotent-replayed" not in made["Test Kft."].headers
    for who, person in (("Live Kft.", root), ("Test Kft.", there)):
        reached = [await answers(person, f"/v1/partners/{each.json()['id']}") for each in made.values()]
        assert sorted(reached) == [200, 404]
        assert [each["name"] for each in (await person.get("/v1/partners"))["data"]] == [who]

        async def heard(person: Person = person, own: str = made[who].json()["id"]) -> bool:
            events = (await person.get("/v1/events?limit=200"))["data"]
            events = [each for each in events if each["type"].startswith("partner.")]
            assert {each["subject"] for each in events} <= {own}
            return bool(events)

        await eventually(heard, what="an event of one's own")

    async def queued() -> bool:
        return bool((await root.get("/v1/webhook-deliveries"))["data"])

    await eventually(queued, what="a delivery to the live tenant's endpoint")
    assert (await there.get("/v1/webhook-deliveries"))["data"] == []
    sent = {each["event_id"] for each in (await root.get("/v1/webhook-deliveries"))["data"]}
    known = {each["id"] for each in (await there.get("/v1/events?limit=200"))["data"]}
    assert not sent & known
