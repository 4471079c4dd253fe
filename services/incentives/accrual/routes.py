"""Operations of accrual: why a deal or an invoice earned what it did, and recalculation."""

from typing import Any, Final

from services.incentives.accrual import commands, queries
from services.incentives.accrual.queries import RECALCULATIONS
from services.incentives.accrual.schemas import (
    DealExplanationOut,
    LicenceExplanationOut,
    RecalculationIn,
    RecalculationOut,
)
from services.incentives.accrual.tables import parts
from shared.db.list_parameters import filter_text, parameter, schema_of
from shared.db.pool import Record
from shared.values.ids import pattern
from shared.web.params import Http, Principal, Read, Tx
from shared.web.router import Router

_ASKED: Final[list[dict[str, Any]]] = [
    {
        **parameter("deal_id", {"type": "string", "pattern": pattern("deal")}, "The deal to explain."),
        "required": True,
    },
    parameter(
        "match_id", {"type": "string", "pattern": pattern("omt")}, "A match of it to explain instead of its win."
    ),
    parameter("partner_id", schema_of(parts.c.partner_id), filter_text(parts.c.partner_id)),
]
_INVOICE: Final[list[dict[str, Any]]] = [
    {
        **parameter("licence_invoice_id", {"type": "string", "pattern": pattern("linv")}, "The invoice to explain."),
        "required": True,
    },
    parameter("partner_id", schema_of(parts.c.partner_id), filter_text(parts.c.partner_id)),
]
explanations = Router("explanations")


@explanations.get(permission="explanations:read", out=DealExplanationOut, query=_ASKED)
async def explain_deal(read: Read, request: Http) -> DealExplanationOut:
    """Why a partner has earned what it has on a deal, or why nothing: each plan and component looked at, with its reason.

    Of several partners, the one with the largest share.
    """
    asked = request.query
    return await queries.explain_deal(
        read, deal_id=asked.get("deal_id"), match_id=asked.get("match_id"), partner_id=asked.get("partner_id")
    )


licence_explanations = Router("licence-explanations")


@licence_explanations.get(permission="explanations:read", out=LicenceExplanationOut, query=_INVOICE)
async def explain_licence_invoice(read: Read, request: Http) -> LicenceExplanationOut:
    """Why a partner has earned what it has by a recurring invoice of a licence, or why nothing, with each rule looked at.

    Of several partners, the one with the largest share.
    """
    asked = request.query
    return await queries.explain_invoice(
        read, licence_invoice_id=asked.get("licence_invoice_id"), partner_id=asked.get("partner_id")
    )


recalculations = Router("recalculations")
recalculations.lists(RECALCULATIONS, RecalculationOut, summary="Recalculations, newest first.")
recalculations.reads(RECALCULATIONS, RecalculationOut, summary="One recalculation.")


@recalculations.post(
    permission="recalculations:write",
    returns=RECALCULATIONS,
    out=RecalculationOut,
    status=201,
    key_required=True,
    problems=[commands.TooManySales],
    batch=False,
)
async def recalculate(body: RecalculationIn, tx: Tx, caller: Principal) -> Record:
    """Decide the sales of a range anew by the plans now in force, and post only the differences."""
    return await commands.recalculate(tx, body, caller=caller)
