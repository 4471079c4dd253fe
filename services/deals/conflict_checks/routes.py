"""The noun `conflict-checks`."""

from services.deals.conflict_checks import commands
from services.deals.screening.days import ConflictCheckBudget
from services.deals.screening.queries import CONFLICT_CHECKS
from services.deals.screening.schemas import ConflictCheckIn, ConflictCheckOut
from shared.db.resource import Row
from shared.web.params import Principal, Tx
from shared.web.router import Router

router = Router("conflict-checks")
router.lists(CONFLICT_CHECKS, ConflictCheckOut, summary="Conflict checks the caller may see, newest first.")
router.reads(CONFLICT_CHECKS, ConflictCheckOut, summary="One conflict check.")


@router.post(
    permission="conflict-checks:write",
    returns=CONFLICT_CHECKS,
    out=ConflictCheckOut,
    status=201,
    problems=[ConflictCheckBudget],
)
async def check_conflict(body: ConflictCheckIn, tx: Tx, caller: Principal) -> Row:
    """Ask, before investing, whether a registration would meet another. A partner has so many checks a day as its policy says, 100 as shipped."""
    return await commands.check(tx, body, caller=caller)
