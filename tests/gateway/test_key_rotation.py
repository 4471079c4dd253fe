"""Signing keys take turns, and nobody's token is refused for it."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt
import pytest

from gateway.keys.keyring import PUBLISHED_AHEAD, Keyring
from gateway.keys.sealing import Vault
from shared import clock
from shared.auth.tokens import Verifier
from tests.databases import SECRET
from tests.gateway.make import vendor
from tests.system import ISSUER, Client, System


class Wall:
    """A clock on the wall that a test moves."""

    def __init__(self) -> None:
        self.at = clock.now()

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, **by: float) -> None:
        self.at += timedelta(**by)


def ring(system: System, wall: Wall) -> Keyring:
    """The keys as one process knows them."""
    database = system.apps["gateway"].state.database
    return Keyring(database, vault=Vault(SECRET), issuer=ISSUER, wall=wall)


def token(keyring: Keyring, wall: Wall) -> str:
    """An access token that this process gives out now."""
    now = int(wall.at.timestamp())
    claims = {"aud": "prm", "sub": "acc_1", "tenant": "tnt_1", "kind": "vendor", "jti": f"{now}-{id(keyring)}"}
    return keyring.signer.sign({**claims, "iat": now, "exp": now + 600})


def kids(published: Mapping[str, Any]) -> list[str]:
    return [each["kid"] for each in published["keys"]]


@pytest.fixture
async def settled(system: System) -> None:
    """No rotation of an earlier test is on its way."""
    await system.superuser.execute("UPDATE gateway.signing_keys SET signs_from = now() WHERE status = 'next'")
    await ring(system, Wall()).step()


@pytest.mark.usefixtures("settled")
async def test_a_new_key_is_published_before_it_signs_and_the_old_one_after(system: System) -> None:
    wall = Wall()
    keyring = ring(system, wall)
    await keyring.load()
    before, old = keyring.signer.kid, token(keyring, wall)

    made = await keyring.rotate()
    await keyring.step()
    assert (made.status, made.signs_from, keyring.signer.kid) == ("next", wall.at + PUBLISHED_AHEAD, before)
    assert {made.kid, before} <= set(kids(await keyring.published()))

    wall.goes_on(seconds=PUBLISHED_AHEAD.total_seconds() - 1)
    assert await keyring.step() == 0
    wall.goes_on(seconds=1)
    assert await keyring.step() == 1
    assert keyring.signer.kid == made.kid
    assert {made.kid, before} <= set(kids(await keyring.published()))

    wall.goes_on(minutes=61)
    assert before not in kids(await keyring.published())
    assert jwt.get_unverified_header(old)["kid"] == before


@pytest.mark.usefixtures("settled")
async def test_a_rotation_refuses_nobodys_token(system: System) -> None:
    wall = Wall()
    rings = [ring(system, wall) for _ in range(3)]
    for each in rings:
        await each.load()
    verifiers = [Verifier(each.published, issuer=ISSUER, audience="prm", clock=wall) for each in rings[:2]]
    # A program that is not ours, and keeps a key set for five minutes.
    elsewhere, fetched = await rings[2].published(), wall.at
    alive: deque[tuple[datetime, str]] = deque()
    signed_with = set()

    for moment in range(240):
        wall.goes_on(seconds=10)
        if moment in (20, 130):
            await rings[moment % 3].rotate()
        for place, each in enumerate(rings):
            # They look at different times, the last one once a minute only.
            if moment % (1, 3, 6)[place] == 0:
                await each.step()
            alive.append((wall.at, token(each, wall)))
            signed_with.add(each.signer.kid)
        while wall.at - alive[0][0] >= timedelta(seconds=600):
            alive.popleft()
        if wall.at - fetched > timedelta(minutes=5):
            elsewhere, fetched = await rings[2].published(), wall.at
        shown = [text for _, text in (*list(alive)[:3], *list(alive)[-3:])]
        await asyncio.gather(*(verifier.verify(text) for verifier in verifiers for text in shown))
        for text in shown:
            key = jwt.PyJWKSet.from_dict(dict(elsewhere))[jwt.get_unverified_header(text)["kid"]]
            options: Any = {"verify_exp": False, "verify_iat": False}
            jwt.decode(text, key, algorithms=["RS256"], audience="prm", options=options)

    assert len(signed_with) == 3


@pytest.mark.usefixtures("settled")
async def test_a_running_product_goes_on_while_its_key_is_replaced(system: System) -> None:
    office = await vendor(system)
    keyring: Keyring = system.apps["gateway"].state.keyring
    stop = asyncio.Event()
    answers: list[int] = []

    async def works() -> None:
        while not stop.is_set():
            boss: Client = await office.admin()
            answers.append((await boss.get("/v1/sessions")).status)

    working = [asyncio.create_task(works()) for _ in range(3)]
    operator = ring(system, Wall())
    made = await operator.rotate()
    published = clock.now()
    while clock.now() - published < timedelta(seconds=2):
        # Far less than the quarter of an hour, but longer than a verifier waits before it asks for a key it does not know.
        await keyring.step()
    await system.superuser.execute("UPDATE gateway.signing_keys SET signs_from = now() WHERE status = 'next'")
    while keyring.signer.kid != made.kid or len(answers) < 30:
        await keyring.step()
        await asyncio.sleep(0)
    stop.set()
    await asyncio.gather(*working)

    assert keyring.signer.kid == made.kid
    assert set(answers) == {200}


@pytest.mark.usefixtures("settled")
async def test_two_who_rotate_at_once_make_one_key(system: System) -> None:
    made = await asyncio.gather(*(ring(system, Wall()).rotate() for _ in range(5)))

    assert len({each.kid for each in made}) == 1


@pytest.mark.usefixtures("settled")
async def test_the_earlier_of_two_wishes_counts(system: System) -> None:
    wall = Wall()
    keyring = ring(system, wall)
    first = await keyring.rotate()

    later = await keyring.rotate(ahead=timedelta(hours=5))
    sooner = await keyring.rotate(ahead=timedelta())

    assert (first.kid, first.signs_from) == (later.kid, later.signs_from)
    assert (sooner.kid, sooner.signs_from) == (first.kid, wall.at)


@pytest.mark.usefixtures("settled")
async def test_the_private_half_of_an_old_key_is_forgotten(system: System) -> None:
    await system.superuser.execute(
        "INSERT INTO gateway.signing_keys (kid, status, sealed, public_jwk, created_at, retired_at)"
        " VALUES ('old', 'retired', 'x', '{}', now() - interval '1 day', now() - interval '3 hours')"
    )

    await ring(system, Wall()).step()

    assert "old" not in {each.kid for each in await ring(system, Wall()).known()}
