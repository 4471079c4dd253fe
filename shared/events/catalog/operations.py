"""Events that every service publishes of its operations."""

from shared.events.envelope import Event


class OperationSucceeded(Event):
    """Long work is done; `object_id` is what came of it, where something did."""

    type = "operation.succeeded.v1"
    kind: str
    object: str | None
    object_id: str | None


class OperationFailed(Event):
    """Long work has failed; `code` is that of its problem."""

    type = "operation.failed.v1"
    kind: str
    code: str


class OperationCancelled(Event):
    """Long work has stopped because somebody asked for it."""

    type = "operation.cancelled.v1"
    kind: str
