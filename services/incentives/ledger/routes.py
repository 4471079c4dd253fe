"""Operations of the ledger and its periods."""

from services.incentives.ledger import commands, queries
from services.incentives.ledger.queries import ENTRIES, PERIODS
from services.incentives.ledger.schemas import EntryOut, LedgerAccountList, PeriodIn, PeriodOut, TrialBalanceOut
from shared.auth.sides import vendor_only
from shared.db.pool import Record
from shared.web.params import Principal, Read, Tx, Version
from shared.web.router import Router

accounts = Router("ledger/accounts")


@accounts.get(permission="ledger:read", out=LedgerAccountList)
async def list_ledger_accounts(read: Read, caller: Principal) -> LedgerAccountList:
    """The chart of accounts with its sums; the vendor's only."""
    vendor_only(caller)
    return await queries.chart(read)


entries = Router("ledger/entries")
entries.lists(ENTRIES, EntryOut, summary="Legs of transfers, newest first; a partner sees its own.")

balance = Router("ledger/trial-balance")


@balance.get(permission="ledger:read", out=TrialBalanceOut)
async def get_trial_balance(read: Read, caller: Principal) -> TrialBalanceOut:
    """Debits and credits of all accounts, which are equal; the vendor's only."""
    vendor_only(caller)
    return await queries.trial_balance(read)


periods = Router("periods")
periods.lists(PERIODS, PeriodOut, summary="Accounting periods.")
periods.reads(PERIODS, PeriodOut, summary="One accounting period.")


@periods.post(permission="periods:write", returns=PERIODS, out=PeriodOut, status=201)
async def create_period(body: PeriodIn, tx: Tx, caller: Principal) -> Record:
    """Open an accounting period."""
    return await commands.open_period(tx, body, caller=caller)


@periods.post("/{id}/close", permission="periods:approve", returns=PERIODS, out=PeriodOut)
async def close_period(id: str, tx: Tx, caller: Principal, version: Version) -> Record:
    """Close a period; what arrives late is posted on the next open day."""
    return await commands.close_period(tx, period_id=id, version=version, caller=caller)
