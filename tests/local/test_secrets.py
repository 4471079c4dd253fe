"""The secret key of an installation changes, and everything sealed under it opens with the new one."""

from collections.abc import Callable

import asyncpg
import pytest

from deploy.local.postgres import EmbeddedPostgres
from gateway.keys.sealing import CannotUnseal, Vault, purpose_of
from gateway.rewrapping import rewrapping
from gateway.rewrapping.rewrapping import rewrap, sealed_columns
from tests.audit.make import sealed
from tests.databases import SECRET, install
from tests.gateway.make import PASSWORD, sign_in
from tests.gateway.test_second_factors import one
from tests.local.started import prm
from tests.system import System, running

NEW = "another secret key of forty characters, 2"


async def lived_in(system: System) -> tuple[str, str, Callable[[], str]]:
    """An installation in which everything that is sealed exists: its slug and mail, and the codes of the phone."""
    office, boss, phone, _ = await one(system)
    made = await boss.post("/v1/webhook-endpoints", {"url": "https://acme.example/hook", "types": ["deal.*"]})
    assert (await boss.act(f"/v1/webhook-endpoints/{made['id']}", "rotate-secret")).status == 200
    await sealed(office.tenant)
    return office.tenant.slug, office.email, phone.code


async def opened(url: str, vault: Vault) -> dict[str, int]:
    """How many texts of each column a key opens; raises CannotUnseal for one that it does not."""
    connection = await asyncpg.connect(url)
    try:
        found = {}
        for column in sealed_columns():
            name = f"{column.table.name}.{column.name}"
            rows = await connection.fetch(f"SELECT * FROM gateway.{column.table.name} WHERE {column.name} IS NOT NULL")
            found[name] = len([vault.unseal(row[column.name], purpose=purpose_of(column, row)) for row in rows])
        return found
    finally:
        await connection.close()


async def test_after_a_change_of_the_secret_key_everything_opens_with_the_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with EmbeddedPostgres.temporary(fast=True) as postgres:
        url = str(postgres.url)
        await install(url)
        async with running(url) as system:
            slug, email, code = await lived_in(system)
            beside = prm("secrets", "rewrap", database_url=url, secret_key=NEW, old_secret_key=SECRET)
        before = await opened(url, Vault(SECRET))
        wrong = prm("secrets", "rewrap", database_url=url, secret_key=NEW, old_secret_key=f"{SECRET}?")
        same = prm("secrets", "rewrap", database_url=url, secret_key=SECRET, old_secret_key=SECRET)

        done = prm("secrets", "rewrap", database_url=url, secret_key=NEW, old_secret_key=SECRET)
        again = prm("secrets", "rewrap", database_url=url, secret_key=NEW, old_secret_key=SECRET)

        assert set(before) == {f"{each.table.name}.{each.name}" for each in sealed_columns()}
        assert all(before.values()), before
        assert "stop it first" in beside.stderr and "is the key from before" in same.stderr
        assert wrong.returncode == 1 and "Neither key opens 1 of totp_seeds.sealed" in wrong.stderr
        assert f"Sealed under the new key: {sum(before.values())}." in done.stdout, done.stdout + done.stderr
        assert "Sealed under the new key: 0." in again.stdout
        assert SECRET not in done.stdout + wrong.stdout + wrong.stderr
        assert await opened(url, Vault(NEW)) == before
        monkeypatch.setattr("tests.system.SECRET", NEW)
        async with running(url) as system:
            tenant = system.tenant()
            tenant.slug = slug
            assert (await sign_in(tenant, email, PASSWORD, code=code())).status == 201


async def test_a_change_that_was_interrupted_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrapping, "_BATCH", 3)
    before, now = Vault(SECRET), Vault(NEW)
    async with EmbeddedPostgres.temporary(fast=True) as postgres:
        url = str(postgres.url)
        await install(url, ("gateway",))
        owner = await asyncpg.connect(url, server_settings={"search_path": "gateway,public"})
        seeds = {f"fac_{number}": f"seed {number}".encode() for number in range(20)}
        for factor, seed in seeds.items():
            text = before.seal(seed, purpose=f"totp {factor}")
            await owner.execute("INSERT INTO totp_seeds VALUES ('tnt_1', $1, $2, 0)", factor, text)
        told: list[float] = []

        def interrupted(part: float) -> None:
            told.append(part)
            if len(told) == 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await rewrap(owner, before=before, now=now, progress=interrupted)
        rest = await rewrap(owner, before=before, now=now, progress=told.append)

        rows = await owner.fetch("SELECT factor_id, sealed FROM totp_seeds")
        await owner.close()
    assert told[:3] == [pytest.approx(part / 20) for part in (3, 6, 9)] and told[-1] == 1.0
    assert (rest.sealed, rest.closed) == (11, {})
    opens = {row["factor_id"]: now.unseal(row["sealed"], purpose=f"totp {row['factor_id']}") for row in rows}
    assert opens == seeds


def test_the_key_from_before_is_not_taken_from_the_command_line_and_must_be_given() -> None:
    refused = prm("secrets", "rewrap", "--old-key", SECRET)
    missing = prm("secrets", "rewrap", old_secret_key="", secret_key=NEW)

    assert refused.returncode == 2
    assert missing.returncode == 1 and "The secret key from before is missing" in missing.stderr


def test_a_text_opens_with_no_other_key() -> None:
    with pytest.raises(CannotUnseal):
        Vault(NEW).unseal(Vault(SECRET).seal(b"plain", purpose="any"), purpose="any")
