"""The facts a component's condition may speak of."""

from typing import Final

from shared.rules import FactSet, Kind, Verdict, compile_rule

FACTS: Final = FactSet(
    "sale",
    {
        "deal.product_family": Kind.STRING,
        "deal.sku": Kind.STRING,  # of what is delivered or invoiced; a deal that is won has none
        "deal.country": Kind.STRING,
        "deal.amount": Kind.MONEY,  # minor units of deal.currency
        "deal.currency": Kind.STRING,
        "deal.from_lead": Kind.BOOL,
        "deal.closed_on": Kind.TIMESTAMP,  # midnight UTC
        "licence.kind": Kind.STRING,
        "licence.term_no": Kind.INT,  # 1 is the first
        "licence.is_renewal": Kind.BOOL,  # every term but the first
        "partner.tier": Kind.STRING,
        "partner.country": Kind.STRING,
        "partner.types": Kind.STRINGS,
    },
)


def check(expression: str, *, pointer: str) -> None:
    """Raise InvalidRule, with faults at `pointer`, for a condition that could not be evaluated."""
    compile_rule(expression, facts=FACTS, pointer=pointer)


def judge(expression: str, values: dict[str, object]) -> Verdict:
    """Return whether a condition, checked when it was saved, holds for a sale."""
    return compile_rule(expression, facts=FACTS).evaluate(values)
