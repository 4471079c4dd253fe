"""Submitting orders, and deciding about them: by the policy, or by a person."""

from typing import Any

from services.deals.consumption.queries import held_registration, remaining_of
from services.deals.directory.queries import Partner, active_partner
from services.deals.order_checks.queries import checked
from services.deals.order_checks.rules import Asked, day_of_prices
from services.deals.order_policies.queries import order_policy_in_force
from services.deals.order_policies.rules import Decision
from services.deals.orders.lifecycle import LIFECYCLE
from services.deals.orders.parties import is_for_customer_of, is_ordered_in_time
from services.deals.orders.queries import lines_of, ordered_besides
from services.deals.orders.rules import OnCreditHold
from services.deals.orders.tables import orders
from services.deals.registrations.decisions import UNSPECIFIED
from services.deals.registrations.tables import deals
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side, vendor_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.errors import Forbidden
from shared.events.catalog.deals import Amount
from shared.events.catalog.orders import OrderAccepted, OrderCancelled, OrderRejected, OrderSubmitted


async def submit(tx: Tx, *, order_id: str, version: int | None) -> Row:
    """Hand an order in; it comes back submitted, validated, accepted or rejected, with the outcome of every check.

    Raises PartnerNotActive for a partner to which nothing new is sold.
    """
    order = await tx.lock_for(orders, order_id, action="submit", lifecycle=LIFECYCLE, version=version)
    partner = await active_partner(tx, order["partner_id"])
    policy = await order_policy_in_force(tx)
    decision = policy.decide(await _facts(tx, order, partner=partner))
    decided = decision.status in ("accepted", "rejected")
    submitted = await tx.update(
        orders,
        order,
        status=decision.status,
        submitted_at=tx.now,
        decision_trace=_trace(decision),
        policy_version=decision.evaluation.version,
        decided_at=tx.now if decided else None,
        decided_by="policy" if decided else None,
        decision_reason=", ".join(decision.evaluation.reasons) if decision.status == "rejected" else None,
    )
    partner_id = submitted["partner_id"]
    event = OrderSubmitted(order_id=order_id, partner_id=partner_id, outcome=submitted["status"])
    tx.emit(event, subject=submitted, audience=[partner_id])
    if decision.status == "accepted":
        _announce_acceptance(tx, submitted, automatic=True)
    if decision.status == "rejected":
        _announce_rejection(tx, submitted, reason=submitted["decision_reason"])
    return submitted


