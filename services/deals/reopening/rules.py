"""Which changes of an approved deal ask for a new decision: SPEC D-a. Pure."""

from collections.abc import Mapping
from typing import Any, Final, Literal

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
    approved, currency = before["approved_amount"], before["approved_currency"]
    if approved is None:
        approved, currency = before["amount"], before["currency"]
    if after["amount"] is None or approved is None or after["currency"] != currency:
        return "approval"
    if before["amount"] is None:
        return "approval" if is_far_above(after["amount"], approved=approved) else None
    return "approval" if abs(after["amount"] - approved) * _PART > approved else None


def is_far_above(amount: int, *, approved: int) -> bool:
    """Tell whether an amount is more than 25 % above the approved one."""
    return (amount - approved) * _PART > approved
