"""`/v1/accounts/{id}/deactivate`."""

from gateway.accounts.commands import LastAdministrator, ManagedAsPerson, ManagedInLiveTenant
from gateway.accounts.queries import ACCOUNTS
from gateway.accounts.schemas import AccountOut
from gateway.departures import commands
from gateway.roles.rules import BeyondOwnRights
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.web.params import Principal, Tx, Version
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operation that ends a staff account."""
    accounts = Router("accounts")

    @accounts.post(
        "/{id}/deactivate",
        permission="accounts:write",
        returns=ACCOUNTS,
        out=AccountOut,
        problems=[ManagedAsPerson, ManagedInLiveTenant, LastAdministrator, BeyondOwnRights],
    )
    async def deactivate_account(id: str, tx: Tx, caller: Principal, version: Version) -> Record:
        """Take away a staff account's access; its tokens, and the keys it was shown, are refused everywhere within five seconds."""
        return await commands.deactivate(tx, issuer, account_id=id, version=version, caller=caller)

    return accounts
