"""What can be paid out together, and who may approve it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.errors import Conflict, Fault, FourEyes, Invalid


class NothingToPay(Conflict):
    """The statements add up to nothing or less; what is owed back is netted with later statements."""

    code, title = "nothing_to_pay", "Nothing to pay"


class StatementNotPayable(Conflict):
    """A statement is not published yet, or is in another payout."""

    code, title = "statement_not_payable", "Not payable"


class MixedStatements(Invalid):
    """One payout pays statements of one partner in one currency."""

    code, title = "mixed_statements", "Several partners or currencies"


@dataclass(frozen=True, slots=True)
class Payable:
    """A statement as a payout sees it; the total is in minor units."""

    id: str
    partner_id: str
    currency: str
    total: int
    is_published: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """What is to be paid, to whom."""

    partner_id: str
    currency: str
    amount: int


def require_together(statements: Sequence[Payable], *, asked: Collection[str]) -> None:
    """Raise Invalid for unknown ids, MixedStatements, or StatementNotPayable, in that order."""
    missing = set(asked) - {each.id for each in statements}
    if missing:
        raise Invalid(errors=[Fault("/statement_ids", "unknown_statement", "There is no such statement.")])
    if len({(each.partner_id, each.currency) for each in statements}) > 1:
        raise MixedStatements()
    if not all(each.is_published for each in statements):
        raise StatementNotPayable("A statement is not published yet.")


def sum_of(statements: Sequence[Payable]) -> Sum:
    """Return what these statements pay together; raises NothingToPay unless it is above zero."""
    amount = sum(each.total for each in statements)
    if amount <= 0:
        raise NothingToPay()
    return Sum(statements[0].partner_id, statements[0].currency, amount)


def require_second_person(*, created_by: str, approver: str) -> None:
    """Raise FourEyes when the person who made a payout would approve it; both are accounts of people, never of apps."""
    if created_by == approver:
        raise FourEyes()
