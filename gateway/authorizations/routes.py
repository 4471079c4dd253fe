"""`/v1/authorizations`: what a portal's consent page calls for the person who has signed in there."""

from gateway.authorizations import commands
from gateway.authorizations.commands import RedirectMismatch, UnknownApp
from gateway.authorizations.rules import CODE_SECONDS, Asked
from gateway.authorizations.schemas import (
    AppOut,
    AuthorizationIn,
    AuthorizationOut,
    AuthorizationPreviewOut,
    AuthorizationRequestIn,
)
from gateway.sessions.rules import PersonRequired
from gateway.tokens.issuer import Issuer
from shared.web.params import Principal, Tx
from shared.web.reply import Reply
from shared.web.router import Router

_PROBLEMS = [PersonRequired, UnknownApp, RedirectMismatch]


def router(issuer: Issuer) -> Router:
    """Return the operations of a consent page."""
    consent = Router("authorizations")

    @consent.post("/preview", permission="sessions:write", out=AuthorizationPreviewOut, problems=_PROBLEMS)
    async def preview_authorization(body: AuthorizationRequestIn, tx: Tx, caller: Principal) -> AuthorizationPreviewOut:
        """See which app asks, and what it would be allowed; changes nothing."""
        app, scopes, error = await commands.preview(tx, _asked(body), caller=caller)
        return AuthorizationPreviewOut(
            object="authorization_preview",
            client=AppOut(client_id=app["id"], name=app["name"], kind=app["kind"], partner_id=app["partner_id"]),
            redirect_uri=body.redirect_uri,
            scope=" ".join(scopes) or None,
            error=error,
        )

    @consent.post(permission="sessions:write", out=AuthorizationOut, secret=True, problems=_PROBLEMS)
    async def authorize_app(body: AuthorizationIn, tx: Tx, caller: Principal) -> Reply:
        """Agree, or not, to what an app asks for; then send the browser to `redirect_to`, with the code in it."""
        given = await commands.answer(tx, issuer, _asked(body), approved=body.decision == "approve", caller=caller)
        shown = AuthorizationOut(
            object="authorization",
            status="refused" if given.error else "granted",
            redirect_to=given.redirect_to,
            scope=" ".join(given.scopes) or None,
            error=given.error,
            expires_in=None if given.error else CODE_SECONDS,
        )
        return Reply(200, shown.model_dump_json().encode(), {"Cache-Control": "no-store"})

    return consent


def _asked(body: AuthorizationRequestIn) -> Asked:
    return Asked(
        client_id=body.client_id,
        redirect_uri=body.redirect_uri,
        response_type=body.response_type,
        scope=body.scope,
        state=body.state,
        code_challenge=body.code_challenge,
        code_challenge_method=body.code_challenge_method,
    )
