"""The noun `returns`."""

from services.deals.returns import commands
from services.deals.returns.queries import RETURNS
from services.deals.returns.schemas import ReturnIn, ReturnOut
from shared.db.resource import Row
from shared.errors import AlreadyExists, InvalidTransition, NotFound
from shared.web.params import Principal, Tx
from shared.web.router import Router

router = Router("returns")
router.lists(RETURNS, ReturnOut, summary="Returns the caller may see, newest first.")
router.reads(RETURNS, ReturnOut, summary="One return.")


@router.post(
    permission="returns:write",
    returns=RETURNS,
    out=ReturnOut,
    status=201,
    problems=[NotFound, InvalidTransition, AlreadyExists],
)
async def create_return(body: ReturnIn, tx: Tx, caller: Principal) -> Row:
    """Record what a customer gave back of a won deal."""
    return await commands.record(tx, body, caller=caller)
