"""Inviting and accepting. The token is in the mail and nowhere else; we keep its hash."""

from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, select

from gateway.accounts import commands as account_commands
from gateway.accounts import queries as account_queries
from gateway.accounts.lifecycle import LIFECYCLE
from gateway.accounts.tables import accounts
from gateway.credentials import commands as credentials
from gateway.credentials import hashing
from gateway.credentials.queries import find_secret
from gateway.credentials.rules import InvalidCredentials
from gateway.credentials.throttle import Attempt
from gateway.invitations.tables import invitations
from gateway.mail import commands as mail
from gateway.second_factors import commands as second_factors
from gateway.sign_in.commands import begin_session
from gateway.sign_in.schemas import SessionGrantOut
from gateway.tenants.inside import inside
from gateway.tenants.queries import tenant_with
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.errors import Gone, NotFound
from shared.events.catalog.gateway import PersonSignedUp

LIVES: Final = timedelta(days=7)
_OPEN: Final = Statement(
    select(invitations)
    .where(
        invitations.c.tenant_id == TENANT,
        invitations.c.account_id == bindparam("account"),
        invitations.c.status == "open",
    )
    .order_by(invitations.c.id)
    .with_for_update()
)
_BODY: Final = """\
Hello {name},

you are invited to sign in. Choose a password within seven days:

  POST {url}/v1/invitations/{token}/accept
  {{"password": "…"}}

Token: {token}
"""


class InvitationSpent(Gone):
    """This invitation was accepted, taken back, replaced by a newer one, or is older than seven days."""

    code, title = "invitation_spent", "Invitation no longer good"


async def invite_staff(tx: Tx, issuer: Issuer, *, account_id: str, version: int | None) -> Record:
    """Send a member of the vendor's staff a mail with a new token; earlier ones lose their force."""
    row = await tx.lock_for(accounts, account_id, action="invite", lifecycle=LIFECYCLE, version=version)
    if row["kind"] != "vendor":
        raise account_commands.ManagedAsPerson()
    await send(tx, issuer, row)
    return row


async def send(
    tx: Tx, issuer: Issuer, account: Record, *, partner_id: str | None = None, person_id: str | None = None
) -> None:
    """Store an invitation of an account, for one partner or the vendor, and mail its token."""
    async with tx.as_engine("invitations are seen by no request"):
        for earlier in await tx.all(_OPEN, account=account["id"]):
            if earlier["partner_id"] == partner_id:
                await tx.update(invitations, earlier, status="replaced")
        invitation = await tx.insert(
            invitations,
            id=tx.new_id("inv"),
            account_id=account["id"],
            partner_id=partner_id,
            person_id=person_id,
            status="open",
            expires_at=tx.now + LIVES,
        )
        # The invitation knows when it ends, on the tenant's own clock; its token has no end of its own.
        token = await credentials.issue(tx, kind="invitation", owner_id=invitation["id"], lives=None)
    await mail.send(
        tx,
        recipient=account["email"],
        purpose="invitation",
        subject="Your invitation",
        body=_BODY.format(name=account["given_name"], url=issuer.url, token=token),
    )


async def accept(
    issuer: Issuer,
    *,
    token: str,
    password: str,
    address: str | None,
    request_id: str | None,
    code: str | None = None,
) -> SessionGrantOut:
    """Use an invitation: the account gets its password, or proves it, and is signed in.

    Raises NotFound for a token we never gave, InvitationSpent, and InvalidCredentials when the account has another
    password already, SecondFactorRequired or SecondFactorRefused where it has a second factor.
    """
    attempt = Attempt(issuer.database, account=hashing.digest_of(token), address=address, purpose="invitation")
    await attempt.begin()
    found = await find_secret(issuer.database, token, kind="invitation")
    if found is None:
        raise NotFound()
    tenant = await tenant_with(issuer.database, found.tenant_id)
    fresh = await hashing.hashed(password)
    async with inside(issuer, tenant, action="accept_invitation", request_id=request_id) as tx:
        invitation, account = await _held(tx, found.owner_id)
        stored = await credentials.password_of(tx, account_id=account["id"])
        if stored is not None and not await hashing.matches(password, stored):
            raise InvalidCredentials()
        await second_factors.require(tx, issuer.keyring.vault, account_id=account["id"], code=code)
        if not await credentials.spend(tx, found.digest):
            raise InvitationSpent()
        invitation = await tx.update(invitations, invitation, status="accepted")
        if account["status"] != "active":
            account = await account_commands.activate(tx, account, password_hash=fresh)
        partner_id: str | None = invitation["partner_id"]
        if partner_id is not None:
            await account_commands.set_membership(tx, account_id=account["id"], partner_id=partner_id, status="active")
        tx.emit(
            PersonSignedUp(account_id=account["id"], person_id=invitation["person_id"], partner_id=partner_id),
            subject=account,
            audience=[partner_id],
        )
        grant = await begin_session(tx, issuer, tenant, account, partner_id=partner_id)
    await attempt.succeed()
    return grant


async def _held(tx: Tx, invitation_id: str) -> tuple[Record, Record]:
    """Hold an invitation and its account, and the place it is for; raises InvitationSpent where one of them is closed.

    In the order in which somebody's leave holds them, so that the two come one after the other.
    """
    known = await tx.fetch(invitations, invitation_id)
    partner_id = known["partner_id"]
    place = None
    if partner_id is not None:
        place = await tx.first(account_queries.PLACE, account=known["account_id"], partner=partner_id)
    account = await tx.lock(accounts, known["account_id"])
    invitation = await tx.lock(invitations, invitation_id)
    left = account["status"] == "deactivated" or (place is not None and place["status"] == "deactivated")
    if left or invitation["status"] != "open" or invitation["expires_at"] <= tx.now:
        raise InvitationSpent()
    return invitation, account
