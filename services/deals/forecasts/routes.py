"""The noun `forecasts`."""

from typing import Any, Final

from services.deals.forecasts import telling
from services.deals.forecasts.queries import parameters
from services.deals.forecasts.schemas import ForecastOut
from shared.db.list_parameters import parameter
from shared.web.params import Http, Read
from shared.web.router import Router

_QUERY: Final[list[dict[str, Any]]] = [
    parameter("horizon", {"type": "string", "enum": ["month", "quarter"], "default": "quarter"}, "How long."),
    parameter("on", {"type": "string", "format": "date"}, "A day of the period; today where it is left out."),
    *parameters(*telling.FILTERS),
]
router = Router("forecasts")


@router.get(permission="forecasts:read", out=ForecastOut, query=_QUERY)
async def get_forecast(read: Read, request: Http) -> ForecastOut:
    """What the deals the caller sees are expected to bring in a month or quarter, with how wrong this has been before."""
    return await telling.tell(read, request.query)
