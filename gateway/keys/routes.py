"""`/.well-known/*`: what a client or a sister service needs to know before it has a token."""

from typing import Final

from gateway.keys.keyring import Keyring
from gateway.keys.schemas import AuthorizationServer, JsonWebKeySet
from shared.web.reply import Reply
from shared.web.router import Router

_WITH_SECRET: Final = ["client_secret_basic", "client_secret_post"]


def routers(keyring: Keyring, *, issuer: str) -> list[Router]:
    """Return the published keys and the description of the authorization server."""
    keys = Router("jwks.json", prefix="/.well-known")
    server = Router("oauth-authorization-server", prefix="/.well-known")

    @keys.get(permission=None, public=True, out=JsonWebKeySet)
    async def get_key_set() -> Reply:
        """The public keys that access tokens are verified with."""
        return Reply.json(await keyring.published(), headers={"Cache-Control": "public, max-age=60"})

    @server.get(permission=None, public=True, out=AuthorizationServer)
    async def get_authorization_server() -> Reply:
        """Where tokens are given, and how (RFC 8414)."""
        described = AuthorizationServer(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/oauth/authorize",
            token_endpoint=f"{issuer}/oauth/token",
            revocation_endpoint=f"{issuer}/oauth/revoke",
            introspection_endpoint=f"{issuer}/oauth/introspect",
            jwks_uri=f"{issuer}/.well-known/jwks.json",
            grant_types_supported=["authorization_code", "client_credentials", "refresh_token"],
            token_endpoint_auth_methods_supported=[*_WITH_SECRET, "none"],
            revocation_endpoint_auth_methods_supported=[*_WITH_SECRET, "none"],
            introspection_endpoint_auth_methods_supported=_WITH_SECRET,
            response_types_supported=["code"],
            response_modes_supported=["query"],
            code_challenge_methods_supported=["S256"],
            authorization_response_iss_parameter_supported=True,
            service_documentation=f"{issuer}/docs",
        )
        return Reply.json(described.model_dump(), headers={"Cache-Control": "public, max-age=3600"})

    return [keys, server]
