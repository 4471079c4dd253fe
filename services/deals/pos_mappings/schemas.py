"""Bodies of mappings."""

from typing import Annotated

from pydantic import Field, StringConstraints

from services.deals.ids import PartnerId
from services.deals.pos_mappings.rules import TARGETS
from shared.web.models import Body, Code, LifecycleOut, Patch, id_of

Column = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Target = Annotated[
    str,
    Field(
        pattern=f"^({'|'.join(name.replace('.', '[.]') for name in TARGETS)})$",
        description=f"A member of a line: {', '.join(TARGETS)}.",
        examples=["quantity"],
    ),
]
Targets = Annotated[
    dict[Column, Target],
    Field(
        min_length=1,
        max_length=len(TARGETS),
        description="For the name of each column, the member of a line that it fills.",
        examples=[
            {
                "Invoice line": "source_line",
                "Date": "sold_on",
                "Article": "sku",
                "Pieces": "quantity",
                "Price": "unit_price",
                "End customer": "customer.name",
            }
        ],
    ),
]


class PosMappingIn(Body):
    """How the columns of a partner's sell-out reports are called. Columns that it does not name are passed over.

    Reports use it by its `name`. Every line needs `source_line`, `sold_on`, `sku`, `quantity`, `unit_price` and `customer.name`.
    """

    id: id_of("posx") | None = None  # type: ignore[valid-type]
    partner_id: PartnerId | None = None
    name: Code
    mapping: Targets


class PosMappingPatch(Patch):
    """Another mapping in place of the one that was there; reports that were read stay as they are."""

    mapping: Annotated[Targets, Field(default_factory=dict)]


class PosMappingOut(LifecycleOut):
    """A mapping; a report that was read by it names its `id` and `version`."""

    partner_id: str
    name: str
    mapping: dict[str, str]
