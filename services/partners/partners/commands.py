"""Writes of partners. Every one of them tells the sister services the partner's full state."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from typing import Any, Final

from services.partners.identity.commands import hold, release, take_over
from services.partners.partners import queries
from services.partners.partners.rules import require_own_fields, require_working, termination_day
from services.partners.partners.schemas import PartnerIn
from services.partners.partners.tables import LIFECYCLE, PARTNER_FIELDS, partners
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Conflict, Forbidden
from shared.events.catalog.partners import PartnerActivated, PartnerReinstated, PartnerSuspended, PartnerTerminated
from shared.extensions.bodies import ExtensionsIn, ExtensionsPatch
from shared.extensions.commands import added
from shared.extensions.references import ExternalReferenceTaken
from shared.matching import IdentityKey, identity_keys
from shared.values.ids import is_id
from shared.web.models import ExternalReferenceIn

TERMINATION: Final = "termination"
_IDENTITY: Final = {"name", "legal_name", "country", "website", "tax_id"}


class DuplicatePartner(Conflict):
    """A partner with the same tax number, domain or name exists already."""

    code, title = "duplicate_partner", "Duplicate partner"


async def create(
    tx: Tx,
    *,
    name: str,
    country: str,
    legal_name: str | None = None,
    website: str | None = None,
    tax_id: str | None = None,
    territories: Iterable[str] = (),
    product_families: Iterable[str] = (),
    partner_types: Iterable[str] = ("reseller",),
    lead_capacity: int = 20,
    accepts_leads: bool = True,
    external_reference: ExternalReferenceIn | None = None,
    application_id: str | None = None,
    allow_duplicate: bool = False,
    extensions: ExtensionsIn | None = None,
    id: str | None = None,  # noqa: A002
) -> Row:
    """Make a partner, in onboarding; it assigns no tier, invites nobody, and does not ask who may decide this.

    Raises DuplicatePartner (unless allowed) when a partner of this identity exists, ExternalReferenceTaken, AlreadyExists.
    """
    if tx.viewer != "*":
        raise Forbidden("A partner is made by somebody who sees all partners.")
    first = external_reference
    more = await added(tx, partners, extensions or ExtensionsIn(), first=first, names_first=first is not None)
    try:
        row = await tx.insert(
            partners,
            id=id or tx.new_id("ptr"),
            name=name,
            legal_name=legal_name,
            country=country,
            website=website,
            tax_id=tax_id,
            territories=sorted(set(territories)),
            product_families=sorted(set(product_families)),
            partner_types=sorted(set(partner_types)),
            lead_capacity=lead_capacity,
            accepts_leads=accepts_leads,
            tier=None,
            tier_since=None,
            status="onboarding",
            status_reason=None,
            status_since=tx.now,
            terminates_on=None,
            application_id=application_id,
            **_columns_of(external_reference),
            **more,
        )
    except AlreadyExists:
        if external_reference is not None and await _is_taken(tx, external_reference):
            raise ExternalReferenceTaken() from None
        raise
    await _claim_identity(tx, row, allow_duplicate=allow_duplicate)
    tx.emit(queries.directory(row), subject=row)
    return row


async def create_from(tx: Tx, body: PartnerIn) -> Row:
    """Make a partner as a body describes it; raises what `create` raises."""
    described = body.model_dump(exclude={"external_reference", *ExtensionsIn.model_fields})
    return await create(tx, **described, external_reference=body.external_reference, extensions=body)


async def change(
    tx: Tx,
    *,
    partner_id: str,
    version: int | None,
    external_reference: ExternalReferenceIn | None = None,
    named: Collection[str] = (),
    extensions: ExtensionsPatch | None = None,
    **changes: Any,
) -> Row:
    """Change fields of a partner; `named` are the members the caller sent.

    Raises Forbidden for a field that is not the caller's to change, PartnerReadOnly, DuplicatePartner,
    ExternalReferenceTaken.
    """
    row = before = await tx.lock(partners, partner_id)
    named = set(named) | set(changes)
    if tx.caller.kind == "partner":
        require_own_fields(named, allowed=PARTNER_FIELDS)
        require_working(row["status"])
    else:
        vendor_only(tx.caller)
    LIFECYCLE.require_editable(row["status"], named)
    require_version(row, version)
    if "external_reference" in named:
        changes |= _columns_of(external_reference)
    if extensions is not None:
        first, names_first = external_reference, "external_reference" in named
        changes |= await added(tx, partners, extensions, row=row, first=first, names_first=names_first)
    if not changes:
        return row
    try:
        row = await store(tx, row, **changes)
    except AlreadyExists as taken:
        raise ExternalReferenceTaken() from taken
    # A partner's own word neither takes a key from others nor tells it that another partner has it.
    if _IDENTITY & set(changes) and tx.caller.kind != "partner":
        await keep_identity(tx, before=before, row=row)
    return row


async def keep_identity(tx: Tx, *, before: Row, row: Row) -> None:
    """Hold the keys of the company as it is now, and give back those it had; raises DuplicatePartner."""
    async with tx.as_engine("a company's identity is compared with partners the caller may not see"):
        await _claim_identity(tx, row, allow_duplicate=False)
        await release(tx, _keys(before), besides=_keys(row), holder_id=row["id"])


async def store(tx: Tx, row: Row, **changes: Any) -> Row:
    """Store a change of a partner and tell the sister services its new state."""
    row = await tx.update(partners, row, **changes)
    tx.emit(queries.directory(row), subject=row)
    return row


def day_of(tx: Tx) -> date:
    """Return the tenant's calendar day, in UTC."""
    return tx.now.date()


