"""Which components of which plan a sale matches, and why the others do not."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal

from services.incentives.directory import commands as directory
from services.incentives.earnings.schemas import ComponentCode, PlanUsedOut, ReasonCode, RuleVerdictOut
from services.incentives.exchange.queries import rate_on
from services.incentives.exchange.rules import Rate, converted
from services.incentives.plans import conditions
from services.incentives.plans.queries import candidates
from services.incentives.plans.rules import Assigned, Choice, Version, choose
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.rules import Result, Verdict

Told = tuple[ComponentCode, str]
# Components, each with its plan.
Paid = AbstractSet[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Match:
    """A component that a sale matches, and the exchange rate to its plan's currency where that is another."""

    plan: PlanUsedOut
    component: dict[str, Any]
    fx: Rate | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why nothing was earned, or why it waits."""

    code: ReasonCode
    detail: str
    plan_id: str | None = None
    component: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """What became of a partner's part of a sale: the matches, every rule looked at, and why where nothing matched."""

    outcome: Literal["accrued", "nothing", "waiting"]
    tier: str | None
    matches: tuple[Match, ...]
    rules: tuple[RuleVerdictOut, ...]
    reasons: tuple[Reason, ...]


async def resolve(
    tx: Tx, sale: Record, *, partner_id: str, partner: Record | None, frozen: Mapping[str, Rate], paid: Paid
) -> Resolution:
    """Return what a partner's part of a sale matches now, by the plan and tier of that partner on the day of the sale.

    Conditions and minimums are about the sale as a whole. `frozen` has the rates, by plan currency, that it has used;
    `paid` the components by which the win of its deal has paid already, where this came of the deal later.
    """
    if partner is None:
        detail = "The partner is not known here yet; the sale is accrued when it is."
        return Resolution("waiting", None, (), (), (Reason("partner_unknown", detail),))
    tier = await directory.tier_on(tx, partner_id=partner_id, day=sale["closed_on"])
    assigned, versions = await candidates(tx, partner_id=partner_id)
    choice = choose(day=sale["closed_on"], tier=tier, assigned=assigned, versions=versions)
    rules = _rejected(choice)
    if choice.assigned is None or choice.version is None:
        reasons = tuple(Reason(each.reason, each.detail, each.plan_id) for each in rules)
        no_plan = Reason("no_plan", "No plan is assigned to the partner, its tier, or all partners.")
        return Resolution("nothing", tier, (), rules, reasons or (no_plan,))
    quote = choice.assigned.currency
    rate = frozen.get(quote)
    if rate is None and quote != sale["currency"]:
        rate = await rate_on(tx, base=sale["currency"], quote=quote, day=sale["closed_on"])
        if rate is None:
            detail = f"There is no exchange rate from {sale['currency']} to {quote} for {sale['closed_on']}."
            waits = Reason("no_exchange_rate", detail, choice.assigned.plan_id)
            return Resolution("waiting", tier, (), rules, (waits,))
    return _matched(sale, partner, tier, choice.assigned, choice.version, rate, rules, paid)


def _matched(
    sale: Record,
    partner: Record,
    tier: str | None,
    assigned: Assigned,
    version: Version,
    rate: Rate | None,
    rejected: tuple[RuleVerdictOut, ...],
    paid: Paid,
) -> Resolution:
    facts = _facts(sale, partner, tier)
    basis = converted(sale["amount"], rate)
    plan = PlanUsedOut(
        plan_id=assigned.plan_id,
        name=assigned.plan_name,
        version_id=version.id,
        number=version.number,
        level=assigned.level,
        currency=assigned.currency,
    )
    judged = [
        _judged(component, facts, basis, assigned, elsewhere=_elsewhere(component, sale, assigned, paid))
        for component in version.components
    ]
    matches = tuple(
        Match(plan, component, rate)
        for component, rule in zip(version.components, judged, strict=True)
        if rule.outcome == "matched"
    )
    reasons = () if matches else tuple(Reason(r.reason, r.detail, r.plan_id, r.component) for r in judged)
    return Resolution("accrued" if matches else "nothing", tier, matches, (*judged, *rejected), reasons)


