"""API keys on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from gateway.oauth_clients.schemas import Scopes
from shared.web.models import Body, LifecycleOut, Patch, Short, id_of


class ApiKeyOut(LifecycleOut):
    """An API key, without the key: `hint` is how it ends."""

    partner_id: str | None
    name: str
    scopes: list[str]
    hint: str
    expires_at: datetime | None
    created_by: str


class ApiKeySecretOut(ApiKeyOut):
    """An API key with the key itself, which is shown this once."""

    key: str


class ApiKeyIn(Body):
    """A new key; `scopes` are among the caller's own. The vendor may make one for a partner."""

    name: Short
    scopes: Scopes
    partner_id: id_of("ptr") | None = None  # type: ignore[valid-type]
    expires_in_days: Annotated[int, Field(ge=1, le=3650)] | None = None


class RotateIn(Body):
    """How long the old key stays good beside the new one."""

    overlap_hours: Annotated[int, Field(ge=0, le=720)] = 24


class ApiKeyPatch(Patch):
    """What can be changed."""

    name: Short | None = None
