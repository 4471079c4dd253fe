"""Which account a movement of money debits and which it credits. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from shared.values.period import Period

EXPENSE: Final = "incentive_expense"
ACCRUED: Final = "accrued_liability"
HOLDBACK: Final = "holdback_liability"
PAYABLE: Final = "payable"
CASH: Final = "cash_clearing"
RECEIVABLE: Final = "clawback_receivable"

Nature = Literal["expense", "liability", "asset"]
ACCOUNTS: Final[dict[str, Nature]] = {
    EXPENSE: "expense",
    ACCRUED: "liability",
    HOLDBACK: "liability",
    PAYABLE: "liability",
    CASH: "asset",
    RECEIVABLE: "asset",
}


@dataclass(frozen=True, slots=True)
class Movement:
    """An amount above zero from the account that is debited to the one that is credited."""

    debit: str
    credit: str
    amount: int


def movement(amount: int, *, origin: str, destination: str) -> Movement | None:
    """Return the movement of an amount owed to a partner from one account to another; None when nothing moves.

    Above zero the origin is debited and the destination credited; below zero the mirror image.
    """
    if amount == 0 or origin == destination:
        return None
    if amount > 0:
        return Movement(origin, destination, amount)
    return Movement(destination, origin, -amount)


def account_of_clawback(original: str | None) -> str:
    """Return the account a negative line sits on, by the account of the line that it takes back.

    What is paid already becomes a receivable; what is payable is taken out of payable; all else was only accrued.
    """
    if original in (CASH, RECEIVABLE):
        return RECEIVABLE
    return PAYABLE if original == PAYABLE else ACCRUED


def posting_day(day: date, *, today: date, closed: Sequence[Period]) -> date:
    """Return the day to post on: the day itself, or in a closed period today, or the first open day after."""
    if not any(day in period for period in closed):
        return day
    found = max(day, today)
    for period in sorted(closed, key=lambda each: each.start):
        if found in period:
            found = period.end
    return found
