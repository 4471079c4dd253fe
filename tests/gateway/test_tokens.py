"""Access tokens: ours are taken, nothing else is; what was revoked is refused everywhere."""

import asyncio

import pytest

from gateway.keys.keyring import Keyring
from gateway.keys.sealing import CannotUnseal, Vault
from shared import clock
from shared.auth.revocations import Revocations
from shared.auth.tokens import Verifier
from shared.links import InternalClient
from tests.databases import SECRET
from tests.gateway.forge import attacks, forge
from tests.gateway.hostile import generated
from tests.gateway.make import anonymous, seller, sign_in, vendor
from tests.system import ISSUER, Client, Response, System, Tenant

ATTACKS = {**attacks(), **generated()}


async def shown(system: System, token: str, path: str = "/v1/sessions") -> Response:
    """Show a token at a door."""
    return await Client(system, token, Tenant(system, "", "")).get(path)


async def test_a_token_with_our_key_and_all_it_needs_is_taken(system: System) -> None:
    assert (await shown(system, (await forge(system)).token())).status == 200


@pytest.mark.parametrize("attack", ATTACKS)
async def test_a_hostile_token_is_refused(system: System, attack: str) -> None:
    token = ATTACKS[attack](await forge(system))

    answer = await shown(system, token)

    assert (answer.status, answer.problem) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert token not in answer.body.decode()


def test_there_are_at_least_two_hundred_hostile_tokens() -> None:
    assert len(ATTACKS) >= 200


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic YTpi", "Token x", "bearer\tx"])
async def test_without_a_bearer_token_nobody_comes_in(system: System, authorization: str) -> None:
    answer = await system.send("GET", "/v1/sessions", query="", headers={"authorization": authorization}, body=b"")

    assert answer.status == 401


async def test_a_public_token_does_not_open_the_inner_door_and_an_internal_one_not_the_outer(system: System) -> None:
    ours = await forge(system)
    inner, outer = ours.token(aud="internal", kind="internal"), ours.token()

    assert (await shown(system, inner, "/internal/revocations")).status == 200
    assert (await shown(system, outer, "/internal/revocations")).status == 401
    assert (await shown(system, inner)).status == 401


async def test_processes_that_start_at_once_sign_with_the_same_key(system: System) -> None:
    database = system.apps["gateway"].state.database
    rings = [Keyring(database, vault=Vault(SECRET), issuer=ISSUER) for _ in range(5)]

    await asyncio.gather(*(ring.load() for ring in rings))

    assert len({ring.signer.kid for ring in rings}) == 1


async def test_a_key_sealed_under_another_secret_is_not_used(system: System) -> None:
    database = system.apps["gateway"].state.database

    with pytest.raises(CannotUnseal):
        await Keyring(database, vault=Vault("another-secret-" * 4), issuer=ISSUER).load()


def test_what_was_sealed_opens_only_for_its_purpose_and_unchanged() -> None:
    vault = Vault(SECRET)
    sealed = vault.seal(b"private", purpose="signing key 1")

    assert vault.unseal(sealed, purpose="signing key 1") == b"private"
    assert sealed.startswith(f"{vault.key_id}.") and "private" not in sealed
    for text, purpose in ((sealed, "signing key 2"), (sealed[:-6] + "AAAA==", "signing key 1")):
        with pytest.raises(CannotUnseal):
            vault.unseal(text, purpose=purpose)


async def test_the_private_key_is_nowhere_in_the_published_set(system: System) -> None:
    answer = await shown(system, "", "/.well-known/jwks.json")

    assert answer.status == 200
    assert all(set(key) == {"kty", "use", "alg", "kid", "n", "e"} for key in answer.json["keys"])


async def test_a_revoked_session_is_refused_by_another_process_at_its_next_look(system: System) -> None:
    office = await vendor(system)
    desk, _, _ = await seller(office.tenant)
    grant = await sign_in(office.tenant, office.email)
    # Another process: its own client, its own list, its own cache of verified tokens.
    client = InternalClient("deals", system.apps["gateway"], SECRET)
    elsewhere = Revocations(client.revoked_since)
    verifier = Verifier(
        client.published_keys, issuer=ISSUER, audience="prm", clock=clock.now, is_revoked=elsewhere.covers
    )
    assert desk.token is not None
    assert (await verifier.verify(grant["access_token"])).account_id == office.account_id

    boss = Client(system, grant["access_token"], office.tenant)
    await boss.request("DELETE", f"/v1/sessions/{grant['session_id']}", headers={"if-match": "*"})
    # What every process does each second, by itself.
    await elsewhere.refresh(now=clock.now())

    assert not await _is_taken(verifier, grant["access_token"])
    assert (await verifier.verify(desk.token)).account_id == desk.account_id


async def test_the_list_of_revocations_is_read_on_from_a_position(system: System) -> None:
    office = await vendor(system)
    client = InternalClient("leads", system.apps["gateway"], SECRET)
    position, _ = await client.revoked_since(0)
    grant = await sign_in(office.tenant, office.email)
    boss = Client(system, grant["access_token"], office.tenant)

    await boss.request("DELETE", f"/v1/sessions/{grant['session_id']}", headers={"if-match": "*"})
    later, revoked = await client.revoked_since(position)

    assert grant["session_id"] in [each[0] for each in revoked]
    assert later > position
    assert await client.revoked_since(later) == (later, [])


async def test_a_service_of_ours_gets_an_internal_token_and_a_stranger_none(system: System) -> None:
    known = InternalClient("incentives", system.apps["gateway"], SECRET)
    stranger = InternalClient("incentives", system.apps["gateway"], "not-the-secret-of-this-installation-1234")
    unheard = InternalClient("warehouse", system.apps["gateway"], SECRET)

    assert len((await known.token()).split(".")) == 3
    for other in (stranger, unheard):
        with pytest.raises(Exception, match="401"):
            await other.token()
    assert (await anonymous((await vendor(system)).tenant).get("/internal/revocations")).status == 401


async def _is_taken(verifier: Verifier, token: str) -> bool:
    try:
        await verifier.verify(token)
    except Exception:
        return False
    return True
