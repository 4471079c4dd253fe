"""Funnels of pipelines."""

from typing import Any, Final

from services.deals.forecasts.queries import parameters
from services.deals.funnels import queries
from services.deals.funnels.schemas import FunnelOut
from shared.db.list_parameters import parameter
from shared.web.params import Http, Read
from shared.web.router import Router

_DAY: Final = {"type": "string", "format": "date"}
_QUERY: Final[list[dict[str, Any]]] = [
    parameter("from", _DAY, "Deals approved on this day or later; a year before `to` where it is left out."),
    parameter("to", _DAY, "Deals approved before this day; tomorrow where it is left out."),
    *parameters(*queries.FILTERS),
]
router = Router("pipelines")


@router.get("/built-in/funnel", permission="deals:read", out=FunnelOut, query=_QUERY)
async def get_built_in_funnel(read: Read, request: Http) -> FunnelOut:
    """Rate and age per stage of the built-in pipeline, of the deals approved in a time that the caller sees."""
    return await queries.funnel_of(read, None, request.query)


@router.get("/{id}/funnel", permission="deals:read", out=FunnelOut, query=_QUERY)
async def get_funnel(id: str, read: Read, request: Http) -> FunnelOut:  # noqa: A002
    """Rate and age per stage of a version of a pipeline, of the deals approved in a time that the caller sees."""
    return await queries.funnel_of(read, id, request.query)
