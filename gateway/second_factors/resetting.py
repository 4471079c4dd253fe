"""Somebody has lost the phone and the recovery codes: an administrator takes the second factor away."""

from gateway.accounts import commands as account_commands
from gateway.accounts.queries import OF_PERSON_ANYWHERE, memberships_of
from gateway.accounts.rules import Membership
from gateway.accounts.tables import accounts
from gateway.mail import commands as mail
from gateway.roles import queries as role_queries
from gateway.roles.rules import require_within
from gateway.second_factors import queries
from gateway.second_factors.commands import forget
from gateway.second_factors.tables import second_factors
from gateway.sessions import commands as sessions
from gateway.sessions.rules import require_person
from gateway.tokens.issuer import Issuer
from shared.auth.principal import Caller
from shared.auth.scopes import Reach
from shared.db.pool import Record
from shared.db.tx import Tx
from shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from shared.events.catalog.gateway import SecondFactorReset

_BODY = """\
Hello {name},

an administrator has taken the second factor of your account away, since you were said to have lost it. You were signed out
everywhere. Sign in with your password and add a second factor again.

If you did not ask for this, choose a new password now and tell your administrator.
"""


class OwnSecondFactor(Forbidden):
    """One's own second factor goes with a code of it, or somebody else takes it away."""

    code, title = "own_second_factor", "Somebody else has to do this"


class ResetByVendor(Conflict):
    """Only the vendor takes this person's second factor away: ask it."""

    code, title = "reset_by_vendor", "Ask the vendor"


async def reset(tx: Tx, issuer: Issuer, *, account_id: str | None, person_id: str | None, caller: Caller) -> int:
    """Take away the second factors of a member of the staff, or of a partner's person, and return how many there were.

    Where there was one the person is signed out everywhere and gets a mail. Raises PersonRequired for keys and apps, Invalid
    for somebody unknown to the caller, OwnSecondFactor, BeyondOwnRights for somebody who may do more than the caller, and
    ResetByVendor for a partner whose person's account is not its alone.
    """
    require_person(caller)
    if (account_id is None) == (person_id is None):
        raise Invalid(errors=[Fault("/person_id", "one_of", "Give either account_id or person_id.")])
    async with tx.as_engine("whose account a person signs in with, and for whom else, no partner sees"):
        if person_id is not None:
            account, place = await _of_person(tx, person_id, caller=caller)
        else:
            account, place = await _of_staff(tx, str(account_id), caller=caller), None
        if account["id"] == caller.account_id:
            raise OwnSecondFactor()
        factors = await tx.all(queries.COUNTING_OR_PENDING, account=account["id"])
        for each in factors:
            await forget(tx, await tx.update(second_factors, each, status="removed"))
        if any(each["status"] == "active" for each in factors):
            await _end_and_tell(tx, issuer, account, place)
    return len(factors)


async def _end_and_tell(tx: Tx, issuer: Issuer, account: Record, place: Membership | None) -> None:
    await sessions.end_of_account(tx, issuer, account_id=account["id"], reason="second_factor_reset")
    await mail.send(
        tx,
        recipient=account["email"],
        purpose="second_factor",
        subject="Your second factor was taken away",
        body=_BODY.format(name=account["given_name"]),
    )
    partner_id = place.partner_id if place else None
    person_id = place.person_id if place else None
    event = SecondFactorReset(account_id=account["id"], person_id=person_id, partner_id=partner_id)
    tx.emit(event, subject=account, audience=[partner_id])


async def _of_staff(tx: Tx, account_id: str, *, caller: Caller) -> Record:
    unknown = Invalid(errors=[Fault("/account_id", "unknown_account", "There is no such account of your staff.")])
    if not caller.is_vendor or caller.reach("accounts:write") is not Reach.ALL:
        raise unknown
    try:
        row = await tx.lock(accounts, account_id)
    except NotFound:
        raise unknown from None
    if row["kind"] != "vendor":
        raise unknown
    await account_commands.require_may_grant(tx, row["roles"], caller=caller)
    return row


async def _of_person(tx: Tx, person_id: str, *, caller: Caller) -> tuple[Record, Membership]:
    """Return the account of a partner's person, and the person's place at that partner."""
    unknown = Invalid(errors=[Fault("/person_id", "unknown_person", "There is no such person who can sign in.")])
    found = await tx.first(OF_PERSON_ANYWHERE, person=person_id)
    reaches_all = caller.is_vendor and caller.reach("people:write") is Reach.ALL
    of_own_partner = found is not None and caller.partner_id == found["partner_id"] and caller.may("people:write")
    if found is None or not (reaches_all or of_own_partner):
        raise unknown
    account = await tx.lock(accounts, found["account_id"])
    places = await memberships_of(tx, account["id"])
    place = next(each for each in places if each.partner_id == found["partner_id"])
    if caller.is_vendor:
        if account["kind"] == "vendor":
            await account_commands.require_may_grant(tx, account["roles"], caller=caller)
        if caller.may("partners:write"):
            # Who keeps the partners does so for people whose work they do not do themselves.
            return account, place
    elif account["kind"] == "vendor" or any(each.may_sign_in for each in places if each is not place):
        raise ResetByVendor()
    roles = [role for each in places for role in each.roles]
    require_within(await role_queries.scopes_of(tx, roles, side="partner"), own=caller.scopes, vendor=False)
    return account, place
