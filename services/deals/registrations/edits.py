"""Telling that what a deal says has changed: the names of the members, and never what they say."""

from collections.abc import Mapping, Sequence
from typing import Final

from services.deals.customers.spellings import PARTS
from shared.db.resource import Row
from shared.db.tx import Tx
from shared.events.catalog.deals import DealUpdated

_Members = Mapping[str, Sequence[str]]
"""Members and the columns that have them."""
SHOWN_TO_BOTH: Final[_Members] = {
    "title": ("title",),
    "customer": tuple(f"customer_{part}" for part in PARTS),
    "product_family": ("product_family",),
    "territories": ("territories",),
    "amount": ("amount", "currency"),
    "expected_close_on": ("expected_close_on",),
    "next_step": ("next_step",),
    "metadata": ("metadata",),
    "custom_fields": ("custom_fields",),
    "external_reference": ("external_system", "external_type", "external_id"),
    "external_references": ("partner_references",),
}
VENDORS_OWN: Final[_Members] = {
    "custom_fields": ("vendor_custom_fields",),
    "external_references": ("vendor_references",),
}
_KEPT_WITH_IT: Final = frozenset({"metadata", "external_reference", "external_references"})


def changed_members(before: Row, after: Row, *, of: _Members) -> list[str]:
    """Return which of some members of a deal are not what they were, in the order of the alphabet."""
    return sorted(name for name, columns in of.items() if any(before[each] != after[each] for each in columns))


def says_otherwise(before: Row, after: Row) -> bool:
    """Tell whether a deal says something else than before; what systems keep with it, names and metadata, says nothing of it."""
    changed = {name for of in (SHOWN_TO_BOTH, VENDORS_OWN) for name in changed_members(before, after, of=of)}
    return not changed <= _KEPT_WITH_IT


def tell_change(tx: Tx, before: Row, after: Row) -> None:
    """Tell what has changed of a deal; of what its partner is not shown, the vendor alone hears."""
    partner_id = after["partner_id"]
    for members, audience in ((SHOWN_TO_BOTH, [partner_id]), (VENDORS_OWN, [])):
        if fields := changed_members(before, after, of=members):
            tx.emit(
                DealUpdated(deal_id=after["id"], partner_id=partner_id, fields=fields), subject=after, audience=audience
            )
