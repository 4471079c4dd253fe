"""`/oauth/token`, `/oauth/revoke`, `/oauth/introspect`."""

from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel

from gateway.oauth import commands, rules
from gateway.oauth.rules import OAuthError
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

    @tokens.post(permission=None, public=True, out=TokenOut, secret=True)
    async def grant_token(request: Http) -> Reply:
        """Get an access token. Clients authenticate by HTTP Basic or in the form; errors are those of RFC 6749."""

        async def granted(fields: dict[str, str]) -> dict[str, Any]:
            if commands.grant_type(fields) == "refresh_token":
                token = rules.required(fields, "refresh_token")
                return await commands.refresh(issuer, token, request_id=request.request_id)
            client = rules.credentials(request.headers.get("authorization", ""), fields)
            return await commands.client_credentials(issuer, client, scope=fields.get("scope"), secret_key=secret_key)

        return await _answered(request, granted)

    @revocations.post(permission=None, public=True)
    async def revoke_token(request: Http) -> Reply:
        """End the session that a refresh or access token belongs to (RFC 7009)."""

        async def revoked(fields: dict[str, str]) -> None:
            token = rules.required(fields, "token")
            await commands.revoke(issuer, verifier, token, request_id=request.request_id)

        return await _answered(request, revoked)

    @introspections.post(permission=None, public=True, out=IntrospectionOut)
    async def introspect_token(request: Http) -> Reply:
        """Ask an app's own tenant what a token may do (RFC 7662)."""

        async def described(fields: dict[str, str]) -> dict[str, Any]:
            given = rules.credentials(request.headers.get("authorization", ""), fields)
            client = await commands.authenticated(issuer, given)
            return await commands.introspect(client, verifier, rules.required(fields, "token"))

        return await _answered(request, described)

    for router, form in ((tokens, TokenForm), (revocations, TokenToRevokeForm), (introspections, TokenToRevokeForm)):
        _document(router.operations[-1], form)
    return [tokens, revocations, introspections]


async def _answered(request: Request, work: Callable[[dict[str, str]], Awaitable[dict[str, Any] | None]]) -> Reply:
    """Do the work with the form's fields, and word refusals as OAuth does."""
    try:
        document = await work(rules.form(request.headers.get("content-type", ""), request.body))
    except OAuthError as error:
        return _refusal(error)
    return Reply.json(document or {}, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


def _refusal(error: OAuthError) -> Reply:
    headers = {"Cache-Control": "no-store"}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="prm"'
    document = {"error": error.error, "error_description": error.description}
    return Reply.json(document, status=error.status, headers=headers)


def _document(operation: Operation, form: type[BaseModel]) -> None:
    """Say in the specification that the body is a form, and that refusals are those of OAuth."""
    body = {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": form.model_json_schema()}}}
    operation.openapi_extra = {**operation.openapi_extra, "requestBody": body}
    refusal = {"application/json": {"schema": OAuthErrorOut.model_json_schema()}}
    # What cannot be read at all is refused before OAuth has a word.
    unreadable = operation.responses[400]["content"]
    operation.responses |= {
        400: {"description": "Refused, as in RFC 6749", "content": {**refusal, **unreadable}},
        401: {"description": "Client authentication failed", "content": refusal},
        413: {"description": "Body too large", "content": unreadable},
    }
