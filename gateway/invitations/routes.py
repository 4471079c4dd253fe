"""`/v1/invitations/{token}/accept`, and the mail to the vendor's staff."""

from gateway.accounts.commands import ManagedAsPerson
from gateway.accounts.queries import ACCOUNTS
from gateway.accounts.schemas import AccountOut
from gateway.credentials.rules import InvalidCredentials, TooManyAttempts
from gateway.invitations import commands
from gateway.invitations.commands import InvitationSpent
from gateway.invitations.schemas import AcceptIn
from gateway.second_factors.commands import SecondFactorRefused, SecondFactorRequired
from gateway.sign_in.routes import answer
from gateway.sign_in.schemas import SessionGrantOut
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.errors import Forbidden
from shared.web.params import Http, Principal, Tx, Version
from shared.web.reply import Reply
from shared.web.router import Router


def routers(issuer: Issuer) -> list[Router]:
    """Return the operations that send and accept invitations."""
    invitations, accounts = Router("invitations"), Router("accounts")

    @invitations.post(
        "/{token}/accept",
        permission=None,
        public=True,
        out=SessionGrantOut,
        status=201,
        secret=True,
        problems=[InvitationSpent, InvalidCredentials, SecondFactorRequired, SecondFactorRefused, TooManyAttempts],
    )
    async def accept_invitation(token: str, body: AcceptIn, request: Http) -> Reply:
        """Accept an invitation with a password, and be signed in."""
        grant = await commands.accept(
            issuer,
            token=token,
            password=body.password,
            code=body.code,
            address=request.client,
            request_id=request.request_id,
        )
        return answer(grant)

    @accounts.post(
        "/{id}/invite",
        permission="accounts:write",
        returns=ACCOUNTS,
        out=AccountOut,
        problems=[ManagedAsPerson],
    )
    async def invite_account(id: str, tx: Tx, caller: Principal, version: Version) -> Record:
        """Send a member of the staff the mail with which to choose a password; a second mail replaces the first."""
        if not caller.is_vendor:
            raise Forbidden("Accounts of vendor staff are kept by the vendor.")
        return await commands.invite_staff(tx, issuer, account_id=id, version=version)

    return [invitations, accounts]
