"""What sister services ask deals directly: a conversion they cannot wait for, and projections they have not received yet."""

from typing import Any

import orjson
from pydantic import BaseModel
from sqlalchemy import bindparam, select

from services.deals.customers.queries import directory_of
from services.deals.customers.tables import customers
from services.deals.products.commands import state_of
from services.deals.products.queries import BY_CODE
from services.deals.registrations.handlers import on_lead_converted
from services.deals.registrations.queries import deal_of_lead
from shared.db.pool import Database
from shared.db.statements import TENANT, Statement
from shared.db.tx import transaction
from shared.errors import BadRequest, Fault
from shared.events.catalog.leads import LeadConverted
from shared.events.envelope import Envelope
from shared.events.inbox import system_caller
from shared.web.params import Http, Now, Request
from shared.web.reply import Reply
from shared.web.router import Router

_CUSTOMER = Statement(select(customers).where(customers.c.tenant_id == TENANT, customers.c.id == bindparam("customer")))
_TEXT = {"type": "string", "maxLength": 200}


class ConvertedDeal(BaseModel):
    """The deal a lead became."""

    deal_id: str
    status: str


def internal_routes(database: Database) -> list[Router]:
    """Return the internal routes of this service."""
    return [_conversions(database), _customers(database), _product_families(database)]


def _conversions(database: Database) -> Router:
    router = Router("lead-conversions", prefix="/internal")

    @router.post(permission=None, out=ConvertedDeal, in_spec=False, body_type="application/json")
    async def convert_lead(request: Http) -> ConvertedDeal:
        """Handle a lead.converted event before the feed delivers it, once, by the id of the event."""
        envelope = _envelope(request.body)
        caller = system_caller(envelope.tenant_id, mode=envelope.mode, actor_id=envelope.actor_id)
        event = LeadConverted.model_validate(envelope.data)
        async with transaction(
            database,
            caller=caller,
            viewer="*",
            now=envelope.time,
            action=f"on {envelope.type}",
            request_id=envelope.request_id,
            engine=True,
        ) as tx:
            inbox = database.tables.log.inbox
            if await tx.add(inbox, event_id=envelope.id, source="leads", handled_at=tx.now) is not None:
                await on_lead_converted(tx, event, envelope)
            deal = await deal_of_lead(tx, lead_id=event.lead_id, deal_id=event.deal_id)
            assert deal is not None
        return ConvertedDeal(deal_id=deal["id"], status=deal["status"])

    return router


def _customers(database: Database) -> Router:
    router = Router("customers", prefix="/internal")

    @router.get(permission=None, in_spec=False, query=_parameters("tenant", "id"))
    async def internal_customer(request: Http, now: Now) -> Reply:
        """What sister services keep of one customer."""
        async with _in_tenant(database, _given(request, "tenant"), now) as tx:
            row = await tx.one(_CUSTOMER, customer=_given(request, "id"))
            event = await directory_of(tx, row)
        return Reply.json({"version": row["version"], "data": event.model_dump(mode="json")})

    return router


def _product_families(database: Database) -> Router:
    router = Router("product-families", prefix="/internal")

    @router.get(permission=None, in_spec=False, query=_parameters("tenant", "code"))
    async def internal_product_family(request: Http, now: Now) -> Reply:
        """The full state of one product family."""
        async with _in_tenant(database, _given(request, "tenant"), now) as tx:
            row = await tx.one(BY_CODE, code=_given(request, "code"))
        return Reply.json({"version": row["version"], "data": state_of(row).model_dump(mode="json")})

    return router


def _envelope(body: bytes) -> Envelope:
    try:
        return Envelope.from_json(orjson.loads(body))
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest("This is not the envelope of an event.") from error


def _in_tenant(database: Database, tenant_id: str, now: Any) -> Any:
    caller = system_caller(tenant_id, mode="live")
    return transaction(database, caller=caller, viewer="*", now=now, action="internal look-up", engine=True)


def _given(request: Request, name: str) -> str:
    value = request.query.get(name)
    if not value:
        raise BadRequest(errors=[Fault(name, "required", "This parameter is required.")])
    return value


def _parameters(*names: str) -> list[dict[str, Any]]:
    return [{"name": name, "in": "query", "required": True, "schema": _TEXT} for name in names]
