"""OAuth clients on the wire."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gateway.roles.schemas import Scope
from shared.web.models import Body, LifecycleOut, Patch, Short, id_of

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=200)]


RedirectUris = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=2000)]],
    Field(
        max_length=20,
        description="Where a person's browser is sent back to, compared character by character: https, http to the"
        " loopback address, or a scheme of the app's own (RFC 8252).",
        examples=[["https://crm.example/oauth/callback"]],
    ),
]


class OAuthClientOut(LifecycleOut):
    """An app. Its `id` is its `client_id`."""

    client_id: str
    partner_id: str | None
    name: str
    kind: str
    redirect_uris: list[str]
    scopes: list[str]
    created_by: str


class OAuthClientSecretOut(OAuthClientOut):
    """An app with its secret, which is shown this once; a public app has none."""

    client_secret: str | None


class OAuthClientIn(Body):
    """A new app; `scopes` are among the caller's own. The vendor may make one for a partner.

    A `public` app (in a browser or on a phone) cannot keep a secret and gets none; it acts for people only.
    """

    name: Short
    kind: Literal["confidential", "public"] = "confidential"
    redirect_uris: RedirectUris = []
    scopes: Scopes
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]


class OAuthClientPatch(Patch):
    """What can be changed; tokens given out from now on carry the new scopes."""

    name: Annotated[Short, Field(default_factory=str)]
    redirect_uris: Annotated[RedirectUris, Field(default_factory=list)]
    scopes: Annotated[Scopes, Field(default_factory=list)]
