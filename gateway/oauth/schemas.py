"""Forms and answers of the token endpoint."""

from typing import Annotated, Literal

from pydantic import Field

from gateway.oauth.rules import LONGEST_FIELD
from shared.web.models import Body, Out

_Text = Annotated[str, Field(max_length=LONGEST_FIELD)]


class TokenForm(Body):
    """RFC 6749: `client_credentials`, `authorization_code` with the verifier of RFC 7636, or `refresh_token`."""

    grant_type: Literal["authorization_code", "client_credentials", "refresh_token"]
    scope: _Text | None = None
    code: _Text | None = None
    redirect_uri: _Text | None = None
    code_verifier: _Text | None = None
    refresh_token: _Text | None = None
    client_id: _Text | None = None
    client_secret: _Text | None = None


class TokenOut(Out):
    """An access token; a `refresh_token` where a person is behind it."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    refresh_token: str | None = None


class OAuthErrorOut(Out):
    """RFC 6749, section 5.2."""

    error: str
    error_description: str


class TokenToRevokeForm(Body):
    """RFC 7009."""

    token: _Text
    token_type_hint: _Text | None = None
    client_id: _Text | None = None
    client_secret: _Text | None = None


class IntrospectionOut(Out):
    """RFC 7662; only `active` when the token is not good, or not the client's to know of."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    sub: str | None = None
    token_type: str | None = None
    exp: int | None = None
    iat: int | None = None
    aud: str | None = None
    iss: str | None = None
    jti: str | None = None
    tenant: str | None = None
    partner: str | None = None
