"""What a batch of requests is sent as, and what comes of it."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from gateway.batch.rules import ACCEPTED
from shared.web.models import Body, Out

MOST_REQUESTS: Final = 50
TOLD: Final = ("ETag", "Location", "Idempotent-Replayed", "Retry-After")
"""The headers that its result tells."""


class RequestIn(Body):
    """One request: a path of the API with its query, and a body where the operation takes one."""

    method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"]
    path: Annotated[
        str, StringConstraints(min_length=1, max_length=8000), Field(examples=["/v1/deals?status=approved&limit=5"])
    ]
    headers: Annotated[
        dict[str, Annotated[str, StringConstraints(max_length=1000)]],
        Field(description=f"Of {', '.join(ACCEPTED)}."),
    ] = {}
    body: dict[str, Any] | None = None


class RequestsIn(Body):
    """Requests in the order in which they are to be done."""

    requests: Annotated[list[RequestIn], Field(min_length=1, max_length=MOST_REQUESTS)]
    stop_on_error: Annotated[
        bool, Field(description="After the first that fails, leave the rest undone: they answer 424.")
    ] = False


class ResultOut(Out):
    """What became of one request."""

    index: int
    status: int
    headers: Annotated[dict[str, str], Field(description=f"Of {', '.join(TOLD)}, those that the answer has.")]
    body: Annotated[dict[str, Any] | None, Field(description="As the operation answers it, or a problem.")]


class ResultsOut(Out):
    """What became of each request, in their order."""

    object: Literal["batch"]
    data: list[ResultOut]
    succeeded: int
    failed: int
