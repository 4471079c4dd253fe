"""Which service imports which objects."""

from collections.abc import Mapping
from typing import Final

OWNERS: Final[Mapping[str, str]] = {
    "customer": "deals",
    "deal": "deals",
    "lead": "leads",
    "partner": "partners",
    "person": "partners",
    "product": "deals",
}
