"""What is there after the demo has been loaded, as its own accounts and keys see it."""

import stat
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from deploy.demo.loading import load
from deploy.demo.stage import Stage, raised
from deploy.local.errors import StartError
from gateway.roles.defaults import DEFAULT_ROLES
from shared.db.provision import url_as
from tests.demo.conftest import SMALL, Told
from tests.system import SECRET


@pytest.fixture(scope="session")
async def stage(told: Told) -> AsyncIterator[Stage]:
    """The system over the demo's database."""
    async with raised(told.settings) as system:
        system.slug = told.demo["tenant"]["slug"]
        yield system


async def every(stage: Stage, told: Told, path: str) -> list[dict[str, Any]]:
    """All objects of a list, read with the demo's API key."""
    found: list[dict[str, Any]] = []
    query = "limit=200"
    while True:
        answer = await stage.send("GET", path, query=query, authorization=f"Bearer {told.demo['api_key']}")
        assert answer.status == 200, answer.body
        page = answer.json()
        found += page["data"]
        if not page["has_more"]:
            return found
        query = f"limit=200&cursor={page['next_cursor']}"


def test_demo_json_is_for_its_owner_only_and_has_what_scripts_need(told: Told) -> None:
    assert stat.S_IMODE(told.file.stat().st_mode) == 0o600
    assert set(told.demo) == {"base_url", "tenant", "database_url", "accounts", "api_key", "oauth_client", "objects"}
    assert set(told.demo["oauth_client"]) == {"client_id", "client_secret", "scope"}
    assert set(told.demo["objects"]) == {"partner", "rival_partner", "deal", "lead", "plan", "product_family"}
    assert all(set(each) == {"role", "email", "password", "partner_id"} for each in told.demo["accounts"])


def test_every_role_has_an_account_and_two_partners_have_all_of_theirs(told: Told) -> None:
    by_partner = Counter(each["partner_id"] for each in told.demo["accounts"])

    assert {each["role"] for each in told.demo["accounts"]} == set(DEFAULT_ROLES)
    assert {told.demo["objects"]["partner"], told.demo["objects"]["rival_partner"]} == set(by_partner) - {None}
    assert len({each["password"] for each in told.demo["accounts"]}) == len(told.demo["accounts"])


async def test_its_accounts_its_key_and_its_app_can_sign_in(told: Told, stage: Stage) -> None:
    for role in ("tenant_admin", "finance_approver", "sales"):
        account = next(each for each in told.demo["accounts"] if each["role"] == role)
        credentials = {"email": account["email"], "password": account["password"]}
        answer = await stage.send("POST", "/v1/sessions", body=credentials, prm_tenant=stage.slug)
        assert answer.status == 201
        assert answer.json()["account"]["partner_id"] == account["partner_id"]
    assert len(await every(stage, told, "/v1/partners")) == 40


async def test_an_interrupted_load_starts_over_in_a_tenant_of_its_own(told: Told, stage: Stage) -> None:
    assert told.demo["tenant"]["slug"] == "aurelia-2"


async def test_the_story_has_partners_deals_and_leads_in_all_their_states(told: Told, stage: Stage) -> None:
    partners = await every(stage, told, "/v1/partners")
    deals = await every(stage, told, "/v1/deals")
    leads = await every(stage, told, "/v1/leads")

    assert len({partner["country"] for partner in partners}) == 12
    assert {partner["tier"] for partner in partners} == {"bronze", "silver", "gold", "platinum"}
    assert len(leads) == SMALL.leads
    assert abs(len(deals) - SMALL.deals) <= 4  # a partner that has left registers no more
    assert {"draft", "approved", "won", "lost", "expired"} <= {deal["status"] for deal in deals}
    assert {"converted", "disqualified", "unroutable"} <= {lead["status"] for lead in leads}
    assert {"EUR", "USD", "HUF", "JPY"} <= {deal["amount"]["currency"] for deal in deals if deal["amount"]}


async def test_wins_have_earned_and_the_earnings_of_past_quarters_are_paid(told: Told, stage: Stage) -> None:
    won = {deal["id"] for deal in await every(stage, told, "/v1/deals") if deal["status"] == "won"}
    earnings = await every(stage, told, "/v1/earnings")
    payouts = await every(stage, told, "/v1/payouts")

    assert won == {each["deal_id"] for each in earnings if each["kind"] == "commission"}
    statuses = Counter(payout["status"] for payout in payouts)
    assert statuses["paid"] > 0
    assert statuses["pending_approval"] == 1
    assert all(payout["approved_by"] != payout["created_by"] for payout in payouts)


async def test_a_second_start_makes_nothing_and_follows_the_port(told: Told) -> None:
    moved = told.settings.model_copy(update={"port": 8456})

    def never(_: float) -> None:
        raise AssertionError("the story is told again")

    await load(moved, progress=never)

    assert '"base_url": "http://localhost:8456"' in told.file.read_text()
    assert told.demo["api_key"] in told.file.read_text()
    assert stat.S_IMODE(told.file.stat().st_mode) == 0o600


async def test_the_story_is_not_told_beside_a_running_system(told: Told) -> None:
    url = url_as(told.settings.admin_url(), "prm_deals_app", secret_key=SECRET)
    running = await asyncpg.connect(url)
    elsewhere = told.settings.model_copy(update={"data_dir": told.settings.data_dir / "other"})
    try:
        with pytest.raises(StartError, match="PRM runs on this database"):
            await load(elsewhere)
    finally:
        await running.close()