def _judged(
    component: dict[str, Any], facts: dict[str, object], basis: Decimal, assigned: Assigned, *, elsewhere: Told | None
) -> RuleVerdictOut:
    condition: str | None = component["condition"]
    inputs: dict[str, Any] = {}
    reason: ComponentCode
    if elsewhere is not None:
        reason, detail = elsewhere
    elif basis <= 0:
        reason, detail = "nothing_sold", "It was sold for nothing."
    elif component["minimum"] is not None and basis < component["minimum"]:
        reason, detail = "below_minimum", "The sale is below the minimum of this component."
    elif condition is None:
        reason, detail = "unconditional", "The component is for every sale."
    else:
        verdict = conditions.judge(condition, facts)
        inputs = dict(verdict.to_json()["inputs"])  # type: ignore[call-overload]
        reason, detail = _told(verdict)
    return RuleVerdictOut(
        plan_id=assigned.plan_id,
        plan=assigned.plan_name,
        component=component["code"],
        outcome="matched" if reason in ("unconditional", "condition_true") else "rejected",
        reason=reason,
        detail=detail,
        condition=condition,
        inputs=inputs,
    )


_PAID_AT_WIN: Final[Told] = "paid_from_deals", "The component has paid when the deal was won, and pays it once."
# What components are paid from, and what they are not paid from then.
_PAYING: Final[Mapping[str, Told]] = {
    "deals": ("paid_from_deals", "when the deal is won"),
    "orders": ("paid_from_orders", "from what is delivered and sold out on the deal, match by match"),
    "licences": ("paid_from_licences", "from the recurring invoices of the deal's licences, each by itself"),
}
_NOT_PAYING: Final[Mapping[str, str]] = {
    "deals": "its win",
    "orders": "what is delivered on it",
    "licences": "recurring invoices of licences",
}


def _elsewhere(component: dict[str, Any], sale: Record, assigned: Assigned, paid: Paid) -> Told | None:
    """Why a component is not paid from this sale but from another, if it is."""
    if component["source"] != sale["source"]:
        code, paying = _PAYING[component["source"]]
        return code, f"The component is paid {paying}, and not from {_NOT_PAYING[sale['source']]}."
    return _PAID_AT_WIN if (assigned.plan_id, component["code"]) in paid else None


def _told(verdict: Verdict) -> Told:
    match verdict.result:
        case Result.TRUE:
            return "condition_true", "The condition holds."
        case Result.FALSE:
            return "condition_false", "The condition does not hold for this sale."
        case Result.ERROR:
            return "condition_unreadable", f"The condition cannot be decided: {verdict.error}."


def _rejected(choice: Choice) -> tuple[RuleVerdictOut, ...]:
    return tuple(
        RuleVerdictOut(
            plan_id=each.plan_id,
            plan=each.plan_name,
            component=None,
            outcome="rejected",
            reason=each.reason,
            detail=each.detail,
            condition=None,
            inputs={},
        )
        for each in choice.rejected
    )


def _facts(sale: Record, partner: Record, tier: str | None) -> dict[str, object]:
    term_no = sale["licence_term_no"]
    return {
        "deal.product_family": sale["product_family"],
        "deal.sku": sale["sku"],
        "deal.country": sale["country"],
        "deal.amount": sale["amount"],
        "deal.currency": sale["currency"],
        "deal.from_lead": sale["lead_id"] is not None,
        "deal.closed_on": datetime.combine(sale["closed_on"], time.min, tzinfo=UTC),
        "licence.kind": sale["licence_kind"],
        "licence.term_no": term_no,
        "licence.is_renewal": None if term_no is None else term_no > 1,
        "partner.tier": tier,
        "partner.country": partner["country"],
        "partner.types": partner["partner_types"],
    }
