"""Operations of earnings."""

from services.incentives.earnings import queries
from services.incentives.earnings.queries import EARNINGS
from services.incentives.earnings.schemas import EarningOut, ExplanationOut
from shared.web.params import Read
from shared.web.router import Router

router = Router("earnings")
router.lists(EARNINGS, EarningOut, summary="Lines of money earned or taken back, newest first; a partner sees its own.")
router.reads(EARNINGS, EarningOut, summary="One earning.")


@router.get("/{id}/explanation", permission="earnings:read", out=ExplanationOut)
async def explain_earning(id: str, read: Read) -> ExplanationOut:
    """Why a line has its amount: event, rules matched and rejected, basis, bands, currency, rounding, ledger."""
    return await queries.explanation(read, earning_id=id)
