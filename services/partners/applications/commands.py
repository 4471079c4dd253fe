"""Writes of applications."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from services.partners.applications import queries, rules
from services.partners.applications.tables import LIFECYCLE, applications
from services.partners.identity.commands import hold, take_over
from services.partners.partners import commands as partners
from services.partners.people import commands as people
from services.partners.screening.facts import facts_of
from services.partners.screening.queries import current
from shared.auth.sides import vendor_only
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.events.catalog.partners import ApplicationDecided, ApplicationSubmitted, PartnerApproved

_UNDECIDED: dict[str, Any] = {
    "reasons": [],
    "decision_trace": None,
    "policy_version": None,
    "duplicate_of": None,
    "decision_reason": None,
    "submitted_at": None,
    "decided_at": None,
    "decided_by": None,
}


async def create(
    tx: Tx,
    *,
    legal_name: str,
    country: str,
    given_name: str,
    family_name: str,
    email: str,
    website: str | None = None,
    tax_id: str | None = None,
    locale: str = "en",
    answers: Mapping[str, Any] | None = None,
    partner_types: Iterable[str] = ("reseller",),
    source: Literal["public", "vendor"] = "vendor",
    id: str | None = None,  # noqa: A002
) -> Row:
    """Store a draft; it is not screened and takes no keys of the company. Raises AlreadyExists for a taken id."""
    return await tx.insert(
        applications,
        id=id or tx.new_id("app"),
        legal_name=legal_name,
        country=country,
        website=website,
        tax_id=tax_id,
        given_name=given_name,
        family_name=family_name,
        email=email,
        locale=locale,
        answers=dict(answers or {}),
        partner_types=sorted(set(partner_types)),
        source=source,
        status="draft",
        partner_id=None,
        **_UNDECIDED,
    )


async def apply(tx: Tx, **fields: Any) -> Row:
    """Take a company's own application (the fields of `create`), submit and screen it in one step."""
    async with tx.as_engine("an applicant sees nothing; it is screened against the vendor's partners and applications"):
        row = await create(tx, source="public", **fields)
        return await _submit(tx, row)


async def change(tx: Tx, *, application_id: str, version: int | None, named: Iterable[str], **changes: Any) -> Row:
    """Change a draft; `named` are the members the caller sent. Raises InvalidTransition once it is submitted."""
    vendor_only(tx.caller)
    row = await tx.lock(applications, application_id)
    LIFECYCLE.require_editable(row["status"], named)
    require_version(row, version)
    return await tx.update(applications, row, **changes) if changes else row


async def submit(tx: Tx, *, application_id: str, version: int | None = None) -> Row:
    """Submit a draft and screen it: approved, in review or rejected, by the policy that counts now."""
    vendor_only(tx.caller)
    row = await tx.lock_for(applications, application_id, action="submit", lifecycle=LIFECYCLE, version=version)
    async with tx.as_engine("screening compares with partners the caller may not see"):
        return await _submit(tx, row)


async def approve(
    tx: Tx,
    *,
    application_id: str,
    version: int | None = None,
    reason: str | None = None,
    accept_duplicate: bool = False,
) -> Row:
    """Make the applicant a partner in onboarding and invite its contact as administrator.

    Raises DuplicatePartner, unless accepted, when a partner of this identity exists by now.
    """
    vendor_only(tx.caller)
    row = await tx.lock_for(applications, application_id, action="approve", lifecycle=LIFECYCLE, version=version)
    async with tx.as_engine("the new partner is assigned to nobody yet"):
        return await _admit(tx, row, automatic=False, accept_duplicate=accept_duplicate, decision_reason=reason)


async def reject(
    tx: Tx,
    *,
    application_id: str,
    version: int | None = None,
    reason: str | None = None,
    reason_codes: Iterable[str] = (),
) -> Row:
    """Turn the applicant down; it may apply again after the cool-off."""
    vendor_only(tx.caller)
    row = await tx.lock_for(applications, application_id, action="reject", lifecycle=LIFECYCLE, version=version)
    reasons = [*row["reasons"], *(code for code in dict.fromkeys(reason_codes) if code not in row["reasons"])]
    row = await tx.update(
        applications,
        row,
        status="rejected",
        reasons=reasons,
        decision_reason=reason,
        decided_at=tx.now,
        decided_by=tx.caller.account_id,
    )
    _tell_decision(tx, row, automatic=False)
    return row


