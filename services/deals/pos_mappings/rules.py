"""What columns of a sell-out report can go to. Pure."""

from collections.abc import Mapping
from typing import Final

from shared.errors import Fault

TARGETS: Final = (
    *("source_line", "sold_on", "sku", "product_family", "quantity", "unit_price"),
    *("customer.name", "customer.domain", "customer.country", "customer.tax_id", "deal_id", "returned_line"),
)
NEEDED: Final = ("source_line", "sold_on", "sku", "quantity", "unit_price", "customer.name")
"""What no line can do without."""


def faults_of_mapping(mapping: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a mapping of columns to members of a line: two that go to one, or a needed one without any."""
    faults: list[Fault] = []
    taken: set[str] = set()
    for column, target in mapping.items():
        if target in taken:
            pointer = "/mapping/" + column.replace("~", "~0").replace("/", "~1")
            faults.append(Fault(pointer, "duplicate", "Another column goes to this field."))
        taken.add(target)
    return faults + [
        Fault("/mapping", "incomplete", f"No column goes to {needed}.") for needed in NEEDED if needed not in taken
    ]
