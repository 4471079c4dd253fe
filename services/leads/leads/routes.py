"""`leads`: taking in, reading, correcting, qualifying."""

from services.leads.directory.commands import UnknownProductFamily
from services.leads.leads import commands, queries
from services.leads.leads.queries import LEADS
from services.leads.leads.schemas import LeadIn, LeadOut, LeadPatch
from shared.db.afterwards import Afterwards
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import AlreadyExists, InvalidTransition
from shared.extensions.references import ExternalReferenceTaken, reference
from shared.web.models import Code, Short, list_of
from shared.web.params import Conditions, Http, Read, Tx, Version
from shared.web.router import Router

router = Router("leads")


@router.get(permission="leads:read", out=list_of(LeadOut), listing=LEADS)
async def list_leads(read: Read, request: Http) -> Page:
    """Leads the caller may see, newest first: all for the vendor, those offered to it or held by it for a partner."""
    return await queries.page(read, request.query)


router.counts(LEADS)


@router.get("/{id}", permission="leads:read", out=LeadOut, returns=LEADS)
async def get_lead(id: str, read: Read) -> Row:
    """One lead."""
    return await queries.one(read, await read.get(LEADS, id))


@router.post(
    permission="leads:write",
    returns=LEADS,
    out=LeadOut,
    status=201,
    also={200: "The lead that has this external reference already, as it stands."},
    problems=[AlreadyExists, ExternalReferenceTaken, UnknownProductFamily],
)
async def create_lead(body: LeadIn, tx: Tx) -> Row:
    """Take a lead in; the external reference of a known lead answers with that lead, unchanged."""
    row, is_new = await commands.take_in(tx, body)
    if not is_new:
        tx.afterwards = Afterwards(200)
    return await queries.one(tx, row)


@router.put(
    "/by-external-reference/{system}/{type}/{id}",
    permission="leads:write",
    returns=LEADS,
    out=LeadOut,
    status=201,
    also={200: "The lead that has this reference, brought up to date."},
    problems=[ExternalReferenceTaken, UnknownProductFamily],
)
async def put_lead_by_external_reference(
    system: Code, type: Code, id: Short, body: LeadIn, tx: Tx, condition: Conditions
) -> Row:
    """Take in the lead that the vendor knows by this reference, or correct what has changed; safe to repeat."""
    return await queries.one(tx, await commands.put(tx, body, reference(system, type, id), condition=condition))


@router.patch(permission="leads:write", returns=LEADS, out=LeadOut, problems=[InvalidTransition, UnknownProductFamily])
async def change_lead(id: str, body: LeadPatch, tx: Tx, version: Version) -> Row:
    """Correct what is known of a lead that no partner has; a partner fills in the custom fields that are its to fill in."""
    return await queries.one(tx, await commands.change(tx, id, body, version=version))


@router.post("/{id}/qualify", permission="leads:approve", returns=LEADS, out=LeadOut, problems=[InvalidTransition])
async def qualify_lead(id: str, tx: Tx, version: Version) -> Row:
    """Find a new lead worth a partner's time."""
    return await queries.one(tx, await commands.qualify(tx, id, version=version))
