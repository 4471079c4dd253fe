"""Forms and answers of the token endpoint."""

from typing import Literal

from shared.web.models import Body, Out


class TokenForm(Body):
    """RFC 6749: `client_credentials` with client authentication, or `refresh_token`."""

    grant_type: Literal["client_credentials", "refresh_token"]
    scope: str | None = None
    refresh_token: str | None = None
    client_id: str | None = None
    client_secret: str | None = None


class TokenOut(Out):
    """An access token; `refresh_token` only where one was used."""

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

    token: str
    token_type_hint: str | None = None
    client_id: str | None = None
    client_secret: str | None = None


class IntrospectionOut(Out):
    """RFC 7662; only `active` when the token is not good, or not the client's to know of."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    sub: str | None = None
    token_type: str | None = None
