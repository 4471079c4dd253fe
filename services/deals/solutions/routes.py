"""The nouns `solutions` and `solution-listings`."""

from services.deals.solutions import commands
from services.deals.solutions.queries import SOLUTION_LISTINGS, SOLUTIONS
from services.deals.solutions.rules import ConsentMissing
from services.deals.solutions.schemas import (
    ListIn,
    SolutionIn,
    SolutionListingOut,
    SolutionOut,
    SolutionPatch,
)
from shared.db.resource import Row
from shared.errors import AlreadyExists, NotFound
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("solutions")
router.lists(SOLUTIONS, SolutionOut, summary="Solutions the caller owns a part of, newest first.")
router.reads(SOLUTIONS, SolutionOut, summary="One solution.")
listings = Router("solution-listings")
listings.lists(SOLUTION_LISTINGS, SolutionListingOut, summary="Solutions that are listed, newest first.")
listings.reads(SOLUTION_LISTINGS, SolutionListingOut, summary="One solution as everybody reads it.")
_WRITE, _APPROVE = "solutions:write", "solutions:approve"


@router.post(permission=_WRITE, returns=SOLUTIONS, out=SolutionOut, status=201, problems=[NotFound, AlreadyExists])
async def create_solution(body: SolutionIn, tx: Tx, caller: Principal) -> Row:
    """Draft a solution: what is sold together, by whom, and how each sale is shared."""
    return await commands.draft(tx, body, caller=caller)


@router.patch(permission=_WRITE, returns=SOLUTIONS, out=SolutionOut)
async def change_solution(id: str, body: SolutionPatch, tx: Tx, caller: Principal, version: Version) -> Row:
    """Change a draft."""
    return await commands.change(tx, body, solution_id=id, version=version, caller=caller)


@router.post("/{id}/consent", permission=_WRITE, returns=SOLUTIONS, out=SolutionOut)
async def consent_solution(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Stand behind a solution, and one's own share of it."""
    return await commands.consent(tx, solution_id=id, version=version, caller=caller)


@router.post("/{id}/submit", permission=_WRITE, returns=SOLUTIONS, out=SolutionOut, problems=[ConsentMissing])
async def submit_solution(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Ask the vendor to validate a solution that all its owners consent to."""
    return await commands.submit(tx, solution_id=id, version=version, caller=caller)


@router.post("/{id}/return", permission=_APPROVE, returns=SOLUTIONS, out=SolutionOut)
async def return_solution(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """Hand a solution back to its owners."""
    return await commands.give_back(tx, solution_id=id, version=version, reason=body.reason, caller=caller)


@router.post("/{id}/validate", permission=_APPROVE, returns=SOLUTIONS, out=SolutionOut, problems=[ConsentMissing])
async def validate_solution(id: str, tx: Tx, caller: Principal, version: Version) -> Row:
    """Confirm a solution."""
    return await commands.validate(tx, solution_id=id, version=version, caller=caller)


@router.post("/{id}/list", permission=_APPROVE, returns=SOLUTIONS, out=SolutionOut)
async def list_solution(id: str, tx: Tx, caller: Principal, version: Version, body: ListIn = ListIn()) -> Row:
    """Show a solution to all partners for some time, in place of the version before."""
    return await commands.show(tx, solution_id=id, days=body.days, version=version, caller=caller)


@router.post("/{id}/expire", permission=_APPROVE, returns=SOLUTIONS, out=SolutionOut)
async def expire_solution(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Row:
    """End a solution; it is listed no more."""
    return await commands.expire(tx, solution_id=id, version=version, reason=body.reason, caller=caller)