async def activate(tx: Tx, *, partner_id: str, version: int | None = None, reason: str | None = None) -> Row:
    """End onboarding: the partner may register deals and receive leads."""
    row = await _step(tx, partner_id, "activate", to="active", version=version, reason=reason)
    tx.emit(PartnerActivated(partner_id=partner_id), subject=row, audience=[partner_id])
    return row


async def put_on_probation(tx: Tx, *, partner_id: str, reason: str, version: int | None = None) -> Row:
    """Put an active partner on probation: it goes on working, under watch."""
    return await _step(tx, partner_id, "put-on-probation", to="probation", version=version, reason=reason)


async def suspend(tx: Tx, *, partner_id: str, reason: str, version: int | None = None) -> Row:
    """Make the partner read-only: open leads are recalled, protections frozen and earnings held, by their services."""
    row = await _step(tx, partner_id, "suspend", to="suspended", version=version, reason=reason)
    tx.emit(PartnerSuspended(partner_id=partner_id, reason=reason), subject=row, audience=[partner_id])
    return row


async def reinstate(tx: Tx, *, partner_id: str, reason: str | None = None, version: int | None = None) -> Row:
    """End a suspension or a probation; what expired meanwhile stays expired."""
    row = await _step(tx, partner_id, "reinstate", to="active", version=version, reason=reason)
    tx.emit(PartnerReinstated(partner_id=partner_id), subject=row, audience=[partner_id])
    return row


async def terminate(
    tx: Tx, *, partner_id: str, reason: str, effective_on: date | None = None, version: int | None = None
) -> Row:
    """End the partnership on a day, today or later; until then the partner stays as it is. Invalid for a past day."""
    vendor_only(tx.caller)
    row = await tx.lock_for(partners, partner_id, action="terminate", lifecycle=LIFECYCLE, version=version)
    ends = termination_day(effective_on, today=day_of(tx))
    tx.reason = reason
    if ends > day_of(tx):
        await tx.remind(TERMINATION, subject=partner_id, at=datetime.combine(ends, time(), UTC), reason=reason)
        return await store(tx, row, terminates_on=ends, status_reason=reason)
    await tx.forget(TERMINATION, subject=partner_id)
    return await _end(tx, row, on=ends, reason=reason)


async def end_if_due(tx: Tx, *, partner_id: str, reason: str) -> None:
    """End a partnership whose announced last day has come; nothing when it has ended or the day was moved."""
    row = await tx.lock(partners, partner_id)
    ends = row["terminates_on"]
    if row["status"] != "terminated" and ends is not None and ends <= day_of(tx):
        await _end(tx, row, on=ends, reason=reason)


async def _end(tx: Tx, row: Row, *, on: date, reason: str) -> Row:
    row = await store(
        tx, row, status="terminated", status_reason=reason, status_since=tx.now, terminates_on=on, accepts_leads=False
    )
    event = PartnerTerminated(partner_id=row["id"], effective_on=on, reason=reason)
    tx.emit(event, subject=row, audience=[row["id"]])
    return row


async def _step(tx: Tx, partner_id: str, action: str, *, to: str, version: int | None, reason: str | None) -> Row:
    vendor_only(tx.caller)
    row = await tx.lock_for(partners, partner_id, action=action, lifecycle=LIFECYCLE, version=version)
    tx.reason = reason
    return await store(tx, row, status=to, status_reason=reason, status_since=tx.now)


async def _claim_identity(tx: Tx, row: Row, *, allow_duplicate: bool) -> None:
    """Hold the keys of this company; an application that holds one gives way, another partner does not."""
    claims = await hold(tx, _keys(row), holder_id=row["id"])
    rivals = [claim for claim in claims if is_id(claim.holder_id, "ptr")]
    if rivals and not allow_duplicate:
        raise DuplicatePartner()
    await take_over(tx, [claim for claim in claims if claim not in rivals], holder_id=row["id"])


def _keys(row: Row) -> list[IdentityKey]:
    return identity_keys(queries.identity(row))


def _columns_of(reference: ExternalReferenceIn | None) -> dict[str, str | None]:
    return {
        "external_system": reference.system if reference else None,
        "external_type": reference.type if reference else None,
        "external_id": reference.id if reference else None,
    }


async def _is_taken(tx: Tx, reference: ExternalReferenceIn) -> bool:
    found = await queries.by_external_reference(tx, system=reference.system, type=reference.type, id=reference.id)
    return found is not None
