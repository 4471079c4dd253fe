"""Bodies of webhooks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints
from yarl import URL

from shared.web.models import Body, LifecycleOut, Patch, Short


def _callable(url: str) -> str:
    """Return the URL when the sending side can read it; raises ValueError."""
    try:
        parts = urlsplit(url)
        readable = bool(parts.hostname) and parts.port != 0 and bool(URL(url).raw_host)
    except ValueError:
        readable = False
    if not readable:
        raise ValueError("not an address that can be called: its host or its port cannot be read")
    return url


Url = Annotated[
    str,
    StringConstraints(pattern=r"^https?://[^\s/@?#]+(/[^\s]*)?$", max_length=2000),
    AfterValidator(_callable),
]
TypeFilter = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9_]+)*(\.\*)?$", max_length=100)]
Types = Annotated[
    list[TypeFilter], Field(max_length=100, description="Event types or prefixes like `deal.*`; none means all.")
]


class EndpointIn(Body):
    """Where to send which events."""

    url: Url
    description: Short | None = None
    types: Types = []


class EndpointPatch(Patch):
    """What can change of an endpoint."""

    url: Annotated[Url, Field(default_factory=str)]
    description: Short | None = None
    types: Annotated[Types, Field(default_factory=list)]
    status: Literal["enabled", "disabled"] = "enabled"


class EndpointOut(LifecycleOut):
    """A webhook endpoint; its secret is shown only when it is made or replaced."""

    object: Literal["webhook_endpoint"]
    partner_id: str | None
    url: str
    description: str | None
    types: list[str]
    status: Literal["enabled", "disabled"]
    failing_since: datetime | None


class EndpointWithSecretOut(EndpointOut):
    """The answer that shows the secret, once."""

    secret: str


class DeliveryOut(LifecycleOut):
    """One event on its way to one endpoint."""

    object: Literal["webhook_delivery"]
    endpoint_id: str
    event_id: str
    type: str
    status: Literal["pending", "succeeded", "failed"]
    payload: dict[str, Any]
    attempts: int
    next_attempt_at: datetime | None
    response_status: int | None
    error: str | None
    finished_at: datetime | None
