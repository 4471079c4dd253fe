"""Nobody gives a right that they do not have."""

from collections.abc import Iterable

from shared.auth.scopes import Reach, Scopes, parse
from shared.errors import Forbidden


class BeyondOwnRights(Forbidden):
    """Nobody can give a right that they do not have."""

    code, title = "beyond_own_rights", "More than your own rights"


def require_within(scopes: Iterable[str], *, own: Scopes, vendor: bool, assigned: bool = False) -> None:
    """Raise BeyondOwnRights unless each scope is one that its giver has, with at least that reach.

    `vendor` is the side that the scopes are for. What the vendor's staff give to a partner, whichever it is, they must have
    for every partner; `assigned` says that it can only be one of those whom they are assigned to.
    """
    least = Reach.ASSIGNED if assigned else Reach.ALL
    for scope in scopes:
        noun, verb = scope.split(":")[:2]
        wanted = parse(scope, vendor=vendor).reach(noun, verb)
        held = own.reach(noun, verb)
        if wanted is None or held is None or held < wanted or (own.of_vendor and not vendor and held < least):
            raise BeyondOwnRights()
