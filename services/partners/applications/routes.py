"""Applications over HTTP."""

from typing import Any

from services.partners.applications import commands, queries
from services.partners.applications.queries import APPLICATIONS
from services.partners.applications.rules import CoolingOff, status_after
from services.partners.applications.schemas import (
    ApplicationIn,
    ApplicationOut,
    ApplicationPatch,
    ApplicationReceiptOut,
    ApprovalIn,
    RejectionIn,
)
from services.partners.applications.tables import applications
from services.partners.partners.commands import DuplicatePartner
from services.partners.screening.facts import APPLICATION
from services.partners.screening.queries import SCREENING_POLICIES, screening
from services.partners.screening.schemas import ScreeningPreviewIn, ScreeningPreviewOut
from services.partners.screening.tables import screening_policies
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.errors import AlreadyExists, Fault, Invalid
from shared.web.models import ReasonIn
from shared.web.params import Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router

router = Router("applications")
router.lists(APPLICATIONS, ApplicationOut, summary="Applications, newest first; for the vendor.")
router.reads(APPLICATIONS, ApplicationOut, summary="One application; for the vendor.")


@router.post(
    permission="applications:create",
    public=True,
    returns=APPLICATIONS,
    out=ApplicationOut | ApplicationReceiptOut,
    status=201,
    problems=[AlreadyExists],
)
async def create_application(body: ApplicationIn, tx: Tx, caller: Principal) -> Row | Reply:
    """Apply to become a partner.

    Without a token it is submitted and screened at once, and answered by a receipt. The vendor's own starts as a draft.
    """
    company, contact = body.company.model_dump(), body.contact.model_dump()
    fields = {"id": body.id, "answers": body.answers, "partner_types": body.partner_types, **company, **contact}
    if caller.kind == "anonymous":
        return _receipt(await commands.apply(tx, **fields))
    vendor_only(caller)
    return await commands.create(tx, **fields)


@router.patch(permission="applications:write", returns=APPLICATIONS, out=ApplicationOut)
async def patch_application(id: str, body: ApplicationPatch, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Change a draft."""
    changes = {name: value for name, value in body.changes().items() if name in ("answers", "partner_types")}
    return await commands.change(
        tx,
        application_id=id,
        version=version,
        named=body.model_fields_set,
        **changes,
        **body.company.changes(),
        **body.contact.changes(),
    )


@router.post("/{id}/submit", permission="applications:write", returns=APPLICATIONS, out=ApplicationOut)
async def submit_application(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Submit a draft and screen it."""
    return await commands.submit(tx, application_id=id, version=version)


@router.post(
    "/{id}/approve",
    permission="applications:approve",
    returns=APPLICATIONS,
    out=ApplicationOut,
    problems=[DuplicatePartner],
)
async def approve_application(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ApprovalIn = ApprovalIn(),
) -> Row:
    """Make the applicant a partner and invite its contact."""
    return await commands.approve(
        tx, application_id=id, version=version, reason=body.reason, accept_duplicate=body.accept_duplicate
    )


@router.post("/{id}/reject", permission="applications:approve", returns=APPLICATIONS, out=ApplicationOut)
async def reject_application(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: RejectionIn = RejectionIn(),
) -> Row:
    """Turn the applicant down."""
    return await commands.reject(
        tx, application_id=id, version=version, reason=body.reason, reason_codes=body.reason_codes
    )


@router.post("/{id}/withdraw", permission="applications:write", returns=APPLICATIONS, out=ApplicationOut)
async def withdraw_application(
    id: str,  # noqa: A002
    tx: Tx,
    version: Version,
    body: ReasonIn = ReasonIn(),
) -> Row:
    """Close an application at the applicant's wish."""
    return await commands.withdraw(tx, application_id=id, version=version, reason=body.reason)


@router.post(
    "/{id}/reapply", permission="applications:write", returns=APPLICATIONS, out=ApplicationOut, problems=[CoolingOff]
)
async def reapply_application(id: str, tx: Tx, version: Version) -> Row:  # noqa: A002
    """Make a closed application a draft again, 30 days after a rejection at the earliest."""
    return await commands.reapply(tx, application_id=id, version=version)


previews = Router("screening-policies")


@previews.post("/{id}/preview", permission="screening-policies:read", about=SCREENING_POLICIES, out=ScreeningPreviewOut)
async def preview_screening_policy(id: str, body: ScreeningPreviewIn, tx: Tx) -> dict[str, Any]:  # noqa: A002
    """Try a policy, published or not, on facts or on an application; nothing is stored."""
    policy = screening(await tx.fetch(screening_policies, id))
    if (body.facts is None) == (body.application_id is None):
        raise Invalid(errors=[Fault("", "one_of", "Give either facts or application_id.")])
    if body.facts is not None:
        unknown = sorted(body.facts.keys() - APPLICATION.kinds.keys())
        if unknown:
            raise Invalid(errors=[Fault("/facts", "unknown_fact", f"Facts are: {', '.join(APPLICATION.kinds)}.")])
        facts: dict[str, Any] = dict(body.facts)
    else:
        facts = dict(await queries.facts_now(tx, await tx.fetch(applications, str(body.application_id)), policy))
    evaluation = policy.policy.evaluate(facts)
    return {
        "object": "screening_preview",
        "status": status_after(evaluation.outcome, auto_approve=policy.auto_approve),
        "facts": facts,
        "evaluation": evaluation.to_json(),
    }


def _receipt(row: Row) -> Reply:
    shown = ApplicationReceiptOut(
        object="application",
        id=row["id"],
        version=row["version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        submitted_at=row["submitted_at"],
        status=row["status"],
    )
    headers = {"Location": f"/v1/applications/{row['id']}", "Cache-Control": "no-store"}
    return Reply(201, shown.model_dump_json().encode(), headers)
