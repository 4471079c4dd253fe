"""What is there after the demo has been loaded, as its own accounts and keys see it."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from deploy.demo.stage import Stage, raised
from tests.demo.conftest import SMALL, Told


@pytest.fixture(scope="module")
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


async def test_its_accounts_its_key_and_its_app_can_sign_in(told: Told, stage: Stage) -> None:
    for role in ("tenant_admin", "finance_approver", "sales"):
        account = next(each for each in told.demo["accounts"] if each["role"] == role)
        credentials = {"email": account["email"], "password": account["password"]}
        answer = await stage.send("POST", "/v1/sessions", body=credentials, prm_tenant=stage.slug)
        assert answer.status == 201
        assert answer.json()["account"]["partner_id"] == account["partner_id"]
    assert len(await every(stage, told, "/v1/partners")) == 40


async def test_the_story_has_partners_deals_and_leads_in_all_their_states(told: Told, stage: Stage) -> None:
    partners = await every(stage, told, "/v1/partners")
    deals = await every(stage, told, "/v1/deals")
    leads = await every(stage, told, "/v1/leads")

    assert len({partner["country"] for partner in partners}) == 12
    assert {partner["tier"] for partner in partners} == {"bronze", "silver", "gold", "platinum"}
    assert len(leads) == SMALL.leads
    assert len(deals) == SMALL.deals
    assert {"draft", "approved", "won", "lost", "expired"} <= {deal["status"] for deal in deals}
    assert {"converted", "disqualified", "unroutable"} <= {lead["status"] for lead in leads}
    cases = await every(stage, told, "/v1/conflict-cases")
    assert {case["deal_id"] for case in cases if case["status"] == "open"} <= {
        deal["id"] for deal in deals if deal["status"] == "in_review"
    }
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


async def test_some_wins_were_quoted_and_delivered_and_some_are_subscriptions(told: Told, stage: Stage) -> None:
    won = {deal["id"] for deal in await every(stage, told, "/v1/deals") if deal["status"] == "won"}
    quotes, orders = await every(stage, told, "/v1/quotes"), await every(stage, told, "/v1/orders")
    matches = await every(stage, told, "/v1/order-matches")

    assert len(await every(stage, told, "/v1/price-lists")) == 9
    assert {each["product_family"] for each in await every(stage, told, "/v1/products")} == {
        *("drives", "vision", "sensors", "fleet-cloud", "care")
    }
    assert {each["deal_id"] for each in quotes if each["status"] == "accepted"} & won
    assert {"invoiced"} <= {each["status"] for each in orders}
    assert {each["deal_id"] for each in matches} <= won
    assert {each["status"] for each in await every(stage, told, "/v1/licences")} == {"active"}
