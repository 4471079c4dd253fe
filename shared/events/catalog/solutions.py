"""Events of solutions, told to the partners that own them."""

from shared.events.envelope import Event


class SolutionSubmitted(Event):
    """The partners that own a solution ask for it to be validated."""

    type = "solution.submitted.v1"
    solution_id: str
    partner_id: str
    solution_version: int


class SolutionReturned(Event):
    """A solution was handed back to its owners."""

    type = "solution.returned.v1"
    solution_id: str
    partner_id: str
    solution_version: int


class SolutionValidated(Event):
    """The vendor has validated a solution."""

    type = "solution.validated.v1"
    solution_id: str
    partner_id: str
    solution_version: int


class SolutionListed(Event):
    """A solution is listed for all partners."""

    type = "solution.listed.v1"
    solution_id: str
    partner_id: str
    solution_version: int


class SolutionExpired(Event):
    """A solution has ended; it is listed no more."""

    type = "solution.expired.v1"
    solution_id: str
    partner_id: str
    solution_version: int
