"""The nouns `conflict-checks` and `conflict-cases`."""

from services.deals.screening import commands
from services.deals.screening.queries import CONFLICT_CASES, CONFLICT_CHECKS
from services.deals.screening.rules import ConflictCheckBudget
from services.deals.screening.schemas import ConflictCaseOut, ConflictCheckIn, ConflictCheckOut
from shared.db.resource import Row
from shared.web.params import Principal, Tx
from shared.web.router import Router

checks = Router("conflict-checks")
checks.lists(CONFLICT_CHECKS, ConflictCheckOut, summary="Conflict checks the caller may see, newest first.")
checks.reads(CONFLICT_CHECKS, ConflictCheckOut, summary="One conflict check.")

cases = Router("conflict-cases")
cases.lists(CONFLICT_CASES, ConflictCaseOut, summary="Conflict cases, newest first.")
cases.reads(CONFLICT_CASES, ConflictCaseOut, summary="One conflict case with its findings.")


@checks.post(
    permission="conflict-checks:write",
    returns=CONFLICT_CHECKS,
    out=ConflictCheckOut,
    status=201,
    problems=[ConflictCheckBudget],
)
async def check_conflict(body: ConflictCheckIn, tx: Tx, caller: Principal) -> Row:
    """Ask, before investing, whether a registration would meet another. A partner has 100 checks a day."""
    return await commands.check(tx, body, caller=caller)
