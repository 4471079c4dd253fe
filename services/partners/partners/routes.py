"""Partners over HTTP."""

from typing import Any

from services.partners.internal import given, looking_up, parameters
from services.partners.partners import commands, queries, syncing, tiering
from services.partners.partners.commands import DuplicatePartner
from services.partners.partners.queries import PARTNERS
from services.partners.partners.rules import PartnerReadOnly
from services.partners.partners.schemas import (
    PartnerIn,
    PartnerOut,
    PartnerPatch,
    TerminationIn,
)
from services.partners.partners.tables import partners
from services.partners.tiers.queries import TIER_ASSIGNMENTS
from services.partners.tiers.schemas import TierAssignmentOut
from shared.auth.sides import vendor_only
from shared.db.pool import Database
from shared.db.read import Page
from shared.db.resource import Row
from shared.errors import Fault, Invalid
from shared.extensions.bodies import ExtensionsPatch
from shared.extensions.references import ExternalReferenceTaken, reference
from shared.web.models import Code, ReasonIn, RequiredReasonIn, Short, list_of
from shared.web.params import Conditions, Http, Now, Principal, Read, Tx, Version
from shared.web.router import Router

router = Router("partners")
router.lists(PARTNERS, PartnerOut, summary="Partners the caller may see, newest first.")
router.reads(PARTNERS, PartnerOut, summary="One partner.")


@router.post(
    permission="partners:write",
    returns=PARTNERS,
    out=PartnerOut,
    status=201,
    problems=[DuplicatePartner, ExternalReferenceTaken],
)
async def create_partner(body: PartnerIn, tx: Tx, caller: Principal) -> Row:
    """Make a partner without an application; it starts in onboarding."""
    vendor_only(caller)
    return await commands.create_from(tx, body)


@router.put(
    "/by-external-reference/{system}/{type}/{id}",
    permission="partners:write",
    returns=PARTNERS,
    out=PartnerOut,
    status=201,
    also={200: "The partner that has this reference, brought up to date."},
    problems=[DuplicatePartner, ExternalReferenceTaken],
)
async def put_partner_by_external_reference(
    system: Code,
    type: Code,  # noqa: A002
    id: Short,  # noqa: A002
    body: PartnerIn,
    tx: Tx,
    caller: Principal,
    condition: Conditions,
) -> Row:
    """Make the partner that the vendor knows by this reference, or change what has changed of it; safe to repeat."""
    vendor_only(caller)
    return await syncing.put(tx, body, reference(system, type, id), condition=condition)


@router.patch(
    permission="partners:write",
    returns=PARTNERS,
    out=PartnerOut,
    problems=[DuplicatePartner, ExternalReferenceTaken, PartnerReadOnly],
)
async def patch_partner(id: str, body: PartnerPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change a partner's profile, or its tier from a day on."""
    changes = {name: value for name, value in body.changes().items() if name not in ExtensionsPatch.model_fields}
    tier, begins = changes.pop("tier", None), changes.pop("tier_effective_on", None)
    if begins is not None and tier is None:
        raise Invalid(errors=[Fault("/tier", "required", "Name the tier that begins on this day.")])
    changes.pop("external_reference", None)
    row = await commands.change(
        tx,
        partner_id=id,
        version=version,
        named=body.model_fields_set,
        external_reference=body.external_reference,
        extensions=body,
        **changes,
    )
    return row if tier is None else await tiering.assign_tier(tx, partner_id=id, tier=tier, effective_on=begins)


@router.post("/{id}/activate", permission="partners:approve", returns=PARTNERS, out=PartnerOut)
async def activate_partner(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """End onboarding: the partner may work."""
    return await commands.activate(tx, partner_id=id, version=version, reason=body.reason)


@router.post("/{id}/put-on-probation", permission="partners:approve", returns=PARTNERS, out=PartnerOut)
async def put_partner_on_probation(id: str, body: RequiredReasonIn, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Put an active partner on probation."""
    return await commands.put_on_probation(tx, partner_id=id, version=version, reason=body.reason)


@router.post("/{id}/suspend", permission="partners:approve", returns=PARTNERS, out=PartnerOut)
async def suspend_partner(id: str, body: RequiredReasonIn, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Suspend a partner: read-only, no new deals or leads, protections frozen, earnings held."""
    return await commands.suspend(tx, partner_id=id, version=version, reason=body.reason)


@router.post("/{id}/reinstate", permission="partners:approve", returns=PARTNERS, out=PartnerOut)
async def reinstate_partner(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """End a suspension or a probation."""
    return await commands.reinstate(tx, partner_id=id, version=version, reason=body.reason)


@router.post("/{id}/terminate", permission="partners:approve", returns=PARTNERS, out=PartnerOut)
async def terminate_partner(id: str, body: TerminationIn, tx: Tx, version: Version) -> Row:  # noqa: A002
    """End the partnership, today or on a later day."""
    return await commands.terminate(
        tx, partner_id=id, version=version, reason=body.reason, effective_on=body.effective_on
    )


@router.get("/{id}/tier-history", permission="partners:read", out=list_of(TierAssignmentOut), listing=TIER_ASSIGNMENTS)
async def list_partner_tiers(id: str, read: Read, request: Http) -> Page:  # noqa: A002
    """The tiers a partner was, is and will be in, the latest first."""
    await read.get(PARTNERS, id)
    return await read.page(TIER_ASSIGNMENTS, request.query, partner_id=id)


def internal(database: Database) -> Router:
    """Return the route by which sister services look up one partner."""
    lookup = Router("partners", prefix="/internal")

    @lookup.get(permission=None, in_spec=False, query=parameters("tenant", "id"))
    async def look_up_partner(request: Http, now: Now) -> dict[str, Any]:
        """Return `{"version", "data"}` of a partner, as in its directory event."""
        async with looking_up(database, request, now=now, action="look_up_partner") as tx:
            row = await tx.fetch(partners, given(request, "id"))
        return {"version": row["version"], "data": queries.directory(row).model_dump(mode="json")}

    return lookup
