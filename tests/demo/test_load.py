"""Loading the demo: once, after an interruption, a second time, and not beside a running system."""

import stat
from collections import Counter

import asyncpg
import pytest

from deploy.demo.loading import load
from deploy.local.errors import StartError
from gateway.roles.defaults import DEFAULT_ROLES
from shared.db.provision import url_as
from tests.databases import SECRET
from tests.demo.conftest import Told


def test_demo_json_is_for_its_owner_only_and_has_what_scripts_need(told: Told) -> None:
    assert stat.S_IMODE(told.file.stat().st_mode) == 0o600
    fixed = {"base_url", "tenant", "database_url", "accounts", "api_key", "oauth_client", "objects"}
    assert set(told.demo) == fixed | {"test"}
    assert set(told.demo["test"]) == {"tenant", "api_key"} and set(told.demo["test"]["tenant"]) == {"id", "slug"}
    assert told.demo["test"]["tenant"]["slug"] == f"{told.demo['tenant']['slug']}-test"
    assert told.demo["test"]["api_key"].startswith("prm_test_")
    assert set(told.demo["oauth_client"]) == {"client_id", "client_secret", "scope"}
    assert set(told.demo["objects"]) == {"partner", "rival_partner", "deal", "lead", "plan", "product_family"}
    assert all(set(each) == {"role", "email", "password", "partner_id"} for each in told.demo["accounts"])


def test_every_role_has_an_account_and_two_partners_have_all_of_theirs(told: Told) -> None:
    by_partner = Counter(each["partner_id"] for each in told.demo["accounts"])

    assert {each["role"] for each in told.demo["accounts"]} == set(DEFAULT_ROLES)
    assert {told.demo["objects"]["partner"], told.demo["objects"]["rival_partner"]} == set(by_partner) - {None}
    assert len({each["password"] for each in told.demo["accounts"]}) == len(told.demo["accounts"])


async def test_an_interrupted_load_starts_over_in_a_tenant_of_its_own(told: Told) -> None:
    assert told.demo["tenant"]["slug"] == "aurelia-2"


async def test_a_second_start_makes_nothing_and_follows_the_port(told: Told) -> None:
    moved = told.settings.model_copy(update={"port": 8456})

    def never(_: float) -> None:
        raise AssertionError("the story is told again")

    await load(moved, progress=never)

    assert '"base_url": "http://localhost:8456"' in told.file.read_text()
    assert told.demo["api_key"] in told.file.read_text()
    assert stat.S_IMODE(told.file.stat().st_mode) == 0o600


async def test_beside_a_running_system_its_address_stays(told: Told) -> None:
    before = told.file.read_text()
    running = await asyncpg.connect(url_as(told.settings.admin_url(), "prm_deals_app", secret_key=SECRET))
    try:
        await load(told.settings.model_copy(update={"port": 8999}))
    finally:
        await running.close()

    assert told.file.read_text() == before


async def test_the_story_is_not_told_beside_a_running_system(told: Told) -> None:
    url = url_as(told.settings.admin_url(), "prm_deals_app", secret_key=SECRET)
    running = await asyncpg.connect(url)
    elsewhere = told.settings.model_copy(update={"data_dir": told.settings.data_dir / "other"})
    try:
        with pytest.raises(StartError, match="PRM runs on this database"):
            await load(elsewhere)
    finally:
        await running.close()
