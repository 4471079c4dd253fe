"""From accrued to paid: statements, payouts, and what is owed back."""

import asyncio
from typing import Any

import pytest

from shared.values.ids import new_id
from tests.incentives.make import FLAT, MARCH, Shop, component
from tests.system import Client


@pytest.fixture
async def partner(shop: Shop) -> Client:
    """A partner who earns ten percent of every sale."""
    await shop.plan(component(bands=FLAT))
    return await shop.partner()


async def test_what_is_accrued_is_stated_approved_published_and_paid(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    await shop.win(partner, 50_000)

    review = await shop.statement(partner, published=False)
    assert (review["status"], review["total"], review["line_count"]) == (
        "in_review",
        {"amount": 15_000, "currency": "EUR"},
        2,
    )
    path = f"/v1/statements/{review['id']}"
    assert (await partner.get(path)).status == 404
    await shop.vendor.act(path, "approve")
    assert (await shop.balance("payable"), await shop.balance("accrued_liability")) == (15_000, 0)
    await shop.vendor.act(path, "publish")
    acknowledged = await partner.act(path, "acknowledge")
    payout = await shop.pay(review)

    assert (acknowledged["status"], payout["status"], payout["amount"]["amount"]) == ("acknowledged", "paid", 15_000)
    assert {each["status"] for each in await shop.earned(client=partner)} == {"paid"}
    assert (await shop.balance("payable"), await shop.balance("cash_clearing")) == (0, 15_000)
    assert (await partner.get(path))["paid_at"] is not None
    assert (await partner.get(f"/v1/payouts/{payout['id']}")).status == 200


async def test_an_earning_is_on_one_statement_only(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    first = await shop.statement(partner)
    body = {"partner_id": partner.partner_id, "period": MARCH}

    assert (await shop.vendor.post("/v1/statements", body)).problem == "nothing_to_state"
    late = await shop.win(partner, 30_000)
    second = await shop.statement(partner)

    assert (first["total"]["amount"], second["total"]["amount"]) == (10_000, 3_000)
    [line] = (await partner.get(f"/v1/statements/{second['id']}/lines"))["data"]
    assert (line["deal_id"], line["amount"], line["rule"]) == (
        late.deal_id,
        {"amount": 3_000, "currency": "EUR"},
        "base",
    )


async def test_statements_asked_for_at_the_same_moment_share_nothing(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    body = {"partner_id": partner.partner_id, "period": MARCH}

    answers = await asyncio.gather(*(shop.vendor.post("/v1/statements", body) for _ in range(4)))

    assert sorted(each.status for each in answers) == [201, 409, 409, 409]


async def test_a_statement_has_one_currency(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    await shop.plan(component(bands=FLAT), currency="KWD", level="partner", partner_id=partner.partner_id)
    await shop.win(partner, 100_005, "KWD")
    body = {"partner_id": partner.partner_id, "period": MARCH}

    refused = await shop.vendor.post("/v1/statements", body)
    dinars = await shop.statement(partner, currency="KWD")

    assert refused.problem == "mixed_currencies"
    assert dinars["total"] == {"amount": 10_000, "currency": "KWD"}


async def test_a_period_without_days_is_refused(shop: Shop, partner: Client) -> None:
    body = {"partner_id": partner.partner_id, "period": {"from": "2026-03-01", "to": "2026-03-01"}}

    assert (await shop.vendor.post("/v1/statements", body)).status == 422


async def test_the_person_who_prepared_a_payout_cannot_approve_it(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    payout = await shop.payout(await shop.statement(partner))

    refused = await shop.act(payout, "approve")
    approved = await shop.act(payout, "approve", by=shop.someone_else())

    assert (refused.status, refused.problem) == (403, "four_eyes")
    assert approved["status"] == "approved"
    assert approved["approved_by"] != approved["created_by"]


async def test_a_key_of_the_person_who_prepared_a_payout_cannot_approve_it_either(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    payout = await shop.payout(await shop.statement(partner))
    own_key = shop.tenant.vendor(sub="key_1", holder=shop.vendor.account_id)
    key_of_a_colleague = shop.tenant.vendor(sub="key_2", holder=shop.someone_else().account_id)

    refused = await shop.act(payout, "approve", by=own_key)
    approved = await shop.act(payout, "approve", by=key_of_a_colleague)

    assert (refused.status, refused.problem) == (403, "four_eyes")
    assert approved["status"] == "approved"


async def test_nobody_approves_what_their_own_key_has_prepared(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    boss = shop.someone_else()
    statement = await shop.statement(partner)
    payout = await shop.payout(statement, by=shop.tenant.vendor(sub="key_1", holder=boss.account_id))

    refused = await shop.act(payout, "approve", by=boss)

    assert (payout["created_by"], refused.problem) == (boss.account_id, "four_eyes")


async def test_a_failed_payout_can_be_retried_and_pays_once(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner)
    payout = await shop.payout(statement)
    colleague = shop.someone_else()
    for verb in ("approve", "submit"):
        payout = await shop.act(payout, verb, by=colleague)

    twice = await shop.payout(statement)
    failed = await shop.act(payout, "fail", {"reason": "IBAN closed"})
    confirmed_late = await shop.act(payout, "confirm")
    paid = await shop.pay(statement)
    again = await shop.payout(statement)

    assert twice.problem == "statement_not_payable"
    assert (failed["status"], failed["failure_reason"]) == ("failed", "IBAN closed")
    why = "SELECT reason FROM incentives.audit_records WHERE subject = $1 AND action = 'fail_payout'"
    assert await shop.tenant.system.superuser.fetchval(why, failed["id"]) == "IBAN closed"
    assert confirmed_late.problem == "invalid_transition"
    assert (paid["status"], again.problem) == ("paid", "statement_not_payable")
    assert await shop.balance("cash_clearing") == 10_000


async def test_confirmations_at_the_same_moment_pay_once(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    payout = await shop.payout(await shop.statement(partner))
    for verb in ("approve", "submit"):
        payout = await shop.act(payout, verb, by=shop.someone_else())

    answers = await asyncio.gather(*(shop.act(payout, "confirm") for _ in range(4)))

    assert sorted(each.status for each in answers) == [200, 409, 409, 409]
    assert await shop.balance("cash_clearing") == 10_000


async def test_payouts_of_one_statement_at_the_same_moment_are_one(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner)

    answers = await asyncio.gather(*(shop.payout(statement) for _ in range(4)))

    assert sorted(each.status for each in answers) == [201, 409, 409, 409]


async def test_a_repeated_payout_request_is_answered_from_memory(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    body = {"statement_ids": [(await shop.statement(partner))["id"]]}

    without = await shop.vendor.post("/v1/payouts", body)
    first = await shop.vendor.post("/v1/payouts", body, idempotency_key="pay-march")
    again = await shop.vendor.post("/v1/payouts", body, idempotency_key="pay-march")

    assert (without.status, without.problem) == (400, "idempotency_key_required")
    assert (first.status, first.body) == (201, again.body)
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_cancelled_payout_frees_its_statements(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner)
    payout = await shop.payout(statement)

    cancelled = await shop.act(payout, "cancel")

    assert cancelled["status"] == "cancelled"
    assert (await shop.payout(statement)).status == 201


async def test_a_clawback_larger_than_the_balance_is_netted_with_what_comes_later(shop: Shop, partner: Client) -> None:
    sale = await shop.win(partner, 100_000)
    await shop.pay(await shop.statement(partner))
    await shop.take_back(sale)
    assert await shop.balance("clawback_receivable") == -10_000

    await shop.win(partner, 30_000)
    debt = await shop.statement(partner)
    refused = await shop.payout(debt)
    await shop.win(partner, 200_000)
    paid = await shop.pay(await shop.statement(partner))

    assert (debt["total"]["amount"], refused.problem) == (-7_000, "nothing_to_pay")
    assert paid["amount"]["amount"] == 13_000
    assert debt["id"] in paid["statement_ids"]
    assert [await shop.balance(each) for each in ("payable", "clawback_receivable", "accrued_liability")] == [0, 0, 0]
    assert await shop.balance("cash_clearing") == 23_000 == -await shop.balance("incentive_expense")


async def test_only_published_statements_of_one_partner_and_currency_are_paid(shop: Shop, partner: Client) -> None:
    other = await shop.partner()
    for each in (partner, other):
        await shop.win(each, 100_000)
    unpublished = await shop.statement(partner, published=False)
    theirs = await shop.statement(other)
    missing = {"statement_ids": [new_id("stm", at=shop.tenant.now())]}

    assert (await shop.payout(unpublished)).problem == "statement_not_payable"
    assert (await shop.payout(unpublished, theirs)).problem == "mixed_statements"
    assert (await shop.vendor.post("/v1/payouts", missing, idempotency_key="k")).status == 422


async def test_actions_need_the_version_seen(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner, published=False)
    path = f"/v1/statements/{statement['id']}/approve"

    assert (await shop.vendor.post(path)).problem == "precondition_required"
    assert (await shop.vendor.post(path, if_match='"9"')).problem == "stale_version"
    assert (await shop.vendor.act(f"/v1/statements/{statement['id']}", "publish")).problem == "invalid_transition"


async def test_a_partner_decides_nothing_about_its_own_money(shop: Shop, partner: Client) -> None:
    await shop.win(partner, 100_000)
    statement = await shop.statement(partner)
    payout = await shop.payout(statement)
    body: dict[str, Any] = {"partner_id": partner.partner_id, "period": MARCH}
    key = {"idempotency_key": "mine"}

    assert (await partner.post("/v1/statements", body)).status == 403
    assert (await partner.post("/v1/payouts", {"statement_ids": [statement["id"]]}, **key)).status == 403
    for verb in ("approve", "submit", "confirm", "cancel"):
        assert (await partner.act(f"/v1/payouts/{payout['id']}", verb, **key)).status == 403
    for path in ("/v1/ledger/accounts", "/v1/ledger/trial-balance"):
        assert (await partner.get(path)).status == 403
    for verb in ("approve", "publish"):
        assert (await partner.act(f"/v1/statements/{statement['id']}", verb)).status == 403
    assert (await shop.vendor.act(f"/v1/statements/{statement['id']}", "acknowledge")).status == 403
    assert (await partner.post("/v1/periods", {"name": "x", "from": "2026-01-01", "to": "2026-02-01"})).status == 403
    run = {"from": "2026-01-01", "to": "2026-02-01"}
    assert (await partner.post("/v1/recalculations", run, **key)).status == 403


@pytest.mark.parametrize("stranger", ["rival", "another tenant"])
async def test_nobody_else_sees_a_partners_money(shop: Shop, partner: Client, stranger: str) -> None:
    sale = await shop.win(partner, 100_000)
    statement = await shop.statement(partner)
    payout = await shop.pay(statement)
    [earning] = await shop.earned(sale)
    rival = await shop.partner() if stranger == "rival" else shop.tenant.system.tenant().vendor()

    for path in (
        f"/v1/earnings/{earning['id']}",
        f"/v1/earnings/{earning['id']}/explanation",
        f"/v1/statements/{statement['id']}",
        f"/v1/statements/{statement['id']}/lines",
        f"/v1/payouts/{payout['id']}",
    ):
        assert (await rival.get(path)).status == 404
    for noun in ("earnings", "statements", "payouts", "ledger/entries"):
        assert (await rival.get(f"/v1/{noun}"))["data"] == []
        assert len((await partner.get(f"/v1/{noun}"))["data"]) > 0
    hidden = await rival.get("/v1/explanations", deal_id=sale.deal_id)
    assert (hidden["outcome"], hidden["partner_id"]) == ("not_won", None)
