"""`/oauth/token`, `/oauth/revoke`, `/oauth/introspect`; `/oauth/authorize` has a file of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from gateway.oauth import authorize, clients, commands, lookups, refusals, rules
from gateway.oauth.rules import FORM, OAuthError
from gateway.oauth.schemas import IntrospectionOut, OAuthErrorOut, TokenForm, TokenOut, TokenToRevokeForm
from gateway.tokens.issuer import Issuer
from shared import clock
from shared.auth.tokens import Verifier
from shared.service import AUDIENCE
from shared.web.operation import Operation
from shared.web.params import Http, Request
from shared.web.reply import Reply
from shared.web.router import Router


def routers(issuer: Issuer, *, secret_key: str) -> list[Router]:
    """Return the operations of the authorization server."""
    tokens, revocations, introspections = (Router(name, prefix="/oauth") for name in ("token", "revoke", "introspect"))
    verifier = Verifier(
        issuer.keyring.published,
        issuer=issuer.url,
        audience=AUDIENCE,
        clock=clock.now,
        is_revoked=issuer.revoked.covers,
    )

    @tokens.post(permission=None, public=True, out=TokenOut, secret=True, body_type=FORM)
    async def grant_token(request: Http) -> Reply:
        """Get an access token: an app its own, or one for a person by a code (with PKCE) or a refresh token.

        Confidential apps authenticate by HTTP Basic or in the form, public ones send their `client_id`. Codes and refresh
        tokens are good once; a second use ends what the first one got. Errors are those of RFC 6749.
        """

        async def granted(fields: dict[str, str]) -> dict[str, Any]:
            grant, authorization = commands.grant_type(fields), request.headers.get("authorization", "")
            if grant == "client_credentials":
                given = rules.credentials(authorization, fields)
                return await commands.client_credentials(
                    issuer, given, scope=fields.get("scope"), secret_key=secret_key
                )
            # People's own sessions belong to no app: their portal refreshes them without saying who it is.
            own = grant == "refresh_token" and not clients.names_itself(authorization, fields)
            client = None if own else await clients.identified(issuer, authorization, fields)
            if client is not None and grant == "authorization_code":
                return await commands.authorization_code(issuer, client, fields, request_id=request.request_id)
            return await commands.refresh(issuer, client, fields, request_id=request.request_id)

        return await _answered(request, granted)

    @revocations.post(permission=None, public=True, body_type=FORM)
    async def revoke_token(request: Http) -> Reply:
        """End the session that a refresh or access token belongs to, or an app's own access token (RFC 7009)."""

        async def revoked(fields: dict[str, str]) -> None:
            token, authorization = rules.required(fields, "token"), request.headers.get("authorization", "")
            named = clients.names_itself(authorization, fields)
            client = await clients.identified(issuer, authorization, fields) if named else None
            await lookups.revoke(issuer, verifier, client, token, request_id=request.request_id)

        return await _answered(request, revoked)

    @introspections.post(permission=None, public=True, out=IntrospectionOut, body_type=FORM)
    async def introspect_token(request: Http) -> Reply:
        """Ask an app's own tenant what a token may do (RFC 7662)."""

        async def described(fields: dict[str, str]) -> dict[str, Any]:
            given = rules.credentials(request.headers.get("authorization", ""), fields)
            client = await clients.authenticated(issuer, given)
            return await lookups.introspect(issuer, client, verifier, rules.required(fields, "token"))

        return await _answered(request, described)

    for router, form in ((tokens, TokenForm), (revocations, TokenToRevokeForm), (introspections, TokenToRevokeForm)):
        _document(router.operations[-1], form)
    return [authorize.router(issuer), tokens, revocations, introspections]


async def _answered(request: Request, work: Callable[[dict[str, str]], Awaitable[dict[str, Any] | None]]) -> Reply:
    """Do the work with the form's fields, and word refusals as OAuth does."""
    try:
        document = await work(rules.form(request.headers.get("content-type", ""), request.body))
    except OAuthError as error:
        return refusals.reply_of(error)
    return Reply.json(document or {}, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _document(operation: Operation, form: type[BaseModel]) -> None:
    """Say in the specification that the body is a form, and that refusals are those of OAuth."""
    body = {"required": True, "content": {FORM: {"schema": form.model_json_schema()}}}
    operation.openapi_extra = {**operation.openapi_extra, "requestBody": body}
    refusal = {"application/json": {"schema": OAuthErrorOut.model_json_schema()}}
    said = {400: "Refused, as in RFC 6749", 401: "Client authentication failed"}
    operation.responses |= {
        status: {"description": said.get(int(status), described["description"]), "content": refusal}
        for status, described in operation.responses.items()
        if int(status) >= 400
    }
