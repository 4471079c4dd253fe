"""What can be shared of a deal, and what is then seen of it. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from shared.errors import Fault, Invalid

CUSTOMER: Final = ("name", "domain", "country", "tax_id")
# Amounts of money, and the two columns each of them stands in.
_MONEY: Final = {"amount": ("amount", "currency"), "net": ("net_amount", "net_currency")}
_PLAIN: Final = ("title", "status", "stage", "product_family", "expected_close_on", "closed_on")
# Nothing else ever leaves a deal: who the customer's people are is in none of these.
SHAREABLE: Final = (*_PLAIN, *_MONEY, *(f"customer.{name}" for name in CUSTOMER))
# The columns of a deal that all of it is made from.
COLUMNS: Final = (
    *_PLAIN,
    *(column for columns in _MONEY.values() for column in columns),
    *(f"customer_{name}" for name in CUSTOMER),
)


def require_contained(preview: Sequence[str], *, fields: Collection[str]) -> None:
    """Raise Invalid when something is shown before acceptance that is not shown after it."""
    faults = [
        Fault(f"/preview/{place}", "not_shared", "What is shown before acceptance is among the fields shared.")
        for place, name in enumerate(preview)
        if name not in fields
    ]
    if faults:
        raise Invalid(errors=faults)


def seen_of(deal: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Return what these fields show of a deal's row, as JSON: every member, null where it is not among them."""
    seen: dict[str, Any] = {name: _plain(deal[name]) if name in fields else None for name in _PLAIN}
    for name, (amount, currency) in _MONEY.items():
        known = name in fields and deal[amount] is not None
        seen[name] = {"amount": deal[amount], "currency": deal[currency]} if known else None
    seen["customer"] = {name: deal[f"customer_{name}"] if f"customer.{name}" in fields else None for name in CUSTOMER}
    return seen


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
