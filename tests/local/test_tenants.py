"""What an operator does about the vendors of an installation."""

import uuid

from tests.databases import SECRET
from tests.gateway.make import signed_in
from tests.gateway.sandboxes import sandbox_of
from tests.local.started import prm
from tests.system import System, Tenant

PEOPLE = ("--given-name", "Ágnes", "--family-name", "Kő")


def found(database_url: str, slug: str, *words: str, email: str = "", password: str = "a phrase of her own") -> str:
    """Run `prm tenants found`; returns what it showed or refused with."""
    done = prm(
        *(
            "tenants",
            "found",
            slug,
            "--name",
            "Kő és Társa",
            "--email",
            email or f"agnes@{slug}.example",
            *PEOPLE,
            *words,
        ),
        database_url=database_url,
        secret_key=SECRET,
        password=password,
    )
    return done.stdout if done.returncode == 0 else f"refused: {done.stderr}"


async def test_a_vendor_is_founded_with_its_sandbox_and_its_administrator_signs_in(
    system: System, database_url: str
) -> None:
    slug = f"ko-{uuid.uuid4().hex[:8]}"

    told = found(database_url, slug, "--host", f"{slug}.example", "--locale", "hu")

    assert f"Founded {slug} (tnt_" in told and f"its sandbox {slug}-test" in told
    boss = await signed_in(Tenant(system, "", slug, "live"), f"agnes@{slug}.example", "a phrase of her own")
    [shown] = (await boss.get("/v1/tenants")).json["data"]
    assert (shown["name"], shown["hosts"], shown["default_locale"]) == ("Kő és Társa", [f"{slug}.example"], "hu")
    assert (await sandbox_of(Tenant(system, shown["id"], slug, "live"))).slug == f"{slug}-test"
    listed = prm("tenants", database_url=database_url, secret_key=SECRET).stdout
    assert f"{slug}-test" in listed and "Kő és Társa (test)" in listed


async def test_what_the_api_would_not_take_is_refused_in_a_line(system: System, database_url: str) -> None:
    slug = f"ko-{uuid.uuid4().hex[:8]}"
    found(database_url, slug)

    assert "Another tenant of this installation has this slug." in found(database_url, slug)
    assert "A slug has small letters" in found(database_url, "Kő")
    assert "email" in found(database_url, f"{slug}-2", email="nobody")
    short = found(database_url, f"{slug}-2", password="short")
    assert "at least 10" in short and '"short"' not in short
    assert "refused" in found(database_url, f"{slug}-2", "--host", "not a host")
