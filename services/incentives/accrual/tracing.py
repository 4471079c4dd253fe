"""Builds the trace that is frozen with a line."""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any, Final

from services.incentives.accrual.crediting import Outcome
from services.incentives.earnings.schemas import (
    BandsOut,
    BasisOut,
    CorrectionOut,
    FxOut,
    PartnerUsedOut,
    PlanUsedOut,
    RoundingOut,
    RuleVerdictOut,
    ShareOut,
    SourceOut,
    SplitOut,
    TraceOut,
)
from services.incentives.plans.rules import EXACT, Credit, Terms, plain, rate_at, terms_of
from shared.db.pool import Record
from shared.values.basis_points import WHOLE, percent
from shared.web.models import MoneyOut

# What a sale and what came back of it are called, by what they are known from; and what the basis of each is.
EVENTS: Final = {
    ("deals", "sale"): "sale",
    ("deals", "return"): "return",
    ("orders", "sale"): "match",
    ("orders", "return"): "match_return",
    ("orders", "credit"): "match_credit",
    ("licences", "sale"): "licence_invoice",
    ("licences", "return"): "licence_unserved",
}
BASES: Final = {"deals": "booking", "orders": "delivery", "licences": "invoice"}


def trace_of(
    row: Record,
    outcome: Outcome,
    *,
    part: Mapping[str, Any],
    kind: str,
    happened: int,
    exact: Decimal,
    rounded: int,
    correction: CorrectionOut | None,
) -> dict[str, Any]:
    """Return how a line of a contribution came to be, as JSON; `happened` is what was sold or came back in all, by an event of a `kind`."""
    terms = terms_of(row["terms"]["component"])
    is_sale = row["source"] == "sale"
    whole = MoneyOut(amount=happened, currency=part["currency"])
    amount = MoneyOut(amount=row["amount"], currency=part["currency"])
    trace = TraceOut(
        event=SourceOut(
            type=EVENTS[part["source"], kind],
            id=row["source_id"],
            deal_id=part["deal_id"],
            licence_id=part["licence_id"],
            happened_on=row["happened_on"],
            recorded_at=row["happened_at"],
            amount=whole,
        ),
        plan=PlanUsedOut.model_validate(row["terms"]["plan"]),
        partner=PartnerUsedOut.model_validate(row["terms"]["partner"]),
        component=row["component"],
        rules=[RuleVerdictOut.model_validate(each) for each in part["rules"]],
        basis=BasisOut(kind=BASES[part["source"]], amount=amount, exclusions=[]),
        split=None if part["basis_points"] == WHOLE else _split(part, whole=whole, amount=amount),
        fx=None if row["fx"] is None else _fx(row),
        bands=_bands(row, outcome.credit, terms) if is_sale else None,
        rate=plain(rate_at(outcome.credit.after, terms.bands)) if is_sale else None,
        cap=None if terms.cap is None else MoneyOut(amount=terms.cap, currency=row["currency"]),
        share=_share(row, outcome),
        correction=correction,
        rounding=RoundingOut(rule="half_even", exact=plain(exact), rounded=rounded),
    )
    return trace.model_dump(mode="json", by_alias=True)


def _split(part: Mapping[str, Any], *, whole: MoneyOut, amount: MoneyOut) -> SplitOut:
    share = part["basis_points"]
    return SplitOut(role=part["role"], basis_points=share, pct=percent(share), whole=whole, part=amount)


def _fx(row: Record) -> FxOut:
    with localcontext(EXACT):
        return FxOut.model_validate({**row["fx"], "converted": plain(abs(Decimal(row["basis"])))})


def _share(row: Record, outcome: Outcome) -> ShareOut | None:
    if outcome.sold is None:
        return None
    returned = min(row["amount"], outcome.sold.amount - outcome.sold.returned)
    return ShareOut(returned=returned, sold=outcome.sold.amount, original=outcome.sold.original)


def _bands(row: Record, credit: Credit, terms: Terms) -> BandsOut:
    return BandsOut.model_validate(
        {
            "mode": terms.mode,
            "period": row["period"],
            "before": plain(credit.before),
            "after": plain(credit.after),
            "steps": list(_steps(credit, terms)),
        }
    )


def _steps(credit: Credit, terms: Terms) -> list[dict[str, Any]]:
    """The bands that the sale itself ran through; a retroactive one is paid at the rate of the band it reached."""
    with localcontext(EXACT):
        steps = []
        for band in terms.bands:
            end = credit.after if band.end is None else Decimal(band.end)
            if terms.mode == "marginal":
                amount = min(end, credit.after) - max(Decimal(band.start), credit.before)
            else:
                reached = band.start <= credit.after and (band.end is None or credit.after < band.end)
                amount = credit.after - credit.before if reached else Decimal(0)
            if amount > 0:
                commission = plain(amount * band.rate)
                rate = plain(band.rate)
                steps.append(
                    {
                        "from": band.start,
                        "to": band.end,
                        "rate": rate,
                        "amount": plain(amount),
                        "commission": commission,
                    }
                )
        return steps
