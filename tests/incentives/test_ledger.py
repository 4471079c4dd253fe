"""The ledger: balanced by shape, never changed, and always equal to the earnings it stands for."""

import random
from collections import Counter
from typing import Any

import asyncpg
import pytest

from services.incentives.ledger.rules import ACCOUNTS, movement
from shared.db.tx import transaction
from shared.events.catalog.deals import DealWon
from shared.events.inbox import system_caller
from tests.incentives.make import MARCH, Shop, component
from tests.system import Client, Response


def test_debits_equal_credits_after_ten_thousand_random_movements() -> None:
    chance, names = random.Random(48), sorted(ACCOUNTS)
    debits: Counter[str] = Counter()
    credits: Counter[str] = Counter()
    for _ in range(10_000):
        amount = chance.randint(-(10**15), 10**15)
        found = movement(amount, origin=chance.choice(names), destination=chance.choice(names))
        if found is not None:
            assert found.amount > 0 and found.debit != found.credit
            debits[found.debit] += found.amount
            credits[found.credit] += found.amount

    assert debits.total() == credits.total() > 0


@pytest.mark.parametrize("role", ["app", "engine"])
@pytest.mark.parametrize("statement", ["UPDATE transfers SET amount = 1", "DELETE FROM transfers"])
async def test_no_role_that_serves_can_change_a_transfer(shop: Shop, role: str, statement: str) -> None:
    caller = system_caller(shop.tenant.id, mode="test")

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with transaction(
            shop.database, caller=caller, viewer="*", now=shop.tenant.now(), action="test", engine=role == "engine"
        ) as tx:
            await tx.connection.execute(statement)


async def test_each_transfer_is_two_entries_that_a_partner_sees_of_its_own(shop: Shop) -> None:
    await shop.plan(component(mode="retroactive"))
    partner, other = await shop.partner(), await shop.partner()
    await shop.win(partner, 3_000_000)
    await shop.win(other, 1_000_000)

    mine = (await partner.get("/v1/ledger/entries", sort="created_at"))["data"]
    page = await shop.vendor.get("/v1/ledger/entries", limit=3)
    rest = await shop.vendor.get("/v1/ledger/entries", limit=3, cursor=page["next_cursor"])

    assert {(each["account"], each["debit"], each["credit"]) for each in mine} == {
        ("incentive_expense", 150_000, 0),
        ("accrued_liability", 0, 150_000),
    }
    assert len({each["id"] for each in (*page["data"], *rest["data"])}) == 4
    assert (await shop.vendor.get("/v1/ledger/entries", account="accrued_liability"))["has_more"] is False


class Operations:
    """Random things that happen to a program: sales, returns, suspensions, statements, payouts that arrive or fail."""

    def __init__(self, shop: Shop, partners: list[Client], seed: int) -> None:
        self.shop, self.partners, self.chance = shop, partners, random.Random(seed)
        self.sales: list[DealWon] = []
        self.statements: list[Response] = []
        self.colleague = shop.someone_else()

    async def happen(self) -> None:
        what: Any = self.chance.choice(
            [self.win, self.win, self.win, self.take_back, self.suspend, self.reinstate, self.state, self.pay]
        )
        await what()

    async def win(self) -> None:
        amount, currency = self.chance.randint(1, 20_000_000), self.chance.choice(["EUR", "JPY"])
        hour = self.chance.randint(0, 23)
        self.sales.append(await self.shop.win(self.chance.choice(self.partners), amount, currency, hour=hour))

    async def take_back(self) -> None:
        if self.sales:
            sale = self.chance.choice(self.sales)
            await self.shop.take_back(sale, self.chance.randint(1, sale.net.amount))

    async def suspend(self) -> None:
        await self.shop.tell(self.chance.choice(self.partners).partner_id, status="suspended")

    async def reinstate(self) -> None:
        await self.shop.tell(self.chance.choice(self.partners).partner_id)

    async def state(self) -> None:
        body = {"partner_id": self.chance.choice(self.partners).partner_id, "period": MARCH}
        made = await self.shop.vendor.post("/v1/statements", body)
        if made.status == 201:
            self.statements.append(made)
            for verb in ("approve", "publish")[: self.chance.randint(0, 2)]:
                await self.shop.vendor.act(f"/v1/statements/{made['id']}", verb)

    async def pay(self) -> None:
        if self.statements:
            payout = await self.shop.payout(self.chance.choice(self.statements))
            if payout.status == 201:
                for verb in ("approve", "submit"):
                    payout = await self.shop.act(payout, verb, by=self.colleague)
                ending = self.chance.choice(["confirm", "fail"])
                await self.shop.act(payout, ending, {"reason": "closed"} if ending == "fail" else None)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_after_random_operations_the_ledger_equals_the_earnings(shop: Shop, seed: int) -> None:
    await shop.plan(component(), component(code="whole", mode="retroactive", cap=3_000_000))
    rate = {"base": "JPY", "quote": "EUR", "rate": "0.006137", "effective_on": "2026-01-01"}
    await shop.succeed("/v1/exchange-rates", rate)
    operations = Operations(shop, [await shop.partner() for _ in range(3)], seed)

    for _ in range(120):
        await operations.happen()

    balance = await shop.vendor.get("/v1/ledger/trial-balance")
    assert balance["balanced"] is True
    assert all(total["debit"] == total["credit"] > 0 for total in balance["totals"])
    standing = await shop.tenant.system.superuser.fetch(
        "SELECT account, sum(amount)::bigint AS amount FROM incentives.earnings WHERE tenant_id = $1 GROUP BY 1",
        shop.tenant.id,
    )
    lines = {row["account"]: row["amount"] for row in standing if row["amount"] != 0}
    ledger = {row["account"]: -row["balance"] for row in balance["lines"] if row["balance"] != 0}
    assert -ledger.pop("incentive_expense", 0) == sum(lines.values())
    assert ledger == lines
