"""Bodies of handing a lead to a partner."""

from typing import Annotated

from pydantic import Field

from shared.web.models import Body, id_of


class OfferIn(Body):
    """The partner a person has chosen; without hours the policy's own apply."""

    partner_id: id_of("ptr")  # type: ignore[valid-type]
    accept_within_hours: Annotated[int, Field(ge=1, le=720)] | None = None
