"""Why a deal, or an invoice of a licence, has earned what it has, or nothing."""

from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, bindparam, or_, select

from services.incentives.accrual.schemas import (
    DealExplanationOut,
    DealShareOut,
    EarnedOut,
    LicenceExplanationOut,
    ReasonOut,
)
from services.incentives.accrual.tables import parts, recalculations
from services.incentives.earnings.queries import match_of
from services.incentives.earnings.schemas import ReasonCode, RuleVerdictOut
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


def _lines(*conditions: ColumnElement[bool]) -> Statement:
    return Statement(
        select(
            earnings.c.id,
            earnings.c.sale_id,
            earnings.c.deal_id,
            earnings.c.licence_invoice_id,
            earnings.c.kind,
            earnings.c.status,
            earnings.c.component,
            earnings.c.amount,
            earnings.c.currency,
        )
        .where(earnings.c.tenant_id == TENANT, earnings.c.partner_id == bindparam("partner_id"), *conditions)
        .order_by(earnings.c.created_at, earnings.c.id)
    )


_OF_DEAL = _lines(
    earnings.c.deal_id == bindparam("deal"),
    or_(
        bindparam("sale", type_=earnings.c.sale_id.type).is_(None),
        earnings.c.sale_id == bindparam("sale"),
    ),
)
_OF_INVOICE = _lines(earnings.c.licence_invoice_id == bindparam("invoice"))


@lru_cache(maxsize=8)
def _parts(shape: str) -> Statement:
    return Statement(
        select(parts)
        .where(
            parts.c.tenant_id == TENANT,
            parts.c.sale_id == bindparam("sale"),
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
    named = _named(partner_id)
    seen = [row for row in await _seen(read, match_id or deal_id) if row["deal_id"] == deal_id]
    part = _chosen(seen, named)
    about = {"object": "deal_explanation", "deal_id": deal_id, "match_id": match_id}
    if part is None:
        detail = "Nothing of this id is known here; only won deals earn, and what is delivered or sold out on deals."
        return DealExplanationOut.model_validate({**about, **_nothing("not_won", detail)})
    earned = await read.all(_OF_DEAL, deal=deal_id, sale=match_id, partner_id=part["partner_id"])
    return DealExplanationOut.model_validate({**about, **_explained(part, seen, earned)})


async def explain_invoice(
    read: Read, *, licence_invoice_id: str | None, partner_id: str | None
) -> LicenceExplanationOut:
    """Return why a partner has earned what it has by an invoice of a licence, as `explain_deal` does of a deal.

    An invoice that is hidden from the caller looks like one that nothing is known of.
    """
    if licence_invoice_id is None or not is_id(licence_invoice_id, "linv"):
        raise InvalidParameter(errors=[Fault("licence_invoice_id", "required", "Name the invoice of the licence.")])
    named = _named(partner_id)
    seen = await _seen(read, licence_invoice_id)
    part = _chosen(seen, named)
    about = {"object": "licence_explanation", "licence_invoice_id": licence_invoice_id}
    if part is None:
        detail = "Nothing of this id is known here; only recurring invoices of licences earn."
        found = {"licence_id": None, "deal_id": None, **_nothing("not_invoiced", detail)}
        return LicenceExplanationOut.model_validate({**about, **found})
    earned = await read.all(_OF_INVOICE, invoice=licence_invoice_id, partner_id=part["partner_id"])
    found = {"licence_id": part["licence_id"], "deal_id": part["deal_id"], **_explained(part, seen, earned)}
    return LicenceExplanationOut.model_validate({**about, **found})


def _named(partner_id: str | None) -> list[str] | None:
    """The partners of whom one is asked for, None where none is; raises InvalidParameter where there are too many."""
    if partner_id is not None and len(partner_id) > LONGEST_CHOICE:
        raise InvalidParameter(
            errors=[Fault("partner_id", "too_many_values", "At most 200 values, separated by commas.")]
        )
    return None if partner_id is None else partner_id.split(",")


async def _seen(read: Read, sale_id: str) -> list[Record]:
    """The parts of a sale that the caller may see, largest first."""
    return await read.all(_parts(shape_of(read.viewer)), sale=sale_id)


def _chosen(seen: list[Record], named: list[str] | None) -> Record | None:
    return next((row for row in seen if named is None or row["partner_id"] in named), None)


def _explained(part: Record, seen: list[Record], earned: list[Record]) -> dict[str, Any]:
    outcome, reasons = _outcome(part), _reasons(part)
    return {
        "partner_id": part["partner_id"],
        "shares": [_share(row) for row in seen],
        "outcome": outcome,
        "tier": part["tier"],
        "closed_on": part["closed_on"],
        "reasons": reasons,
        "rules": [RuleVerdictOut.model_validate(each) for each in part["rules"]],
        "earnings": [_earned(row) for row in earned],
        "text": {"en": _told(part, outcome, reasons, earned)},
    }


def _nothing(code: ReasonCode, detail: str) -> dict[str, Any]:
    return {
        "partner_id": None,
        "shares": [],
        "outcome": code,
        "tier": None,
        "closed_on": None,
        "reasons": [ReasonOut(code=code, detail=detail, plan_id=None, component=None)],
        "rules": [],
        "earnings": [],
        "text": {"en": detail},
    }


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


def _earned(row: Record) -> EarnedOut:
    return EarnedOut(
        earning_id=row["id"],
        match_id=match_of(row),
        licence_invoice_id=row["licence_invoice_id"],
        kind=row["kind"],
        status=row["status"],
        rule=row["component"],
        amount=MoneyOut(amount=row["amount"], currency=row["currency"]),
    )


_WAITS: Final = {
    "deals": "The deal is won, and waits to be accrued.",
    "orders": "What was delivered waits to be accrued.",
    "licences": "The invoice waits to be accrued.",
}
_SOLD: Final = {"deals": "The deal", "orders": "What was delivered", "licences": "The invoice"}


def _told(part: Record, outcome: str, reasons: list[ReasonOut], earned: list[Any]) -> str:
    sold = _SOLD[part["source"]]
    if outcome == "accrued":
        nothing = "nothing so far: its rate is zero, or the cap of the period is reached"
        return f"{sold} has earned {_listed(earned) or nothing}."
    opening = _WAITS[part["source"]] if outcome == "waiting" else f"{sold} earns nothing."
    told = [opening, *dict.fromkeys(each.detail for each in reasons)]
    later = [row for row in earned if row["sale_id"] != part["sale_id"]]
    delivered = _listed([row for row in later if row["licence_invoice_id"] is None])
    if delivered:
        told.append(f"What was delivered on it has earned {delivered}.")
    invoiced = _listed([row for row in later if row["licence_invoice_id"] is not None])
    if invoiced:
        told.append(f"Invoices of its licences have earned {invoiced}.")
    return " ".join(told)


def _listed(earned: list[Any]) -> str:
    sums: dict[str, int] = {}
    for row in earned:
        sums[row["currency"]] = sums.get(row["currency"], 0) + row["amount"]
    return ", ".join(f"{to_major(Money(amount, code))} {code}" for code, amount in sorted(sums.items()))
