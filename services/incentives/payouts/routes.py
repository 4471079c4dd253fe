"""Operations of payouts. Money moves here: every one needs an Idempotency-Key."""

from services.incentives.payouts import commands
from services.incentives.payouts.queries import PAYOUTS
from services.incentives.payouts.rules import MixedStatements, NothingToPay, StatementNotPayable
from services.incentives.payouts.schemas import FailureIn, PayoutIn, PayoutOut
from shared.db.pool import Record
from shared.errors import FourEyes
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router

router = Router("payouts")
router.lists(PAYOUTS, PayoutOut, summary="Payouts, newest first; a partner sees its own.")
router.reads(PAYOUTS, PayoutOut, summary="One payout.")


@router.post(
    permission="payouts:write",
    returns=PAYOUTS,
    out=PayoutOut,
    status=201,
    key_required=True,
    problems=[NothingToPay, StatementNotPayable, MixedStatements],
)
async def create_payout(body: PayoutIn, tx: Tx, caller: Principal) -> Record:
    """Prepare a payout of published statements, for a second person to approve."""
    return await commands.prepare(tx, body, caller=caller)


@router.post(
    "/{id}/approve",
    permission="payouts:approve",
    returns=PAYOUTS,
    out=PayoutOut,
    key_required=True,
    problems=[FourEyes],
)
async def approve_payout(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Record:
    """Approve a payout that somebody else has prepared."""
    return await commands.approve(tx, payout_id=id, version=version, caller=caller)


@router.post("/{id}/submit", permission="payouts:pay", returns=PAYOUTS, out=PayoutOut, key_required=True)
async def submit_payout(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Record:
    """Send an approved payout on its way."""
    return await commands.submit(tx, payout_id=id, version=version, caller=caller)


@router.post("/{id}/confirm", permission="payouts:pay", returns=PAYOUTS, out=PayoutOut, key_required=True)
async def confirm_payout(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Record:
    """Record that a payout has arrived."""
    return await commands.confirm(tx, payout_id=id, version=version, caller=caller)


@router.post("/{id}/fail", permission="payouts:pay", returns=PAYOUTS, out=PayoutOut, key_required=True)
async def fail_payout(id: str, body: FailureIn, tx: Tx, caller: Principal, version: Version) -> Record:
    """Record that a payout did not arrive; its statements are payable again."""
    return await commands.fail(tx, body, payout_id=id, version=version, caller=caller)


@router.post("/{id}/cancel", permission="payouts:write", returns=PAYOUTS, out=PayoutOut, key_required=True)
async def cancel_payout(id: str, tx: Tx, caller: Principal, version: Version, body: ReasonIn = ReasonIn()) -> Record:
    """Give up a payout that was not submitted yet."""
    return await commands.cancel(tx, payout_id=id, version=version, caller=caller)
