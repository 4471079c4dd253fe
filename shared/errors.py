"""Problems as classes: every refusal the product can give, each with a stable code.

A problem is raised where the decision falls and rendered once, at the edge, as RFC 9457 `application/problem+json`.
`code` is part of the API and never reworded; `detail` never repeats what the caller sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: where (JSON pointer, or the name of a parameter) and what."""

    pointer: str
    code: str
    detail: str


class Problem(Exception):
    """Base of all refusals. Subclasses set `status`, `code` and `title`; `detail` explains this occurrence."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[Fault] = (),
        headers: dict[str, str] | None = None,
        **members: object,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or self.title).strip().split("\n")[0]
        self.errors = tuple(errors)
        self.headers = headers or {}
        self.members = members
        super().__init__(self.detail)


class BadRequest(Problem):
    """The request cannot be read."""

    status, code, title = 400, "bad_request", "Bad request"


class InvalidParameter(BadRequest):
    """A query parameter is unknown or has a value that cannot be read."""

    code, title = "invalid_parameter", "Invalid query parameter"


class Unauthenticated(Problem):
    """A valid access token is needed."""

    status, code, title = 401, "unauthenticated", "Sign in first"


class Forbidden(Problem):
    """The caller may not do this."""

    status, code, title = 403, "forbidden", "Not permitted"


class FourEyes(Forbidden):
    """The person who prepared this cannot also approve it."""

    code, title = "four_eyes", "A second person must approve"


class NotYours(Forbidden):
    """This belongs to a colleague; your role lets you change only what is your own."""

    code, title = "not_yours", "Belongs to a colleague"


class NotFound(Problem):
    """There is no such object, or it is not visible to the caller."""

    status, code, title = 404, "not_found", "Not found"


class MethodNotAllowed(Problem):
    """The path exists, but not for this method."""

    status, code, title = 405, "method_not_allowed", "Method not allowed"


class Conflict(Problem):
    """The state of the object does not allow this."""

    status, code, title = 409, "conflict", "Conflict with the current state"


class InvalidTransition(Conflict):
    """The object is not in a state that allows this action."""

    code, title = "invalid_transition", "Not possible in this state"


class AlreadyExists(Conflict):
    """An object with this id or key exists already."""

    code, title = "already_exists", "Already exists"


class RequestInFlight(Conflict):
    """A request with this idempotency key is still being processed."""

    code, title = "request_in_flight", "Still being processed"


class SecretAlreadyShown(Conflict):
    """The first answer to this request carried a secret that is shown only once."""

    code, title = "secret_already_shown", "The secret was shown once"


class Gone(Problem):
    """This is no longer available."""

    status, code, title = 410, "gone", "Gone"


class StaleVersion(Problem):
    """The object has changed since the version named in If-Match."""

    status, code, title = 412, "stale_version", "The object has changed"


class PreconditionFailed(Problem):
    """What If-Match or If-None-Match asks for is not so."""

    status, code, title = 412, "precondition_failed", "The condition is not met"


class TooLarge(Problem):
    """The body is larger than this operation accepts."""

    status, code, title = 413, "too_large", "Too large"


class UnsupportedMediaType(Problem):
    """The body must be sent as application/json in UTF-8."""

    status, code, title = 415, "unsupported_media_type", "Unsupported media type"


class Invalid(Problem):
    """The input does not satisfy the schema or a rule."""

    status, code, title = 422, "invalid", "Invalid input"


class IdempotencyKeyReused(Invalid):
    """This idempotency key was used before with a different request."""

    code, title = "idempotency_key_reused", "Idempotency key reused"


class PreconditionRequired(Problem):
    """Send If-Match with the ETag of the version you have seen."""

    status, code, title = 428, "precondition_required", "If-Match is required"


class TooManyRequests(Problem):
    """Too many requests; wait as long as Retry-After says."""

    status, code, title = 429, "too_many_requests", "Too many requests"


class Internal(Problem):
    """Something went wrong on our side; the request id helps us to find it."""


class Unavailable(Problem):
    """This part of the system cannot answer right now; try again shortly."""

    status, code, title = 503, "unavailable", "Temporarily unavailable"
