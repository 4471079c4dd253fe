"""Operations of accrual: why a deal earned what it did, and recalculation."""

from services.incentives.accrual import commands, queries
from services.incentives.accrual.queries import RECALCULATIONS
from services.incentives.accrual.schemas import DealExplanationOut, RecalculationIn, RecalculationOut
from shared.db.pool import Record
from shared.values.ids import pattern
from shared.web.params import Http, Principal, Read, Tx
from shared.web.router import Router

explanations = Router("explanations")


@explanations.get(
    permission="explanations:read",
    out=DealExplanationOut,
    query=[
        {
            "name": "deal_id",
            "in": "query",
            "required": True,
            "schema": {"type": "string", "pattern": pattern("deal")},
            "description": "The deal to explain.",
        }
    ],
)
async def explain_deal(read: Read, request: Http) -> DealExplanationOut:
    """Why a deal has earned what it has, or why nothing: each plan and component looked at, with its reason."""
    return await queries.explain_deal(read, deal_id=request.query.get("deal_id"))


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
