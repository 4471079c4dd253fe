"""Drafting deals and changing what they say."""

from collections.abc import Sequence
from typing import Any

from services.deals.customers.spellings import PARTS
from services.deals.directory.queries import Partner, partner_of
from services.deals.products.queries import family_for_registration
from services.deals.protection import commands as protection
from services.deals.registrations.edits import says_otherwise, tell_change
from services.deals.registrations.lifecycle import LIFECYCLE
from services.deals.registrations.queries import DEALS
from services.deals.registrations.reopening import hold_what_it_meets, reopen_if_needed
from services.deals.registrations.rules import Facts, authors_with, require_possible_close
from services.deals.registrations.schemas import DealIn, DealPatch
from services.deals.registrations.tables import deals
from services.deals.screening.schemas import CustomerIn
from services.deals.stages.commands import keep_plan
from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.pool import Record
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import Fault, Invalid, InvalidTransition
from shared.events.catalog.deals import DealCreated
from shared.extensions.bodies import ExtensionsPatch
from shared.extensions.commands import added
from shared.extensions.references import differing, replacement, upsert
from shared.matching import is_identified
from shared.web.conditional import UNCONDITIONAL, Condition
from shared.web.models import ExternalReferenceIn


async def register(tx: Tx, body: DealIn, *, caller: Caller) -> Row:
    """Draft a deal for the caller's partner, or for the partner the vendor names; nothing is claimed yet."""
    require_possible_close(body.expected_close_on, at=tx.now)
    partner = await partner_of(tx, _partner_id(body, caller))
    family = await family_for_registration(tx, body.product_family)
    reference = body.external_reference
    return await draft(
        tx,
        deal_id=body.id or tx.new_id("deal"),
        partner=partner,
        title=body.title,
        customer=body.customer,
        product_family=family.code,
        territories=body.territories,
        amount=body.amount.amount if body.amount else None,
        currency=body.amount.currency if body.amount else None,
        expected_close_on=body.expected_close_on,
        next_step=body.next_step,
        external_owner=("vendor" if is_vendor_side(caller) else partner.id) if reference else None,
        external_system=reference.system if reference else None,
        external_type=reference.type if reference else None,
        external_id=reference.id if reference else None,
        created_by=caller.account_id,
        # What a key makes is its holder's.
        authors=[caller.answerable_id] if caller.holder_id else None,
        **await added(tx, deals, body, first=reference, names_first=reference is not None),
    )


async def draft(
    tx: Tx, *, deal_id: str, partner: Partner, customer: CustomerIn, territories: Sequence[str] = (), **facts: Any
) -> Record:
    """Store a draft at the beginning of its partner's pipeline.

    Raises AlreadyExists when its id, lead or external reference is taken.
    """
    drafted = await tx.insert(
        deals,
        id=deal_id,
        status="draft",
        partner_id=partner.id,
        pipeline_id=partner.pipeline_id,
        stage=partner.first_stage,
        decision_trace=[],
        evidence_count=0,
        territories=list(territories),
        **_customer_columns(customer),
        **facts,
    )
    event = DealCreated(
        deal_id=drafted["id"],
        partner_id=drafted["partner_id"],
        product_family=drafted["product_family"],
        lead_id=drafted["lead_id"],
    )
    tx.emit(event, subject=drafted, audience=[drafted["partner_id"]])
    return drafted


async def change(tx: Tx, body: DealPatch, *, deal_id: str, version: int | None) -> Row:
    """Change what the deal says; raises InvalidTransition for a field that its status no longer lets be changed."""
    deal = await tx.lock(deals, deal_id)
    fixed = sorted(body.model_fields_set - set(LIFECYCLE.editable_fields(deal["status"])))
    if fixed:
        raise InvalidTransition(f"{', '.join(fixed)} cannot be changed while the status is {deal['status']}.")
    require_version(deal, version)
    require_possible_close(body.expected_close_on, at=tx.now)
    changes = {name: value for name, value in body.changes().items() if name not in ExtensionsPatch.model_fields}
    if "product_family" in changes:
        await family_for_registration(tx, changes["product_family"])
    if "customer" in changes:
        changes |= {f"customer_{name}": value for name, value in changes.pop("customer").changes().items()}
        changes["customer_identified"] = is_identified(Facts.of({**deal, **changes}).customer)
    if "amount" in changes:
        amount = changes.pop("amount")
        changes |= {"amount": amount.amount if amount else None, "currency": amount.currency if amount else None}
    changes |= await added(tx, deals, body, row=deal)
    await hold_what_it_meets(tx, deal, {**deal, **changes})
    if says_otherwise(deal, {**deal, **changes}):
        changes["authors"] = authors_with(deal, tx.caller)
        if not is_vendor_side(tx.caller):
            changes |= await protection.keep_alive(tx, deal)
    changed = await tx.update(deals, deal, **changes)
    tell_change(tx, deal, changed)
    await keep_plan(tx, deal, changed)
    return await reopen_if_needed(tx, changed, before=deal)


async def put(
    tx: Tx, body: DealIn, reference: ExternalReferenceIn, *, condition: Condition = UNCONDITIONAL, caller: Caller
) -> Row:
    """Register the deal that has a reference, or change what it says now; a deal that says all of it stays as it is."""
    named = [reference, *(each for each in body.external_references if each != reference)]

    async def create() -> Row:
        return await register(tx, body.model_copy(update={"external_references": named}), caller=caller)

    async def bring_up_to_date(deal: Record) -> Row:
        shown = DEALS.shape(deal, caller=caller, only=body.model_fields_set)
        wanted = differing(body, shown, changeable=DealPatch)
        if not wanted:
            return deal
        sent = replacement(body, wanted, row=deal, references=named)
        return await change(tx, DealPatch.model_validate(sent), deal_id=deal["id"], version=None)

    return await upsert(tx, deals, reference, condition=condition, create=create, change=bring_up_to_date)


def _partner_id(body: DealIn, caller: Caller) -> str:
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner the deal is registered for.")])
    return partner_id


def _customer_columns(customer: CustomerIn) -> dict[str, Any]:
    company = customer.company(customer.name)
    said = {f"customer_{part}": getattr(company, part) for part in PARTS}
    return said | {"customer_identified": is_identified(company)}
