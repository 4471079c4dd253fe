"""What each sale and return of one period credits, in the order in which they happened. Pure.

The order is (day, instant, id), never that of arrival: whatever comes late is put where it belongs, what follows is
worked out anew, and the difference to what was posted becomes lines of its own. So any order of arrival, and any
repetition, ends in the same credits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from services.incentives.plans.rules import EXACT, Credit, Standing, Terms, credit, difference, taken_back, total


@dataclass(frozen=True, slots=True)
class Contribution:
    """A part of a sale, or of a return of one (`basis` below zero); what is withdrawn, or of nothing, counts for nothing."""

    source: str
    source_id: str
    sale_id: str
    amount: int
    basis: Decimal
    terms: Terms
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Sold:
    """A sale as its returns see it: what it was credited, how much of it has come back, and the basis still counted."""

    original: int
    amount: int
    returned: int
    basis_left: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contribution credits, and where the partner stands after it; `sold` is a return's sale, before it."""

    credit: Credit
    standing: Standing
    sold: Sold | None = None


def replay(
    contributions: Sequence[Contribution], *, standing: Standing, sold: Mapping[str, Sold] | None = None
) -> Iterator[Outcome]:
    """Yield the outcome of each contribution, in order, from a standing; `sold` has the sales made before it."""
    known = dict(sold or {})
    for each in contributions:
        before = known.get(each.sale_id)
        found = _nothing(standing) if each.withdrawn or each.amount == 0 else _credit(each, standing, before)
        if each.source == "sale":
            known[each.sale_id] = Sold(found.total, each.amount, 0, difference(found.after, found.before))
        elif before is not None:
            left = total(before.basis_left, difference(found.after, found.before))
            known[each.sale_id] = Sold(before.original, before.amount, _returned(each, before), left)
        standing = Standing(found.after, standing.credited + found.total)
        yield Outcome(found, standing, before if each.source == "return" else None)


def _credit(each: Contribution, standing: Standing, sale: Sold | None) -> Credit:
    if each.source == "sale":
        return credit(each.basis, each.terms, standing)
    if sale is None:
        return _nothing(standing)
    with localcontext(EXACT):
        whole = _returned(each, sale) == sale.amount
        basis = -sale.basis_left if whole else each.basis
        amount = taken_back(
            sale.original,
            sold=sale.amount,
            returned_before=sale.returned,
            returned=_returned(each, sale) - sale.returned,
        )
        return Credit(standing.attained, standing.attained + basis, Decimal(amount), own=amount, true_up=0)


def _returned(each: Contribution, sale: Sold) -> int:
    """How much has come back after this return; never more than was sold."""
    return min(sale.returned + each.amount, sale.amount)


def _nothing(standing: Standing) -> Credit:
    return Credit(standing.attained, standing.attained, Decimal(0), own=0, true_up=0)
