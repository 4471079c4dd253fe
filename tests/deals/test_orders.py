"""Orders: drafting, checks, acceptance, and who sees them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.deals.order_policies.rules import BUILT_IN_POLICY, policy_of
from services.deals.orders.rules import LARGEST, Priced, faults_of_lines, is_live, total
from shared.rules import InvalidRule
from tests.deals.make import events_of, submits, wins, world
from tests.deals.ordering import accepted_order, drafts_order, lines_of, submits_order
from tests.system import Tenant


async def test_an_order_comes_to_the_sum_of_its_lines(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()

    order = await drafts_order(buyer, number="PO-1", due_on="2031-01-31")

    assert (order["status"], order["amount"], order["quantity"]) == ("draft", {"amount": 65_000, "currency": "EUR"}, 14)
    lines = await lines_of(place, order)
    assert [(each["sku"], each["amount"]["amount"], each["due_on"]) for each in lines] == [
        ("GX-100", 25_000, "2031-01-31"),
        ("GX-200", 40_000, "2031-01-31"),
    ]
    assert (order["bill_to_partner_id"], order["allowed_actions"]) == (buyer.partner_id, ["submit", "cancel"])


async def test_lines_given_replace_those_that_were_there_and_the_order_follows(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    order = await drafts_order(buyer)
    path = f"/v1/orders/{order['id']}"

    body = {"lines": [{"sku": "GX-300", "quantity": 3, "unit_price": 7}]}
    changed = await buyer.patch(path, body, if_match=order.headers["etag"])

    assert (changed["amount"]["amount"], changed["quantity"]) == (21, 3)
    assert [each["sku"] for each in await lines_of(place, order)] == ["GX-300"]
    submitted = await buyer.act(path, "submit")
    late = await buyer.patch(path, body, if_match=submitted.headers["etag"])
    assert late.problem == "invalid_transition"


async def test_a_partner_uses_a_number_of_its_own_once(tenant: Tenant):
    place = await world(tenant)
    buyer, other = await place.partner(), await place.partner()
    await drafts_order(buyer, number="PO-1")

    assert (await drafts_order(buyer, number="PO-1")).problem == "already_exists"
    assert (await drafts_order(other, number="PO-1")).status == 201


async def test_an_order_that_passes_the_checks_waits_for_a_person_where_no_policy_accepts_it(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)

    order = await submits_order(buyer, deal_id=deal["id"])

    assert (order["status"], order["policy_version"]) == ("validated", 0)
    assert [(each["rule"], each["result"]) for each in order["decision_trace"]] == [
        ("deal_is_live", "true"),
        ("within_registration", "true"),
        ("same_customer", "true"),
        ("at_its_price", "true"),
        ("can_be_sold", "true"),
        ("in_territory", "true"),
        ("has_credentials", "true"),
        ("no_credit_hold", "true"),
    ]
    accepted = await place.vendor.act(f"/v1/orders/{order['id']}", "accept")
    assert accepted["status"] == "accepted"
    (event,) = await events_of(place, "order.accepted.v1")
    assert (event["order_id"], event["deal_id"], event["net"]["amount"], event["automatic"]) == (
        order["id"],
        deal["id"],
        65_000,
        False,
    )


async def test_an_order_beyond_what_is_left_of_its_deal_goes_to_a_person(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer, amount={"amount": 60_000, "currency": "EUR"})

    order = await submits_order(buyer, deal_id=deal["id"])

    assert order["status"] == "submitted"
    told = next(each for each in order["decision_trace"] if each["rule"] == "within_registration")
    assert (told["result"], told["reasons"], told["inputs"]) == ("false", ["within_registration"], None)
    seen = await place.vendor.get(f"/v1/orders/{order['id']}")
    inputs = next(each["inputs"] for each in seen["decision_trace"] if each["rule"] == "within_registration")
    assert inputs["deal.remaining"] == 60_000
    validated = await place.vendor.act(f"/v1/orders/{order['id']}", "validate", {"reason": "A larger project."})
    assert (validated["status"], validated["decision_reason"]) == ("validated", "A larger project.")


async def test_a_published_policy_accepts_small_orders_without_a_person_and_rejects_what_fails(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner(tier="gold")
    rules = [{"code": "no_direct", "when": 'order.kind != "direct"', "outcome": "fail", "reason": "Not direct."}]
    policy = {"name": "Ours", "rules": rules, "accept_when": "order.amount <= 70000 && partner.tier == 'gold'"}
    made = await place.vendor.post("/v1/order-policies", policy)
    await place.vendor.act(f"/v1/order-policies/{made['id']}", "publish")

    small = await submits_order(buyer, kind="sell_through")
    large = await submits_order(
        buyer, kind="sell_through", lines=[{"sku": "GX-1", "quantity": 1, "unit_price": 70_001}]
    )
    direct = await submits_order(buyer)

    assert (small["status"], small["policy_version"]) == ("accepted", 1)
    assert small["decision_trace"][-1]["rule"] == "accept_when"
    assert large["status"] == "validated"
    assert (direct["status"], direct["decision_reason"]) == ("rejected", "no_direct")
    assert [each["automatic"] for each in await events_of(place, "order.accepted.v1")] == [True]
    assert [each["reason"] for each in await events_of(place, "order.rejected.v1")] == ["no_direct"]


async def test_a_rule_or_condition_that_cannot_be_used_is_refused_where_it_stands(tenant: Tenant):
    place = await world(tenant)
    rules = [{"code": "odd", "when": "order.colour == 'red'"}]

    refused = await place.vendor.post(
        "/v1/order-policies", {"name": "Ours", "rules": rules, "accept_when": "order.amount"}
    )

    assert refused.status == 422
    assert [each["pointer"] for each in refused.json["errors"]] == ["/rules/0/when", "/accept_when"]


async def test_an_order_on_credit_hold_is_not_accepted_until_the_hold_is_lifted(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    assert (await drafts_order(buyer, credit_hold=False)).problem == "forbidden"
    order = await submits_order(place.vendor, partner_id=buyer.partner_id, credit_hold=True)
    path = f"/v1/orders/{order['id']}"

    assert order["status"] == "submitted"
    validated = await place.vendor.act(path, "validate")
    assert (await place.vendor.act(path, "accept")).problem == "on_credit_hold"
    await place.vendor.patch(path, {"credit_hold": False}, if_match=validated.headers["etag"])
    assert (await place.vendor.act(path, "accept"))["status"] == "accepted"


async def test_a_partner_calls_off_its_order_until_it_is_accepted_and_the_vendor_until_it_is_delivered(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    early, late = await submits_order(buyer), await accepted_order(place, buyer)
    path = f"/v1/orders/{late['id']}"

    assert (await buyer.act(f"/v1/orders/{early['id']}", "cancel"))["status"] == "cancelled"
    assert (await buyer.get(path))["allowed_actions"] == []
    assert (await buyer.act(path, "cancel")).problem == "forbidden"
    assert (await place.vendor.act(path, "cancel", {"reason": "Out of stock"}))["status"] == "cancelled"
    assert [each["reason"] for each in await events_of(place, "order.cancelled.v1")] == ["unspecified", "Out of stock"]


async def test_nothing_is_ordered_by_or_accepted_for_a_partner_that_is_suspended(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    drafted, validated = await drafts_order(buyer), await submits_order(buyer)

    await place.tells_of(buyer.partner_id, status="suspended")

    assert (await buyer.act(f"/v1/orders/{drafted['id']}", "submit")).problem == "partner_not_active"
    assert (await place.vendor.act(f"/v1/orders/{validated['id']}", "accept")).problem == "partner_not_active"


async def test_a_rival_sees_no_order_and_no_line_and_cannot_name_the_deal(tenant: Tenant):
    place = await world(tenant)
    buyer, rival = await place.partner(), await place.partner()
    deal = await submits(buyer)
    order = await submits_order(buyer, deal_id=deal["id"])

    for path in ("/v1/orders", "/v1/order-lines", "/v1/order-matches"):
        assert (await rival.get(path))["data"] == []
    assert (await rival.get(f"/v1/orders/{order['id']}")).status == 404
    assert (await rival.get(f"/v1/orders/{order['id']}/fulfilments")).status == 404
    named = await drafts_order(rival, deal_id=deal["id"])
    missing = await drafts_order(rival, deal_id="deal_01h455vb4pex5vsknk084sn02q")
    assert (named.status, named.json["errors"]) == (missing.status, missing.json["errors"])


async def test_a_partner_names_no_partner_that_it_has_nothing_to_do_with(tenant: Tenant):
    place = await world(tenant)
    buyer, other = await place.partner(), await place.partner()

    refused = await drafts_order(buyer, sell_to_partner_id=other.partner_id)
    allowed = await drafts_order(
        place.vendor, partner_id=buyer.partner_id, sell_to_partner_id=other.partner_id, kind="sell_in"
    )

    assert [each["pointer"] for each in refused.json["errors"]] == ["/sell_to_partner_id"]
    assert allowed["sell_to_partner_id"] == other.partner_id


async def test_an_order_is_in_the_currency_of_its_deal(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)

    refused = await drafts_order(buyer, deal_id=deal["id"], currency="USD")

    assert [(each["pointer"], each["code"]) for each in refused.json["errors"]] == [("/currency", "currency_mismatch")]


async def test_a_won_deal_is_ordered_for_at_what_it_was_won_with(tenant: Tenant):
    place = await world(tenant)
    buyer = await place.partner()
    deal = await submits(buyer)
    await wins(buyer, deal, amount=65_000, on=place.today())

    order = await submits_order(buyer, deal_id=deal["id"])

    assert order["status"] == "validated"
    more = await submits_order(buyer, deal_id=deal["id"], lines=[{"sku": "GX-1", "quantity": 1, "unit_price": 65_001}])
    assert more["status"] == "submitted"


def test_lines_too_large_to_be_told_exactly_are_refused_one_by_one_or_together():
    one = Priced(2, LARGEST)
    half = Priced(1, LARGEST // 2 + 1)

    assert [each.pointer for each in faults_of_lines([Priced(1, 1), one])] == ["/lines/1/unit_price"]
    assert [each.pointer for each in faults_of_lines([half, half])] == ["/lines"]
    assert faults_of_lines([half]) == []
    assert total([Priced(3, 5), Priced(2, 10)]) == 35


AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "protected_until", "ordered_on", "live"),
    [
        ("approved", AT + timedelta(days=1), AT.date(), True),
        ("approved", None, AT.date(), True),
        ("expired", AT - timedelta(days=89), AT.date(), True),
        ("expired", AT - timedelta(days=90), AT.date(), False),
        ("won", AT - timedelta(days=900), AT.date(), True),
        ("lost", AT + timedelta(days=1), AT.date(), False),
        ("revoked", AT + timedelta(days=1), AT.date(), False),
        ("draft", None, AT.date(), False),
    ],
)
def test_a_deal_is_ordered_for_while_it_lives_and_ninety_days_after(
    status: str, protected_until: datetime | None, ordered_on: date, live: bool
):
    assert is_live(status=status, ordered_on=ordered_on, at=AT, protected_until=protected_until) == live


FACTS: dict[str, Any] = {"order.kind": "direct", "order.amount": 500, "order.currency": "EUR"}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        ({}, "validated"),
        ({"order.credit_hold": False, "deal.live": True, "deal.remaining": 500}, "validated"),
        ({"order.credit_hold": True}, "submitted"),
        ({"deal.live": False}, "submitted"),
        ({"deal.remaining": 499}, "submitted"),
        ({"order.can_be_sold": False}, "submitted"),
        ({"deal.same_customer": False}, "submitted"),
    ],
)
def test_the_built_in_checks_refer_what_they_do_not_let_pass(facts: dict[str, Any], status: str):
    assert BUILT_IN_POLICY.decide(FACTS | facts).status == status


@pytest.mark.parametrize(
    ("accept_when", "status"),
    [(None, "validated"), ("order.amount <= 500", "accepted"), ("order.amount < 500", "validated")],
)
def test_a_policy_accepts_what_passed_and_meets_its_condition(accept_when: str | None, status: str):
    policy = policy_of(name="p", version=1, rules=[{"code": "any", "when": "true"}], accept_when=accept_when)

    assert policy.decide(FACTS).status == status


def test_a_condition_that_cannot_be_decided_accepts_nothing():
    policy = policy_of(name="p", version=1, rules=[{"code": "any", "when": "true"}], accept_when="deal.remaining > 0")

    assert policy.decide(FACTS).status == "validated"
    with pytest.raises(InvalidRule):
        policy_of(name="p", version=1, rules=[], accept_when=None)
