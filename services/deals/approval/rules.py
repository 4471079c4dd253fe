"""Automatic approval: SPEC D-c as a policy over facts. Every rule must hold; what does not refers to a person, or rejects.

A fact that is new is declared in FACTS and worked out in `policy_facts` of services/deals/registrations/submission.py; policies
that do not speak of it decide as they did, and previews of past decisions take it for unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.deals.approval.steps import ApproverLimit, Step, faults_of, step_of
from services.deals.protection.rules import STANDARD, Terms
from services.deals.reviews.rules import STANDARD as REVIEW
from services.deals.reviews.rules import ReviewTerms, faults_of_review
from shared.rules import PASS, FactSet, InvalidRule, Kind, Mode, Policy, Rule

FACTS: Final = FactSet(
    "deal_approval",
    {
        "partner.active": Kind.BOOL,
        "partner.tier": Kind.STRING,
        "partner.within_quota": Kind.BOOL,
        "partner.covers_country": Kind.BOOL,
        "partner.sells_family": Kind.BOOL,
        # Missing until the partners service tells of agreements and credentials.
        "partner.agreement_in_force": Kind.BOOL,
        "partner.credential_valid": Kind.BOOL,
        "deal.amount": Kind.MONEY,
        "deal.amount_limit": Kind.MONEY,
        "deal.currency": Kind.STRING,
        "deal.product_family": Kind.STRING,
        "deal.completeness": Kind.INT,
        "deal.from_lead": Kind.BOOL,
        "deal.evidence_ok": Kind.BOOL,
        "customer.named": Kind.BOOL,
        "customer.country": Kind.STRING,
        "conflict.class": Kind.STRING,
    },
)
DEFAULT_PROTECTION_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class AmountLimit:
    """Up to which amount, in minor units, a deal can be approved without a person; `tier` None is for every tier."""

    currency: str
    amount: int
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class ProtectionLength:
    """How many days an approved deal of a tier is protected; `tier` None is for every tier."""

    days: int
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovalPolicy:
    """A policy with the limits, lengths and terms that belong to it."""

    policy: Policy
    limits: tuple[AmountLimit, ...]
    lengths: tuple[ProtectionLength, ...]
    terms: Terms = STANDARD
    steps: tuple[Step, ...] = ()
    approver_limits: tuple[ApproverLimit, ...] = ()
    review: ReviewTerms = REVIEW

    def limit(self, *, tier: str | None, currency: str | None) -> int | None:
        """Return the limit of a tier in a currency, in its minor units; None where the policy names none."""
        own = [each for each in self.limits if each.currency == currency and each.tier in (tier, None)]
        return max(own, key=lambda each: each.tier is not None).amount if own else None

    def protection_days(self, tier: str | None) -> int:
        """Return for how many days a deal of this tier is protected."""
        own = [each for each in self.lengths if each.tier in (tier, None)]
        return max(own, key=lambda each: each.tier is not None).days if own else DEFAULT_PROTECTION_DAYS


# About 100,000 euros; a currency that is not here is for a person to decide.
_DEFAULT_LIMITS: Final = (
    AmountLimit("AUD", 16_000_000),
    AmountLimit("CAD", 15_000_000),
    AmountLimit("CHF", 10_000_000),
    AmountLimit("CNY", 80_000_000),
    AmountLimit("CZK", 250_000_000),
    AmountLimit("EUR", 10_000_000),
    AmountLimit("GBP", 8_500_000),
    AmountLimit("HUF", 4_000_000_000),
    AmountLimit("JPY", 16_000_000),
    AmountLimit("KWD", 33_000_000),
    AmountLimit("PLN", 43_000_000),
    AmountLimit("USD", 11_000_000),
)
_DEFAULT_RULES: Final = (
    Rule(code="partner_active", when="partner.active", reason="The partner is not active."),
    Rule(
        code="amount_within_limit",
        when="deal.amount <= deal.amount_limit",
        reason="The amount is above what is approved without a person, or has no limit in its currency.",
    ),
    Rule(code="no_conflict", when='conflict.class == "none"', reason="The deal may meet another registration."),
    Rule(
        code="territory_allowed",
        # Of a partner that nothing was heard of since its territories are told, nothing is held against it.
        when="!partner.covers_country.known || partner.covers_country",
        reason="The customer's country is in none of the partner's territories.",
    ),
    Rule(
        code="agreement_in_force",
        when="!partner.agreement_in_force.known || partner.agreement_in_force",
        reason="The partner's agreement is not in force.",
    ),
    Rule(
        code="credential_valid",
        when="!partner.credential_valid.known || partner.credential_valid",
        reason="The partner lacks a credential that the product family asks for.",
    ),
    Rule(code="not_a_named_account", when="!customer.named", reason="The customer is a named account."),
    Rule(code="complete_enough", when="deal.completeness >= 80", reason="Too little is known of the deal."),
    Rule(code="evidence_given", when="deal.evidence_ok", reason="The deal needs evidence."),
    Rule(code="within_quota", when="partner.within_quota", reason="The partner has as many open as it may have."),
)
BUILT_IN: Final = tuple(each.code for each in _DEFAULT_RULES)
"""The codes of the rules that hold where a vendor has written none."""
DEFAULT: Final = ApprovalPolicy(
    Policy(name="built-in", version=0, facts=FACTS, mode=Mode.ALL_OF, rules=_DEFAULT_RULES, default=PASS),
    _DEFAULT_LIMITS,
    (ProtectionLength(DEFAULT_PROTECTION_DAYS),),
)


def policy_of(
    *,
    name: str,
    version: int,
    rules: Iterable[Mapping[str, Any]],
    amount_limits: Sequence[Mapping[str, Any]],
    protection_days: Sequence[Mapping[str, Any]],
    protection_terms: Mapping[str, Any],
    steps: Sequence[Mapping[str, Any]] = (),
    approver_limits: Sequence[Mapping[str, Any]] = (),
    review: Mapping[str, Any] | None = None,
) -> ApprovalPolicy:
    """Return a policy from its stored parts; raises InvalidRule naming every fault, with pointers such as /rules/0/when."""
    checked = Policy(
        name=name,
        version=version,
        facts=FACTS,
        mode=Mode.ALL_OF,
        rules=tuple(Rule(**rule) for rule in rules),
        default=PASS,
    )
    asked = tuple(step_of(each) for each in steps)
    waits = ReviewTerms.of(review) if review is not None else REVIEW
    if faults := [*faults_of(asked, facts=FACTS), *faults_of_review(waits)]:
        raise InvalidRule(errors=faults)
    limits = tuple(AmountLimit(each["currency"], each["amount"], each["tier"]) for each in amount_limits)
    lengths = tuple(ProtectionLength(each["days"], each["tier"]) for each in protection_days)
    held_to = tuple(ApproverLimit(**each) for each in approver_limits)
    return ApprovalPolicy(checked, limits, lengths, Terms.of(protection_terms), asked, held_to, waits)
