"""Bodies of corrections."""

from typing import Annotated

from pydantic import Field

from services.deals.ids import CustomerId, DealId
from shared.web.models import Body


class OtherCustomerIn(Body):
    """The other of two customers."""

    customer_id: CustomerId


class SplitIn(Body):
    """Which registrations belong to another customer; `into` revives one that was merged into this, else one is made."""

    deal_ids: Annotated[list[DealId], Field(min_length=1, max_length=100)]
    into: CustomerId | None = None
