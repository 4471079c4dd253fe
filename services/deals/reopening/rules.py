"""Which changes of an approved deal ask for a new decision: SPEC D-a. Pure."""

from collections.abc import Mapping
from typing import Any, Final, Literal

from shared.matching import Company, record_key

Reopens = Literal["screening", "approval"]
# Where it is and what of: others may hold that, and the partner may not sell there.
_SCOPE: Final = ("customer_country", "product_family")
# A change by more than one part in so many.
_PART: Final = 4


def reopens(before: Mapping[str, Any], after: Mapping[str, Any], *, same_customer: bool = True) -> Reopens | None:
    """Return what an approved deal has to go through again after a change, or None.

    Another customer, country or product is screened again; an amount more than 25 % from the approved one is approved again.
    The first amount of a deal that was taken over is held to what was approved before, which its partner was not told.
    """
    if not same_customer or any(before[name] != after[name] for name in _SCOPE):
        return "screening"
    if (before["amount"], before["currency"]) == (after["amount"], after["currency"]):
        return None
    approved, currency = approved_sum(before)
    if after["amount"] is None or approved is None or after["currency"] != currency:
        return "approval"
    if before["amount"] is None:
        return "approval" if is_far_above(after["amount"], approved=approved) else None
    return "approval" if abs(after["amount"] - approved) * _PART > approved else None


def is_named_alike(before: Company, after: Company) -> bool:
    """Tell whether a company has the name that it had, and no other domain, however they are written."""
    has_both = before.domain and after.domain
    was, now = (
        record_key(Company(each.name, country=after.country, domain=each.domain if has_both else None))
        for each in (before, after)
    )
    return was == now


def approved_sum(deal: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Return the amount that a deal was approved with, and its currency; of an approval that kept none, what the deal says."""
    if deal["approved_amount"] is None:
        return deal["amount"], deal["currency"]
    return deal["approved_amount"], deal["approved_currency"]


def is_sale_in_doubt(deal: Mapping[str, Any], *, amount: int, currency: str) -> bool:
    """Tell whether a sale is not what was approved: far above it, in another currency, or of a deal without an amount."""
    approved, of = approved_sum(deal)
    return approved is None or of != currency or is_far_above(amount, approved=approved)


def is_far_above(amount: int, *, approved: int) -> bool:
    """Tell whether an amount is more than 25 % above the approved one."""
    return (amount - approved) * _PART > approved
