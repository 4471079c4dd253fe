"""Why a deal has earned what it has, or nothing."""

from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import bindparam, or_, select

from services.incentives.accrual.schemas import DealExplanationOut, DealShareOut, EarnedOut, ReasonOut
from services.incentives.accrual.tables import parts, recalculations
from services.incentives.earnings.schemas import RuleVerdictOut
from services.incentives.earnings.tables import earnings
from shared.db.filters import InvalidParameter
from shared.db.list_parameters import LONGEST_CHOICE
from shared.db.pool import Record
from shared.db.read import Read
from shared.db.resource import Resource, renamed
from shared.db.statements import TENANT, Statement
from shared.db.visibility import shape_of, within
from shared.errors import Fault
from shared.values.basis_points import percent
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
_EARNED = Statement(
    select(
        earnings.c.id,
        earnings.c.sale_id,
        earnings.c.deal_id,
        earnings.c.kind,
        earnings.c.status,
        earnings.c.component,
        earnings.c.amount,
        earnings.c.currency,
    )
    .where(
        earnings.c.tenant_id == TENANT,
        earnings.c.deal_id == bindparam("deal_id"),
        earnings.c.partner_id == bindparam("partner_id"),
        or_(
            bindparam("sale", type_=earnings.c.sale_id.type).is_(None),
            earnings.c.sale_id == bindparam("sale"),
        ),
    )
    .order_by(earnings.c.created_at, earnings.c.id)
)


@lru_cache(maxsize=8)
def _parts(shape: str) -> Statement:
    return Statement(
        select(parts)
        .where(
            parts.c.tenant_id == TENANT,
            parts.c.sale_id == bindparam("sale"),
            parts.c.deal_id == bindparam("deal"),
            *within(parts, shape),
        )
        .order_by(parts.c.basis_points.desc(), parts.c.partner_id)
    )


async def explain_deal(
    read: Read, *, deal_id: str | None, match_id: str | None, partner_id: str | None
) -> DealExplanationOut:
    """Return why a partner has earned what it has on a deal: the one with the largest share, of those named where any is.

    A deal that is hidden from the caller looks like one that was not won, and so does a match of it.
    """
    if deal_id is None or not is_id(deal_id, "deal"):
        raise InvalidParameter(errors=[Fault("deal_id", "required", "Name the deal.")])
    if match_id is not None and not is_id(match_id, "omt"):
        raise InvalidParameter(errors=[Fault("match_id", "invalid_id", "This is not the id of a counted sale.")])
    if partner_id is not None and len(partner_id) > LONGEST_CHOICE:
        raise InvalidParameter(
            errors=[Fault("partner_id", "too_many_values", "At most 200 values, separated by commas.")]
        )
    named = None if partner_id is None else partner_id.split(",")
    seen = await read.all(_parts(shape_of(read.viewer)), deal=deal_id, sale=match_id or deal_id)
    part = next((row for row in seen if named is None or row["partner_id"] in named), None)
    if part is None:
        return _not_won(deal_id, match_id)
    earned = await read.all(_EARNED, deal_id=deal_id, sale=match_id, partner_id=part["partner_id"])
    outcome, reasons = _outcome(part), _reasons(part)
    return DealExplanationOut(
        object="deal_explanation",
        deal_id=deal_id,
        match_id=match_id,
        partner_id=part["partner_id"],
        shares=[_share(row) for row in seen],
        outcome=outcome,
        tier=part["tier"],
        closed_on=part["closed_on"],
        reasons=reasons,
        rules=[RuleVerdictOut.model_validate(each) for each in part["rules"]],
        earnings=[_earned(row) for row in earned],
        text={"en": _told(part, outcome, reasons, earned)},
    )


def _outcome(part: Record) -> Literal["accrued", "nothing", "waiting"]:
    outcome: Literal["accrued", "nothing", "waiting"] = part["outcome"] if part["basis_points"] else "nothing"
    return outcome


def _reasons(part: Record) -> list[ReasonOut]:
    if part["basis_points"]:
        return [ReasonOut.model_validate(each) for each in part["reasons"]]
    detail = "The partner has no share in the deal any more; what it had earned is taken back."
    return [ReasonOut(code="no_share", detail=detail, plan_id=None, component=None)]


def _share(part: Record) -> DealShareOut:
    return DealShareOut(
        partner_id=part["partner_id"],
        role=part["role"],
        basis_points=part["basis_points"],
        pct=percent(part["basis_points"]),
        amount=MoneyOut(amount=part["amount"], currency=part["currency"]),
        outcome=_outcome(part),
    )


def _not_won(deal_id: str, match_id: str | None) -> DealExplanationOut:
    detail = "Nothing of this id is known here; only won deals earn, and what is delivered or sold out on deals."
    return DealExplanationOut(
        object="deal_explanation",
        deal_id=deal_id,
        match_id=match_id,
        partner_id=None,
        shares=[],
        outcome="not_won",
        tier=None,
        closed_on=None,
        reasons=[ReasonOut(code="not_won", detail=detail, plan_id=None, component=None)],
        rules=[],
        earnings=[],
        text={"en": detail},
    )


def _earned(row: Record) -> EarnedOut:
    return EarnedOut(
        earning_id=row["id"],
        match_id=row["sale_id"] if row["sale_id"] != row["deal_id"] else None,
        kind=row["kind"],
        status=row["status"],
        rule=row["component"],
        amount=MoneyOut(amount=row["amount"], currency=row["currency"]),
    )


_WAITS: Final = {
    "deals": "The deal is won, and waits to be accrued.",
    "orders": "What was delivered waits to be accrued.",
}
_SOLD: Final = {"deals": "The deal", "orders": "What was delivered"}


def _told(part: Record, outcome: str, reasons: list[ReasonOut], earned: list[Any]) -> str:
    sold = _SOLD[part["source"]]
    if outcome == "accrued":
        nothing = "nothing so far: its rate is zero, or the cap of the period is reached"
        return f"{sold} has earned {_listed(earned) or nothing}."
    opening = _WAITS[part["source"]] if outcome == "waiting" else f"{sold} earns nothing."
    told = [opening, *dict.fromkeys(each.detail for each in reasons)]
    delivered = _listed([row for row in earned if row["sale_id"] != part["sale_id"]])
    if delivered:
        told.append(f"What was delivered on it has earned {delivered}.")
    return " ".join(told)


def _listed(earned: list[Any]) -> str:
    sums: dict[str, int] = {}
    for row in earned:
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["amount"]
    return ", ".join(f"{to_major(Money(amount, code))} {code}" for code, amount in sorted(sums.items()))
