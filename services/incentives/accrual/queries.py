"""Why a deal has earned what it has, or nothing."""

from typing import Any, Final

import orjson
from sqlalchemy import bindparam, select

from services.incentives.accrual.schemas import DealExplanationOut, EarnedOut, ReasonOut
from services.incentives.accrual.tables import recalculations, sales
from services.incentives.earnings.schemas import RuleVerdictOut
from services.incentives.earnings.tables import earnings
from shared.db.filters import InvalidParameter
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource, renamed
from shared.db.statements import TENANT, Statement
from shared.errors import Fault, NotFound
from shared.values.ids import is_id
from shared.values.money import Money, to_major
from shared.web.models import MoneyOut

RECALCULATIONS: Final = Resource(
    "recalculation",
    recalculations,
    (
        "partner_id",
        renamed("from", "period_from"),
        renamed("to", "period_to"),
        "sales",
        "lines",
        "differences",
        "requested_by",
    ),
    expands={"partner_id": "partners"},
    permission="recalculations:read",
    filters=("partner_id",),
)
_SALES: Final = Resource("sale", sales, ("partner_id",), permission="explanations:read")
_EARNED = Statement(
    select(
        earnings.c.id, earnings.c.kind, earnings.c.status, earnings.c.component, earnings.c.amount, earnings.c.currency
    )
    .where(
        earnings.c.tenant_id == TENANT,
        earnings.c.deal_id == bindparam("deal_id"),
        earnings.c.partner_id == bindparam("partner_id"),
    )
    .order_by(earnings.c.created_at, earnings.c.id)
)


async def explain_deal(read: Read, *, deal_id: str | None) -> DealExplanationOut:
    """Return why a deal has earned what it has; one that is hidden from the caller looks like one that was not won."""
    if deal_id is None or not is_id(deal_id, "deal"):
        raise InvalidParameter(errors=[Fault("deal_id", "required", "Name the deal.")])
    try:
        sale = await read.get(_SALES, deal_id)
    except NotFound:
        return _not_won(deal_id)
    earned = await read.all(_EARNED, deal_id=deal_id, partner_id=sale["partner_id"])
    reasons = [ReasonOut.model_validate(each) for each in orjson.loads(sale["reasons"])]
    return DealExplanationOut(
        object="deal_explanation",
        deal_id=deal_id,
        partner_id=sale["partner_id"],
        outcome=sale["outcome"],
        tier=sale["tier"],
        closed_on=sale["closed_on"],
        reasons=reasons,
        rules=[RuleVerdictOut.model_validate(each) for each in orjson.loads(sale["rules"])],
        earnings=[_earned(row) for row in earned],
        text={"en": _told(sale["outcome"], reasons, earned)},
    )


def _not_won(deal_id: str) -> DealExplanationOut:
    detail = "No won deal of this id is known here; only won deals earn."
    return DealExplanationOut(
        object="deal_explanation",
        deal_id=deal_id,
        partner_id=None,
        outcome="not_won",
        tier=None,
        closed_on=None,
        reasons=[ReasonOut(code="not_won", detail=detail, plan_id=None, component=None)],
        rules=[],
        earnings=[],
        text={"en": detail},
    )


def _earned(row: Record) -> EarnedOut:
    amount = MoneyOut(amount=row["amount"], currency=row["currency"])
    return EarnedOut(earning_id=row["id"], kind=row["kind"], status=row["status"], rule=row["component"], amount=amount)


_OPENING: Final = {
    "accrued": "The deal has earned",
    "nothing": "The deal earns nothing.",
    "waiting": "The deal is won, and waits to be accrued.",
}


def _told(outcome: str, reasons: list[ReasonOut], earned: list[Any]) -> str:
    opening = _OPENING[outcome]
    if outcome != "accrued":
        return " ".join([opening, *dict.fromkeys(each.detail for each in reasons)])
    sums: dict[str, int] = {}
    for row in earned:
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["amount"]
    listed = ", ".join(f"{to_major(Money(amount, code))} {code}" for code, amount in sorted(sums.items()))
    return f"{opening} {listed or 'nothing so far: its rate is zero, or the cap of the period is reached'}."
