"""Which changes of an approved deal ask for a new decision: SPEC D-a. Pure."""

from collections.abc import Mapping
from typing import Any, Final, Literal

Reopens = Literal["screening", "approval"]
# Whom it is for and what of: others may hold that.
_SCOPE: Final = ("customer_name", "customer_domain", "customer_country", "customer_tax_id", "product_family")
# A change by more than one part in so many.
_PART: Final = 4


def reopens(before: Mapping[str, Any], after: Mapping[str, Any]) -> Reopens | None:
    """Return what an approved deal has to go through again after a change, or None.

    Another customer or product is screened again; an amount more than 25 % from the approved one is approved again.
    """
    if any(before[name] != after[name] for name in _SCOPE):
        return "screening"
    if (before["amount"], before["currency"]) == (after["amount"], after["currency"]):
        return None
    approved, currency = before["approved_amount"], before["approved_currency"]
    if approved is None:
        approved, currency = before["amount"], before["currency"]
    if after["amount"] is None or approved is None or after["currency"] != currency:
        return "approval"
    return "approval" if abs(after["amount"] - approved) * _PART > approved else None
