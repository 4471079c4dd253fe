"""`GET /oauth/authorize`: sends a person's browser to where the tenant's people sign in, with the app's request."""

from typing import Any, Final
from urllib.parse import urlencode

from gateway.authorizations.rules import Asked, Refused, returning, scopes_asked
from gateway.oauth_clients.rules import leads_back
from gateway.oauth_clients.tables import oauth_clients
from gateway.tenants.inside import inside
from gateway.tenants.queries import Tenant, tenant_of_client
from gateway.tokens.issuer import Issuer
from shared.db.pool import Record
from shared.errors import BadRequest, Conflict, NotFound
from shared.web.params import Http
from shared.web.reply import Reply
from shared.web.router import Router

_ASKED: Final = {
    "response_type": "`code`.",
    "client_id": "Who asks.",
    "redirect_uri": "Where the browser is sent in the end: one that the app has registered.",
    "scope": "What is asked for, separated by blanks; all that the app may have where it is left out.",
    "state": "Returned as it is.",
    "code_challenge": "RFC 7636: SHA-256 of the verifier, in base64url.",
    "code_challenge_method": "`S256`.",
}
_QUERY: Final[list[dict[str, Any]]] = [
    {
        "name": name,
        "in": "query",
        "required": False,
        "schema": {"type": "string", "maxLength": 4096},
        "description": text,
    }
    for name, text in _ASKED.items()
]


class UnknownClient(BadRequest):
    """There is no such app; whoever sent the browser here gave a wrong client_id."""

    code, title = "unknown_client", "Unknown app"


class RedirectNotRegistered(BadRequest):
    """The app has not registered this redirect URI, so nobody is sent there."""

    code, title = "redirect_not_registered", "Unknown redirect URI"


class LoginUrlMissing(Conflict):
    """The tenant has not said where its people sign in: set `login_url` of the tenant."""

    code, title = "login_url_missing", "Nowhere to sign in"


def router(issuer: Issuer) -> Router:
    """Return the authorization endpoint."""
    authorize = Router("authorize", prefix="/oauth")

    @authorize.get(
        permission=None,
        public=True,
        status=303,
        query=_QUERY,
        open_query=True,
        problems=[UnknownClient, RedirectNotRegistered, LoginUrlMissing],
    )
    async def begin_authorization(request: Http) -> Reply:
        """Begin an app's request for a person's consent (RFC 6749, section 4.1, with PKCE).

        The browser is sent to the tenant's `login_url` with the same query; what is wrong with the request goes back to
        the app. An unknown app or redirect URI is answered here, and the browser is sent nowhere.
        """
        query = request.query
        tenant, app = await _app(issuer, query.get("client_id", ""))
        back = query.get("redirect_uri", "")
        if not leads_back(app["redirect_uris"], back):
            raise RedirectNotRegistered()
        try:
            # On either side of the partnership: who the person is, nobody knows yet.
            scopes_asked(_asked(query), registered=app["scopes"], vendor=app["partner_id"] is None)
        except Refused as refusal:
            told = {"error": refusal.error, "error_description": refusal.description, "state": query.get("state")}
            return _to(returning(back, told, issuer=issuer.url))
        if tenant.login_url is None:
            raise LoginUrlMissing()
        return _to(f"{tenant.login_url}?{urlencode(query)}")

    authorize.operations[-1].responses[303] = {
        "description": "To where people sign in, or back to the app with what is wrong",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    return authorize


async def _app(issuer: Issuer, client_id: str) -> tuple[Tenant, Record]:
    tenant = await tenant_of_client(issuer.database, client_id)
    if tenant is None:
        raise UnknownClient()
    try:
        async with inside(issuer, tenant, action="begin_authorization") as tx:
            app = await tx.fetch(oauth_clients, client_id)
    except NotFound:
        raise UnknownClient() from None
    if app["status"] != "active":
        raise UnknownClient()
    return tenant, app


def _asked(query: dict[str, str]) -> Asked:
    given = {name: query.get(name) or None for name in _ASKED}
    return Asked(
        client_id=given["client_id"] or "",
        redirect_uri=given["redirect_uri"] or "",
        response_type=given["response_type"] or "",
        scope=given["scope"],
        state=given["state"],
        code_challenge=given["code_challenge"],
        code_challenge_method=given["code_challenge_method"],
    )


def _to(uri: str) -> Reply:
    headers = {"Location": uri, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Reply(303, headers=headers)
