"""Taking leads in and keeping them right until a partner has them; the vendor's alone."""

from typing import Any

from services.leads.directory.commands import require_family
from services.leads.leads.queries import LEADS, one
from services.leads.leads.schemas import LeadIn, LeadPatch
from services.leads.leads.tables import LIFECYCLE, UNASSIGNED, lead_contacts, leads
from shared.auth.sides import vendor_only, whole_tenant_only
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Fault, Invalid
from shared.events.catalog.leads import LeadCreated
from shared.extensions.bodies import ExtensionsPatch
from shared.extensions.commands import added
from shared.extensions.references import ExternalReferenceTaken, differing, find, replacement, upsert
from shared.web.conditional import UNCONDITIONAL, Condition
from shared.web.models import ExternalReferenceIn

# Whose names external references are; partners bring in none yet.
_VENDOR = "vendor"


async def take_in(tx: Tx, body: LeadIn) -> tuple[Record, bool]:
    """Store a new lead and tell True, or return the one that has its external reference and tell False.

    Raises AlreadyExists when the id is taken, UnknownProductFamily, and Invalid when no country is named.
    """
    vendor_only(tx.caller)
    # A new lead is nobody's: whoever reaches some partners only would lose sight of it.
    whole_tenant_only(tx.viewer)
    known = await _by_reference(tx, body)
    if known is not None:
        return known, False
    await require_family(tx, body.product_family)
    first = body.external_reference
    extensions = await added(tx, leads, body, first=first, names_first=first is not None)
    try:
        row = await tx.insert(leads, id=body.id or tx.new_id("lead"), **_new(body), **extensions)
    except ExternalReferenceTaken:
        raise
    except AlreadyExists:
        # The unique index has decided a race of two imports; the loser answers with the winner's lead.
        known = await _by_reference(tx, body)
        if known is None:
            raise
        return known, False
    await tx.insert(lead_contacts, id=row["id"], opened_to=None, **body.contact.model_dump())
    tx.emit(LeadCreated(lead_id=row["id"], source=row["source"]), subject=row)
    return row, True


async def change(tx: Tx, lead_id: str, body: LeadPatch, *, version: int | None) -> Record:
    """Change what is known of a lead; raises InvalidTransition for what is fixed while a partner has it."""
    row = await tx.lock(leads, lead_id)
    if body.model_fields_set - {"custom_fields"}:
        vendor_only(tx.caller)
    LIFECYCLE.require_editable(row["status"], body.model_fields_set)
    require_version(row, version)
    if "product_family" in body.model_fields_set:
        await require_family(tx, body.product_family)
    if person := body.contact.changes():
        await tx.update(lead_contacts, await tx.lock(lead_contacts, lead_id), **person)
    changes = _changes(body) | await added(tx, leads, body, row=row)
    # A change of the person alone is a change of the lead: its ETag must move.
    return await tx.update(leads, row, **changes) if changes or person else row


async def put(tx: Tx, body: LeadIn, reference: ExternalReferenceIn, *, condition: Condition = UNCONDITIONAL) -> Row:
    """Take in the lead that has a reference, or correct what is known of it; a lead that says all of it stays as it is."""
    vendor_only(tx.caller)
    named = [reference, *(each for each in body.external_references if each != reference)]

    async def create() -> Row:
        return (await take_in(tx, body.model_copy(update={"external_references": named})))[0]

    async def bring_up_to_date(row: Record) -> Row:
        shown = LEADS.shape(await one(tx, row), caller=tx.caller)
        wanted = differing(body, shown, changeable=LeadPatch)
        if not wanted:
            return row
        sent = replacement(body, wanted, row=row, references=named)
        return await change(tx, row["id"], LeadPatch.model_validate(sent), version=None)

    return await upsert(tx, leads, reference, condition=condition, create=create, change=bring_up_to_date)


async def qualify(tx: Tx, lead_id: str, *, version: int | None) -> Record:
    """Find a new lead worth a partner's time."""
    vendor_only(tx.caller)
    row = await tx.lock_for(leads, lead_id, action="qualify", lifecycle=LIFECYCLE, version=version)
    return await tx.update(leads, row, status="qualified", qualified_at=tx.now)


async def _by_reference(tx: Tx, body: LeadIn) -> Record | None:
    if body.external_reference is None:
        return None
    return await find(tx, leads, body.external_reference.model_dump())


def _new(body: LeadIn) -> dict[str, Any]:
    country = body.country or body.company.country
    if country is None:
        raise Invalid(errors=[Fault("/country", "required", "The lead's country or its company's is needed.")])
    external = body.external_reference
    return {
        **{f"company_{name}": value for name, value in body.company.model_dump().items()},
        **UNASSIGNED,
        "owner": _VENDOR,
        "source": body.source,
        "external_system": external and external.system,
        "external_type": external and external.type,
        "external_id": external and external.id,
        "product_family": body.product_family,
        "country": country,
        "amount": body.amount and body.amount.amount,
        "currency": body.amount and body.amount.currency,
        "status": "new",
        "hops": 0,
    }


def _changes(body: LeadPatch) -> dict[str, Any]:
    changes = {name: value for name, value in body.changes().items() if name not in ExtensionsPatch.model_fields}
    changes.pop("contact", None)
    if changes.pop("company", None):
        changes |= {f"company_{name}": value for name, value in body.company.changes().items()}
    if "amount" in changes:
        amount = changes["amount"]
        changes |= {"amount": amount and amount.amount, "currency": amount and amount.currency}
    return changes
