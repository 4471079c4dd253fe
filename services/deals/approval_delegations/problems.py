"""Why a delegation of approval is refused."""

from shared.errors import Forbidden


class NotYourDelegation(Forbidden):
    """Only whoever has delegated takes it back."""

    code, title = "not_your_delegation", "Somebody else's delegation"
