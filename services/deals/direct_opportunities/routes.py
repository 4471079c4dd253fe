"""The noun `direct-opportunities`."""

from services.deals.customers.commands import CustomerNotIdentified
from services.deals.direct_opportunities import commands
from services.deals.direct_opportunities.queries import DIRECT_OPPORTUNITIES
from services.deals.direct_opportunities.schemas import (
    DirectOpportunityIn,
    DirectOpportunityOut,
    DirectOpportunityPatch,
)
from shared.db.resource import Row
from shared.errors import AlreadyExists, InvalidTransition
from shared.extensions.references import reference
from shared.web.models import Code, Short
from shared.web.params import Conditions, Tx, Version
from shared.web.router import Router

router = Router("direct-opportunities")
router.lists(DIRECT_OPPORTUNITIES, DirectOpportunityOut, summary="What the vendor sells itself, newest first.")
router.reads(DIRECT_OPPORTUNITIES, DirectOpportunityOut, summary="One direct opportunity.")
_WRITE = "direct-opportunities:write"
_ENDED = {"permission": _WRITE, "returns": DIRECT_OPPORTUNITIES, "out": DirectOpportunityOut}


@router.post(
    permission=_WRITE,
    returns=DIRECT_OPPORTUNITIES,
    out=DirectOpportunityOut,
    status=201,
    problems=[AlreadyExists, CustomerNotIdentified],
)
async def create_direct_opportunity(body: DirectOpportunityIn, tx: Tx) -> Row:
    """Say that the vendor is at a customer itself; registrations that meet it go to a person, with a case."""
    return await commands.create(tx, body)


@router.put(
    "/by-external-reference/{system}/{type}/{id}",
    permission=_WRITE,
    returns=DIRECT_OPPORTUNITIES,
    out=DirectOpportunityOut,
    status=201,
    also={200: "The opportunity that has this reference, brought up to date."},
    problems=[AlreadyExists, CustomerNotIdentified, InvalidTransition],
)
async def put_direct_opportunity_by_external_reference(
    system: Code,
    type: Code,  # noqa: A002
    id: Short,  # noqa: A002
    body: DirectOpportunityIn,
    tx: Tx,
    condition: Conditions,
) -> Row:
    """Take in the opportunity that the CRM knows by this reference, or change what has changed; safe to repeat."""
    return await commands.put(tx, body, reference(system, type, id), condition=condition)


@router.patch(permission=_WRITE, returns=DIRECT_OPPORTUNITIES, out=DirectOpportunityOut, problems=[InvalidTransition])
async def change_direct_opportunity(id: str, body: DirectOpportunityPatch, tx: Tx, version: Version) -> Row:
    """Change an open opportunity."""
    return await commands.change(tx, body, opportunity_id=id, version=version)


@router.post("/{id}/win", **_ENDED)
async def win_direct_opportunity(id: str, tx: Tx, version: Version) -> Row:
    """Say that the vendor has sold."""
    return await commands.end(tx, opportunity_id=id, version=version, action="win", status="won")


@router.post("/{id}/lose", **_ENDED)
async def lose_direct_opportunity(id: str, tx: Tx, version: Version) -> Row:
    """Say that the customer has bought elsewhere, or not at all."""
    return await commands.end(tx, opportunity_id=id, version=version, action="lose", status="lost")


@router.post("/{id}/close", **_ENDED)
async def close_direct_opportunity(id: str, tx: Tx, version: Version) -> Row:
    """Let it go, for a partner to take up."""
    return await commands.end(tx, opportunity_id=id, version=version, action="close", status="closed")


@router.post("/{id}/reopen", **_ENDED)
async def reopen_direct_opportunity(id: str, tx: Tx, version: Version) -> Row:
    """Take up again what has ended."""
    return await commands.reopen(tx, opportunity_id=id, version=version)