async def withdraw(tx: Tx, *, application_id: str, version: int | None = None, reason: str | None = None) -> Row:
    """Close an application at the applicant's own wish; it may come back at once."""
    vendor_only(tx.caller)
    row = await tx.lock_for(applications, application_id, action="withdraw", lifecycle=LIFECYCLE, version=version)
    return await tx.update(applications, row, status="withdrawn", decision_reason=reason)


async def reapply(tx: Tx, *, application_id: str, version: int | None = None) -> Row:
    """Make a rejected or withdrawn application a draft again; raises CoolingOff for 30 days after a rejection."""
    vendor_only(tx.caller)
    row = await tx.lock_for(applications, application_id, action="reapply", lifecycle=LIFECYCLE, version=version)
    rules.require_cooled_off(row["status"], row["decided_at"], at=tx.now)
    return await tx.update(applications, row, status="draft", **_UNDECIDED)


async def _submit(tx: Tx, row: Row) -> Row:
    row = await tx.update(applications, row, status="submitted", submitted_at=tx.now)
    tx.emit(ApplicationSubmitted(application_id=row["id"]), subject=row)
    screening = await current(tx)
    claims = await hold(tx, queries.keys_of(row), holder_id=row["id"])
    rivals = await queries.rivals_of(tx, claims)
    # A rival of an application that no longer exists has nothing to defend, like one that is closed.
    freed = [each for each in claims if each.holder_id not in rivals or rules.gives_way(rivals[each.holder_id])]
    await take_over(tx, freed, holder_id=row["id"])
    standing = queries.standing_of(rivals, at=tx.now)
    evaluation = screening.policy.evaluate(facts_of(queries.applicant(row), standing, screening.lists))
    screened: dict[str, Any] = {
        "reasons": list(evaluation.reasons),
        "decision_trace": evaluation.to_json(),
        "policy_version": evaluation.version,
        "duplicate_of": standing.duplicate_partner or standing.duplicate_application,
    }
    status = rules.status_after(evaluation.outcome, auto_approve=screening.auto_approve)
    if status == "approved":
        return await _admit(tx, row, automatic=True, accept_duplicate=True, **screened)
    if status == "in_review":
        return await tx.update(applications, row, status=status, **screened)
    row = await tx.update(applications, row, status=status, decided_at=tx.now, decided_by="system", **screened)
    _tell_decision(tx, row, automatic=True)
    return row


async def _admit(tx: Tx, row: Row, *, automatic: bool, accept_duplicate: bool, **screened: Any) -> Row:
    """Make the partner and its first administrator, and have the contact invited."""
    partner = await partners.create(
        tx,
        name=row["legal_name"],
        legal_name=row["legal_name"],
        country=row["country"],
        website=row["website"],
        tax_id=row["tax_id"],
        partner_types=row["partner_types"],
        application_id=row["id"],
        allow_duplicate=accept_duplicate,
    )
    row = await tx.update(
        applications,
        row,
        status="approved",
        partner_id=partner["id"],
        decided_at=tx.now,
        decided_by="system" if automatic else tx.caller.account_id,
        **screened,
    )
    _tell_decision(tx, row, automatic=automatic)
    approved = PartnerApproved(partner_id=partner["id"], application_id=row["id"])
    tx.emit(approved, subject=partner, audience=[partner["id"]])
    person = await people.create(
        tx,
        partner_id=partner["id"],
        given_name=row["given_name"],
        family_name=row["family_name"],
        email=row["email"],
        locale=row["locale"],
        roles=["partner_admin"],
    )
    await people.invite(tx, person_id=person["id"])
    return row


def _tell_decision(tx: Tx, row: Row, *, automatic: bool) -> None:
    event = ApplicationDecided(
        application_id=row["id"], decision=row["status"], partner_id=row["partner_id"], automatic=automatic
    )
    tx.emit(event, subject=row, audience=[row["partner_id"]])
