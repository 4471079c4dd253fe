"""Writes of people."""

from collections.abc import Iterable
from typing import Any

from services.partners.partners.rules import require_working
from services.partners.partners.tables import partners
from services.partners.people import queries
from services.partners.people.appointing import require_may_appoint, roles_of_the_tenants_own
from services.partners.people.rules import checked_roles, require_another_admin
from services.partners.people.schemas import PersonIn
from services.partners.people.tables import LIFECYCLE, people
from shared.auth.principal import Caller
from shared.db.resource import Row
from shared.db.tx import Tx, require_version
from shared.errors import AlreadyExists, Conflict, Fault, Invalid
from shared.events.catalog.partners import UserDeactivated, UserInvited, UserRolesChanged


class EmailTaken(Conflict):
    """Another person of this partner has this address."""

    code, title = "email_taken", "Address taken"


async def create_from(tx: Tx, body: PersonIn, *, caller: Caller) -> Row:
    """Add a person as a body describes them; raises BeyondOwnRights and what `create` raises."""
    partner_id = body.partner_id or caller.partner_id
    if partner_id is None:
        raise Invalid(errors=[Fault("/partner_id", "required", "Name the partner.")])
    await require_may_appoint(tx, body.roles, caller=caller)
    return await create(tx, partner_id=partner_id, **body.model_dump(exclude={"partner_id"}))


async def create(
    tx: Tx,
    *,
    partner_id: str,
    given_name: str,
    family_name: str,
    email: str,
    roles: Iterable[str],
    phone: str | None = None,
    job_title: str | None = None,
    locale: str = "en",
    id: str | None = None,  # noqa: A002
) -> Row:
    """Add a person to a partner; nobody is written to before `invite`.

    Raises EmailTaken, Invalid for an unknown role, PartnerReadOnly, NotFound for a partner the caller does not see.
    """
    partner = await tx.fetch(partners, partner_id)
    _require_open(tx, partner)
    wanted = list(roles)
    own = await roles_of_the_tenants_own(tx, wanted)
    granted = checked_roles(wanted, own=own, by_partner=tx.caller.kind == "partner")
    try:
        return await tx.insert(
            people,
            id=id or tx.new_id("per"),
            partner_id=partner_id,
            given_name=given_name,
            family_name=family_name,
            email=email,
            email_key=_email_key(email),
            phone=phone,
            job_title=job_title,
            locale=locale,
            roles=granted,
            status="new",
            invited_at=None,
            activated_at=None,
            deactivated_at=None,
        )
    except AlreadyExists:
        if await queries.has_email(tx, partner_id=partner_id, email_key=_email_key(email)):
            raise EmailTaken() from None
        raise


async def change(tx: Tx, *, person_id: str, version: int | None = None, **changes: Any) -> Row:
    """Change a person; raises EmailTaken, LastAdmin when the last administrator's role would go, PartnerReadOnly."""
    partner, row = await _locked(tx, person_id)
    if tx.caller.kind == "partner":
        require_working(partner["status"])
    LIFECYCLE.require_editable(row["status"], changes)
    require_version(row, version)
    if "roles" in changes:
        by_partner = tx.caller.kind == "partner"
        own = await roles_of_the_tenants_own(tx, changes["roles"])
        changes["roles"] = checked_roles(changes["roles"], granted_before=row["roles"], own=own, by_partner=by_partner)
        if "partner_admin" not in changes["roles"]:
            await _require_another_admin(tx, row)
    if "email" in changes:
        changes["email_key"] = _email_key(changes["email"])
    if not changes:
        return row
    try:
        changed = await tx.update(people, row, **changes)
    except AlreadyExists as taken:
        raise EmailTaken() from taken
    if changed["roles"] != row["roles"]:
        event = UserRolesChanged(person_id=person_id, partner_id=row["partner_id"], roles=changed["roles"])
        tx.emit(event, subject=changed, audience=[row["partner_id"]])
    return changed


async def invite(tx: Tx, *, person_id: str, version: int | None = None) -> Row:
    """Have the gateway send the person an invitation, again where one was sent before; PartnerReadOnly."""
    partner, row = await _locked(tx, person_id)
    LIFECYCLE.require(row["status"], "invite")
    require_version(row, version)
    _require_open(tx, partner)
    row = await tx.update(people, row, status="invited", invited_at=tx.now, deactivated_at=None)
    event = UserInvited(person_id=person_id, partner_id=row["partner_id"], roles=row["roles"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def deactivate(tx: Tx, *, person_id: str, version: int | None = None) -> Row:
    """End a person's access; raises LastAdmin for the last administrator of a partner that is not terminated."""
    partner, row = await _locked(tx, person_id)
    LIFECYCLE.require(row["status"], "deactivate")
    require_version(row, version)
    if partner["status"] != "terminated":
        await _require_another_admin(tx, row)
    row = await tx.update(people, row, status="deactivated", deactivated_at=tx.now)
    event = UserDeactivated(person_id=person_id, partner_id=row["partner_id"])
    tx.emit(event, subject=row, audience=[row["partner_id"]])
    return row


async def signed_up(tx: Tx, *, person_id: str) -> None:
    """Note that an invited person can sign in now; nothing for one who could already, or no longer may."""
    row = await tx.lock(people, person_id)
    if row["status"] == "invited":
        await tx.update(people, row, status="active", activated_at=tx.now)


async def _locked(tx: Tx, person_id: str) -> tuple[Row, Row]:
    """Hold the partner and then the person: two administrators who leave at once come one after the other."""
    partner_id = (await tx.fetch(people, person_id))["partner_id"]
    return await tx.lock(partners, partner_id), await tx.lock(people, person_id)


async def _require_another_admin(tx: Tx, row: Row) -> None:
    require_another_admin(queries.member(row), await queries.members(tx, row["partner_id"]))


def _require_open(tx: Tx, partner: Row) -> None:
    """The vendor prepares people of a suspended partner; the partner itself does not."""
    if tx.caller.kind == "partner" or partner["status"] == "terminated":
        require_working(partner["status"])


def _email_key(email: str) -> str:
    return email.casefold()
