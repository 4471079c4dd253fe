"""`/v1/password-resets`."""

from gateway.credentials.rules import TooManyAttempts
from gateway.password_resets import commands
from gateway.password_resets.commands import ResetSpent
from gateway.password_resets.schemas import ConfirmIn, ResetAskedOut, ResetDoneOut, ResetIn
from gateway.tenants.documentation import finds_tenant
from gateway.tenants.queries import UnknownTenant, tenant_of
from gateway.tokens.issuer import Issuer
from shared.web.params import Http
from shared.web.reply import Reply
from shared.web.router import Router


def router(issuer: Issuer) -> Router:
    """Return the operations of a forgotten password."""
    resets = Router("password-resets")

    @resets.post(permission=None, public=True, out=ResetAskedOut, status=202, problems=[TooManyAttempts, UnknownTenant])
    async def ask_for_reset(body: ResetIn, request: Http) -> Reply:
        """Have a mail sent, if there is an account with this address."""
        tenant = await tenant_of(
            issuer.database, slug=request.headers.get("prm-tenant"), host=request.headers.get("host")
        )
        await commands.ask(
            issuer, email=body.email, tenant=tenant, address=request.client, request_id=request.request_id
        )
        return Reply.json({"status": "accepted"}, status=202, headers={"Cache-Control": "no-store"})

    finds_tenant(resets.operations[-1])

    @resets.post(
        "/{token}/confirm", permission=None, public=True, out=ResetDoneOut, problems=[ResetSpent, TooManyAttempts]
    )
    async def confirm_reset(token: str, body: ConfirmIn, request: Http) -> Reply:
        """Choose a new password; every session of the account ends."""
        await commands.confirm(
            issuer, token=token, password=body.password, address=request.client, request_id=request.request_id
        )
        return Reply.json({"status": "done"}, headers={"Cache-Control": "no-store"})

    return resets
