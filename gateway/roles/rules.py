"""What a set of scopes comes to: merged, within what somebody may give, and small enough for a token."""

from collections.abc import Iterable

from gateway.tokens.rules import size_of_token
from shared.auth.scopes import Scopes, is_scope, parse
from shared.errors import Fault, Forbidden, Invalid

LARGEST_TOKEN = 4096


class RoleTooLarge(Invalid):
    """A token with these scopes would be larger than 4 kB; use wildcards."""

    code, title = "role_too_large", "Too many scopes"


class BeyondOwnRights(Forbidden):
    """Nobody can give a right that they do not have."""

    code, title = "beyond_own_rights", "More than your own rights"


def merged(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes without repetitions and without those that a wider one of them covers."""
    wanted = set(scopes)

    def covered(scope: str) -> bool:
        noun, verb, *reach = scope.split(":")
        wider = {f"{noun}:*", f"*:{verb}", "*:*", f"{noun}:{verb}"} - {scope}
        # The reach left out is at least one's own organisation on either side; only these two can be wider.
        return reach not in (["subtree"], ["all"]) and bool(wider & wanted)

    return tuple(sorted(scope for scope in wanted if not covered(scope)))


def checked(scopes: Iterable[str], *, pointer: str) -> tuple[str, ...]:
    """Return the merged scopes; raises Invalid for a malformed one, RoleTooLarge for too many."""
    given = list(scopes)
    faults = [
        Fault(f"{pointer}/{place}", "wrong_form", "A scope is noun:verb or noun:verb:reach.")
        for place, scope in enumerate(given)
        if not is_scope(scope)
    ]
    if faults:
        raise Invalid(errors=faults)
    kept = merged(given)
    if size_of_token(kept) > LARGEST_TOKEN:
        raise RoleTooLarge(errors=[Fault(pointer, "too_many", "Use wildcards such as deals:* or *:read.")])
    return kept


def require_within(scopes: Iterable[str], *, own: Scopes, vendor: bool) -> None:
    """Raise BeyondOwnRights unless each scope is one that its giver has, with at least that reach."""
    for scope in scopes:
        noun, verb = scope.split(":")[:2]
        wanted = parse(scope, vendor=vendor).reach(noun, verb)
        held = own.reach(noun, verb)
        if wanted is None or held is None or held < wanted:
            raise BeyondOwnRights()


def reading_only(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return what is left for the people of a suspended partner: what they could read, and their own sessions."""
    kept = []
    for scope in scopes:
        noun, verb, *reach = scope.split(":")
        if noun == "sessions" or verb == "read":
            kept.append(scope)
        elif verb == "*":
            kept.append(":".join((noun, "read", *reach)))
    return merged(kept)