async def validate(tx: Tx, *, order_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Let an order pass though a check has referred it to a person; the trace stays as it was."""
    vendor_only(caller)
    order = await tx.lock_for(orders, order_id, action="validate", lifecycle=LIFECYCLE, version=version)
    return await tx.update(orders, order, status="validated", decision_reason=reason)


async def accept(tx: Tx, *, order_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Accept an order; raises OnCreditHold while the account is on hold, PartnerNotActive for a suspended partner."""
    vendor_only(caller)
    order = await tx.lock_for(orders, order_id, action="accept", lifecycle=LIFECYCLE, version=version)
    if order["credit_hold"]:
        raise OnCreditHold()
    await active_partner(tx, order["partner_id"])
    accepted = await tx.update(orders, order, status="accepted", **_decided(tx, reason))
    _announce_acceptance(tx, accepted, automatic=False)
    return accepted


async def reject(tx: Tx, *, order_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Reject an order."""
    vendor_only(caller)
    order = await tx.lock_for(orders, order_id, action="reject", lifecycle=LIFECYCLE, version=version)
    rejected = await tx.update(orders, order, status="rejected", **_decided(tx, reason))
    _announce_rejection(tx, rejected, reason=reason or UNSPECIFIED)
    return rejected


async def cancel(tx: Tx, *, order_id: str, reason: str | None, version: int | None, caller: Caller) -> Row:
    """Call an order off before anything of it was delivered; once it is accepted, only the vendor does."""
    order = await tx.lock_for(orders, order_id, action="cancel", lifecycle=LIFECYCLE, version=version)
    if order["status"] == "accepted" and not is_vendor_side(caller):
        raise Forbidden("Only the vendor calls off an order that was accepted.")
    cancelled = await tx.update(orders, order, status="cancelled", **_decided(tx, reason))
    event = OrderCancelled(order_id=order_id, partner_id=order["partner_id"], reason=reason or UNSPECIFIED)
    tx.emit(event, subject=cancelled, audience=[order["partner_id"]])
    return cancelled


def _decided(tx: Tx, reason: str | None) -> dict[str, Any]:
    return {"decided_at": tx.now, "decided_by": tx.caller.account_id, "decision_reason": reason}


async def _facts(tx: Tx, order: Record, *, partner: Partner) -> dict[str, Any]:
    """Return what the policy decides by; what is not known of the order is missing."""
    facts = await _facts_of_deal(tx, order)
    country = facts.get("customer.country", order["customer_country"])
    lines = [Asked(each["sku"], each["quantity"], each["amount"]) for each in await lines_of(tx, order["id"])]
    checks = await checked(
        tx,
        partner,
        lines,
        # What another partner sells at, the vendor's price lists do not tell.
        price=order["kind"] != "sell_through",
        currency=order["currency"],
        country=country,
        day=day_of_prices(order["ordered_on"], today=tx.now.date(), is_vendor=is_vendor_side(tx.caller)),
    )
    if order["quote_id"] is not None:
        checks |= {"order.price.below": 0, "order.can_be_sold": True}
    return (
        facts
        | checks
        | {
            "partner.tier": partner.tier,
            "order.kind": order["kind"],
            "order.amount": order["amount"],
            "order.currency": order["currency"],
            "order.quantity": order["quantity"],
            "order.credit_hold": order["credit_hold"],
            "customer.country": country,
        }
    )


async def _facts_of_deal(tx: Tx, order: Record) -> dict[str, Any]:
    """Return what is known of the deal that an order is for."""
    if order["deal_id"] is None:
        return {}
    async with tx.as_engine("the deal may be of a partner below, and what others delivered on it counts as well"):
        deal = await tx.fetch(deals, order["deal_id"])
        registration = await held_registration(tx, deal)
        left = await remaining_of(tx, registration, currency=order["currency"])
        ordered = await ordered_besides(tx, order, [each["id"] for each in registration])
        live = await is_ordered_in_time(tx, order, deal)
        same = await is_for_customer_of(tx, order, deal)
    return {
        "deal.live": live,
        "deal.remaining": None if left is None else max(left - ordered, 0),
        "deal.same_customer": same,
        "customer.country": order["customer_country"] or deal["customer_country"],
    }


def _trace(decision: Decision) -> list[dict[str, Any]]:
    trace: list[dict[str, Any]] = []
    for each in decision.evaluation.trace:
        told = each.to_json()
        trace.append({"rule": each.rule, "reasons": [each.rule] if each.outcome else []} | told)
    if decision.accepted is not None:
        trace.append(_entry("accept_when", "true" if decision.accepted else "false"))
    return trace


def _entry(rule: str, result: str) -> dict[str, Any]:
    unsaid = dict.fromkeys(("outcome", "expression", "inputs", "error", "error_code"))
    return {"rule": rule, "result": result, "reasons": []} | unsaid


def _announce_acceptance(tx: Tx, order: Row, *, automatic: bool) -> None:
    event = OrderAccepted(
        order_id=order["id"],
        partner_id=order["partner_id"],
        deal_id=order["deal_id"],
        net=Amount(amount=order["amount"], currency=order["currency"]),
        automatic=automatic,
    )
    tx.emit(event, subject=order, audience=[order["partner_id"]])


def _announce_rejection(tx: Tx, order: Row, *, reason: str) -> None:
    event = OrderRejected(order_id=order["id"], partner_id=order["partner_id"], reason=reason)
    tx.emit(event, subject=order, audience=[order["partner_id"]])
