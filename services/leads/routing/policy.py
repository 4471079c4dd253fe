"""The policy in force: what an eligibility condition may speak of, and the built-in one for vendors who wrote none."""

from dataclasses import dataclass

from shared.db.pool import Record
from shared.rules import Condition, FactSet, Kind, compile_rule

FACTS = FactSet(
    "routing",
    {
        "lead.country": Kind.STRING,
        "lead.product_family": Kind.STRING,
        "lead.source": Kind.STRING,
        "lead.amount": Kind.MONEY,
        "lead.currency": Kind.STRING,
        "partner.status": Kind.STRING,
        "partner.country": Kind.STRING,
        "partner.tier": Kind.STRING,
        "partner.types": Kind.STRINGS,
        "partner.territories": Kind.STRINGS,
        "partner.covers_country": Kind.BOOL,
        "partner.product_families": Kind.STRINGS,
        "partner.sells_family": Kind.BOOL,
        "partner.open_leads": Kind.INT,
        "partner.capacity": Kind.INT,
    },
)

# A partner that names no territory or family is not restricted to any.
DEFAULT_ELIGIBILITY = "partner.covers_country && partner.sells_family"
DEFAULT_ACCEPT_WITHIN_HOURS = 24
DEFAULT_HOP_LIMIT = 3


@dataclass(frozen=True, slots=True)
class RoutingPolicy:
    """One immutable version of a vendor's routing; version 0 is built in."""

    version: int
    strategy: str
    eligibility: Condition
    accept_within_hours: int
    hop_limit: int


def condition(expression: str) -> Condition:
    """Return the checked condition; raises InvalidRule at `/eligibility`."""
    return compile_rule(expression, facts=FACTS, pointer="/eligibility")


BUILT_IN = RoutingPolicy(
    0, "round_robin", condition(DEFAULT_ELIGIBILITY), DEFAULT_ACCEPT_WITHIN_HOURS, DEFAULT_HOP_LIMIT
)


def policy_of(row: Record | None) -> RoutingPolicy:
    """Return the policy of a published row, or the built-in one."""
    if row is None:
        return BUILT_IN
    return RoutingPolicy(
        row["policy_version"],
        row["strategy"],
        condition(row["eligibility"]),
        row["accept_within_hours"],
        row["hop_limit"],
    )
