"""OAuth clients on the wire."""

from typing import Annotated

from pydantic import Field

from gateway.roles.schemas import Scope
from shared.web.models import Body, LifecycleOut, Patch, Short, id_of

Scopes = Annotated[list[Scope], Field(min_length=1, max_length=200)]


class OAuthClientOut(LifecycleOut):
    """An app. Its `id` is its `client_id`."""

    client_id: str
    partner_id: str | None
    name: str
    scopes: list[str]
    created_by: str


class OAuthClientSecretOut(OAuthClientOut):
    """An app with its secret, which is shown this once."""

    client_secret: str


class OAuthClientIn(Body):
    """A new app; `scopes` are among the caller's own. The vendor may make one for a partner."""

    name: Short
    scopes: Scopes
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]


class OAuthClientPatch(Patch):
    """What can be changed; tokens given out from now on carry the new scopes."""

    name: Short | None = None
    scopes: Scopes | None = None
