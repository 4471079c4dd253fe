"""Operations of statements."""

from services.incentives.statements import commands
from services.incentives.statements.queries import LINES, STATEMENTS
from services.incentives.statements.rules import MixedCurrencies, NothingToState
from services.incentives.statements.schemas import StatementIn, StatementLineOut, StatementOut
from shared.db.pool import Record
from shared.db.read import Page
from shared.web.models import ReasonIn, list_of
from shared.web.params import Http, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("statements")
router.lists(STATEMENTS, StatementOut, summary="Statements, newest first; a partner sees its published ones.")
router.reads(STATEMENTS, StatementOut, summary="One statement.")


@router.get("/{id}/lines", permission="statements:read", out=list_of(StatementLineOut), listing=LINES)
async def list_statement_lines(id: str, read: Read, request: Http) -> Page:
    """The lines of a statement, frozen when it was calculated."""
    await read.get(STATEMENTS, id)
    return await read.page(LINES, request.query, statement_id=id)


@router.post(
    permission="statements:write",
    returns=STATEMENTS,
    out=StatementOut,
    status=201,
    problems=[NothingToState, MixedCurrencies],
)
async def create_statement(body: StatementIn, tx: Tx, caller: Principal) -> Record:
    """Collect a partner's accrued earnings of a period that are on no statement yet, for review."""
    return await commands.calculate(tx, body, caller=caller)


@router.post("/{id}/approve", permission="statements:approve", returns=STATEMENTS, out=StatementOut)
async def approve_statement(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Record:
    """Approve a statement: its sum is owed to the partner."""
    return await commands.approve(tx, statement_id=id, version=version, caller=caller)


@router.post("/{id}/publish", permission="statements:approve", returns=STATEMENTS, out=StatementOut)
async def publish_statement(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Record:
    """Publish an approved statement to its partner; it can be paid out."""
    return await commands.publish(tx, statement_id=id, version=version, caller=caller)


@router.post("/{id}/acknowledge", permission="statements:write", returns=STATEMENTS, out=StatementOut)
async def acknowledge_statement(
    id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()
) -> Record:
    """Agree with a statement, as its partner."""
    return await commands.acknowledge(tx, statement_id=id, version=version, caller=caller)
