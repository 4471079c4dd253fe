"""A logged request on the wire."""

from typing import Annotated

from pydantic import Field

from shared.web.models import ResourceOut


class RequestLogOut(ResourceOut):
    """A request and how it was answered; `created_at` is when it came."""

    request_id: str
    method: str
    path: Annotated[
        str | None, Field(description="As in the specification, without the values; null where nothing is.")
    ]
    operation: Annotated[str | None, Field(description="The `operationId` in the specification.")]
    noun: str | None
    subject: Annotated[str | None, Field(description="The object that the path named.")]
    status: int
    problem: Annotated[str | None, Field(description="The `code` of the problem that was answered.")]
    pointers: Annotated[list[str], Field(description="The places in the input that the problem named.")]
    duration_ms: int
    actor_id: str
    on_behalf_of: str | None
    api_key_id: str | None
    oauth_client_id: str | None
    partner_id: str | None
    user_agent: Annotated[str | None, Field(description="The first product that the client names itself as.")]
