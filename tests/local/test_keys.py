"""What an operator does about the keys that access tokens are signed with."""

import asyncio
import re
import sys

import pytest

from shared import clock
from shared.auth.revocations import Revocations, signed_by
from shared.auth.tokens import InvalidToken, Verifier
from shared.links import InternalClient
from tests.databases import SECRET
from tests.gateway.make import vendor
from tests.system import ISSUER, System


async def prm(database_url: str, *words: str) -> str:
    """Run `prm keys` as an operator does; returns what it showed."""
    environment = {"PRM_DATABASE_URL": database_url, "PRM_SECRET_KEY": SECRET, "COLUMNS": "200"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "deploy.cli", "keys", *words),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    assert process.returncode == 0, shown.decode()
    return shown.decode()


async def test_a_new_key_is_published_now_and_signs_later(system: System, database_url: str) -> None:
    ahead = await prm(database_url, "rotate", "--ahead", "30")
    listed = await prm(database_url)

    made = re.search(r"Key (\w{16}) is published now and signs from \d{4}-", ahead)
    assert made is not None, ahead
    assert re.search(rf"{made[1]} +next", listed) and re.search(r"\w{16} +active", listed)
    published = (await system.apps["gateway"].state.keyring.published())["keys"]
    assert made[1] in {each["kid"] for each in published}


async def test_a_key_that_leaked_is_replaced_within_seconds(system: System, database_url: str) -> None:
    keyring = system.apps["gateway"].state.keyring
    before = keyring.signer.kid

    shown = await prm(database_url, "rotate", "--leaked")
    await keyring.step()

    assert "within seconds" in shown
    assert keyring.signer.kid != before and keyring.signer.kid in shown
    assert before not in shown and before not in str(await keyring.published())
    system.signer = keyring.signer


async def test_what_a_leaked_key_has_signed_is_refused_by_every_process_at_its_next_look(
    system: System, database_url: str
) -> None:
    gateway = system.apps["gateway"].state
    office = await vendor(system)
    seen = (await office.admin()).token
    client = InternalClient("deals", system.apps["gateway"], SECRET)
    elsewhere = Revocations(client.revoked_since)
    verifier = Verifier(
        client.published_keys, issuer=ISSUER, audience="prm", clock=clock.now, is_revoked=elsewhere.covers
    )
    assert seen is not None and await verifier.verify(seen)
    await elsewhere.refresh(now=clock.now())
    leaked = gateway.keyring.signer.kid

    await prm(database_url, "rotate", "--leaked")
    await gateway.keyring.step()
    system.signer = gateway.keyring.signer
    # The gateway has heard of it first, and refuses the service's own token, which that key has signed too: it gets another.
    gateway.identity._issuer.revoked.add(signed_by(leaked), float("inf"))
    await elsewhere.refresh(now=clock.now())

    with pytest.raises(InvalidToken):
        await verifier.verify(seen)
    fresh = (await office.admin()).token
    assert fresh is not None and (await verifier.verify(fresh)).account_id == office.account_id
