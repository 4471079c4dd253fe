"""Why an operation cannot be cancelled, or did not come to its end."""

from shared.errors import Conflict, Forbidden, Problem


class CannotBeCancelled(Conflict):
    """This operation cannot be cancelled once it has begun."""

    code, title = "cannot_be_cancelled", "Cannot be cancelled"


class RightsWithdrawn(Forbidden):
    """The access of whoever started this was withdrawn before it had come to its end."""

    code, title = "rights_withdrawn", "The access was withdrawn"


class Interrupted(Problem):
    """The work was interrupted too often to be tried again; what was done until then stands."""

    status, code, title = 500, "operation_interrupted", "Interrupted too often"
