"""Checks of orders as a policy over facts. Every check must hold; what does not refers to a person, or rejects. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shared.errors import Fault
from shared.rules import FAIL, PASS, Condition, Evaluation, FactSet, InvalidRule, Kind, Mode, Policy, Rule, compile_rule

FACTS: Final = FactSet(
    "order",
    {
        "partner.tier": Kind.STRING,
        "order.kind": Kind.STRING,
        "order.amount": Kind.MONEY,
        "order.currency": Kind.STRING,
        "order.quantity": Kind.INT,
        "order.credit_hold": Kind.BOOL,
        # By how much it is below the partner's prices; missing where one is not known and nothing is below the others.
        "order.price.below": Kind.MONEY,
        # Missing where the vendor keeps no catalogue.
        "order.can_be_sold": Kind.BOOL,
        "customer.country": Kind.STRING,
        # Missing where the customer's country or the partner's territories are not known.
        "partner.covers_country": Kind.BOOL,
        # Missing where a product requires a credential, or is not in the catalogue.
        "partner.has_credentials": Kind.BOOL,
        # All are missing for an order without a deal; what remains also where the deal has no amount, less what is ordered already;
        # whether the customer is the deal's where the order names none.
        "deal.live": Kind.BOOL,
        "deal.remaining": Kind.MONEY,
        "deal.same_customer": Kind.BOOL,
    },
)
_BUILT_IN_RULES: Final = (
    Rule(
        code="deal_is_live",
        when="!deal.live.known || deal.live",
        reason="The deal is neither approved nor won, or its protection and the 90 days after it are over.",
    ),
    Rule(
        code="within_registration",
        when="!deal.remaining.known || order.amount <= deal.remaining",
        reason="More is ordered than is left of what the deal was registered for.",
    ),
    Rule(
        code="same_customer",
        when="!deal.same_customer.known || deal.same_customer",
        reason="The order is for another customer than the deal.",
    ),
    Rule(
        code="at_its_price",
        when="!order.price.below.known || order.price.below == 0",
        reason="The lines are below the partner's prices.",
    ),
    Rule(
        code="can_be_sold",
        when="!order.can_be_sold.known || order.can_be_sold",
        reason="Something of it is not in the catalogue, or not sold on that day or in the customer's country.",
    ),
    Rule(
        code="in_territory",
        when="!partner.covers_country.known || partner.covers_country",
        reason="The customer's country is not among the partner's territories.",
    ),
    Rule(
        code="has_credentials",
        when="!partner.has_credentials.known || partner.has_credentials",
        reason="A product needs a credential that the partner does not have.",
    ),
    Rule(
        code="no_credit_hold",
        when="!order.credit_hold.known || !order.credit_hold",
        reason="The partner's account is on hold.",
    ),
)
BUILT_IN: Final = tuple(each.code for each in _BUILT_IN_RULES)
"""The codes of the checks that are made where a vendor has written none."""


@dataclass(frozen=True, slots=True)
class OrderPolicy:
    """Checks, and the condition under which an order that passed them is accepted at once; without one, a person accepts."""

    checks: Policy
    accept_when: Condition | None

    def decide(self, values: Mapping[str, object]) -> "Decision":
        """Return what becomes of a submitted order with these facts; on credit hold none is accepted, whatever the policy says."""
        evaluation = self.checks.evaluate(values)
        accepted = None
        if evaluation.outcome == PASS and self.accept_when is not None and not values.get("order.credit_hold"):
            accepted = self.accept_when.evaluate(values).holds
        return Decision(evaluation, accepted)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome of every check; `accepted` is None where acceptance was not asked."""

    evaluation: Evaluation
    accepted: bool | None

    @property
    def status(self) -> str:
        """The state a submitted order is in afterwards: submitted still, where a person has to look at it."""
        if self.evaluation.outcome == FAIL:
            return "rejected"
        if self.evaluation.outcome != PASS:
            return "submitted"
        return "accepted" if self.accepted else "validated"


BUILT_IN_POLICY: Final = OrderPolicy(
    Policy(name="built-in", version=0, facts=FACTS, mode=Mode.ALL_OF, rules=_BUILT_IN_RULES, default=PASS), None
)


def policy_of(*, name: str, version: int, rules: Iterable[Mapping[str, Any]], accept_when: str | None) -> OrderPolicy:
    """Return a policy from its stored parts; raises InvalidRule naming every fault, with pointers such as /rules/0/when."""
    faults: list[Fault] = []
    checks = condition = None
    try:
        written = tuple(Rule(**rule) for rule in rules)
        checks = Policy(name=name, version=version, facts=FACTS, mode=Mode.ALL_OF, rules=written, default=PASS)
    except InvalidRule as invalid:
        faults.extend(invalid.errors)
    try:
        condition = None if accept_when is None else compile_rule(accept_when, facts=FACTS, pointer="/accept_when")
    except InvalidRule as invalid:
        faults.extend(invalid.errors)
    if faults or checks is None:
        raise InvalidRule(errors=faults)
    return OrderPolicy(checks, condition)
