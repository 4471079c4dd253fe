"""What a set of scopes comes to: merged, within what somebody may give, and small enough for a token."""

from collections.abc import Container, Iterable
from itertools import product

from gateway.tokens.rules import size_of_token
from shared.auth.granting import BeyondOwnRights as BeyondOwnRights
from shared.auth.granting import require_within as require_within
from shared.auth.scopes import is_scope, parse
from shared.errors import Fault, Invalid

LARGEST_TOKEN = 4096


class RoleTooLarge(Invalid):
    """A token with these scopes would be larger than 4 kB; use wildcards."""

    code, title = "role_too_large", "Too many scopes"


def merged(scopes: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes without repetitions and without those that a wider one of them covers."""
    wanted = set(scopes)

    def covered(scope: str) -> bool:
        noun, verb, *reach = scope.split(":")
        wider = {f"{noun}:*", f"*:{verb}", "*:*", f"{noun}:{verb}"} - {scope}
        # The reach left out is at least one's own organisation on either side; only these two can be wider.
        return reach not in (["subtree"], ["all"]) and bool(wider & wanted)

    return tuple(sorted(scope for scope in wanted if not covered(scope)))


def checked(scopes: Iterable[str], *, grantable: Container[str], pointer: str) -> tuple[str, ...]:
    """Return the merged scopes; raises Invalid for a malformed one or one that gives nothing, RoleTooLarge for too many."""
    given = list(scopes)
    faults = [
        Fault(f"{pointer}/{place}", "wrong_form", "A scope is noun:verb or noun:verb:reach.")
        if not is_scope(scope)
        else Fault(f"{pointer}/{place}", "unknown_permission", "There is no such permission.")
        for place, scope in enumerate(given)
        if not is_scope(scope) or ":".join(scope.split(":")[:2]) not in grantable
    ]
    if faults:
        raise Invalid(errors=faults)
    kept = merged(given)
    if size_of_token(kept) > LARGEST_TOKEN:
        raise RoleTooLarge(errors=[Fault(pointer, "too_many", "Use wildcards such as deals:* or *:read.")])
    return kept


def loses(before: Iterable[str], after: Iterable[str], *, vendor: bool) -> bool:
    """Tell whether something that these scopes allowed is allowed no longer, or not as far."""
    left = parse(" ".join(after), vendor=vendor)
    for scope in before:
        noun, verb = scope.split(":")[:2]
        had, has = parse(scope, vendor=vendor).reach(noun, verb), left.reach(noun, verb)
        if had is not None and (has is None or has < had):
            return True
    return False


def common(first: Iterable[str], second: Iterable[str], *, vendor: bool) -> tuple[str, ...]:
    """Return what both sets of scopes allow: for each permission, the lesser of their two reaches."""
    usual = parse("*:*", vendor=vendor).reach("*", "*")
    found = set()
    for one, other in product(first, second):
        (noun, verb), (their_noun, their_verb) = (each.split(":")[:2] for each in (one, other))
        shared = _narrower(noun, their_noun), _narrower(verb, their_verb)
        reaches = (
            parse(one, vendor=vendor).reach(noun, verb),
            parse(other, vendor=vendor).reach(their_noun, their_verb),
        )
        if None in shared or None in reaches:
            continue
        reach = min(each for each in reaches if each is not None)
        found.add(f"{shared[0]}:{shared[1]}" + ("" if reach is usual else f":{reach.name.lower()}"))
    return merged(found)


def _narrower(first: str, second: str) -> str | None:
    """Return what two nouns or verbs have in common, None for nothing."""
    if first == second or second == "*":
        return first
    return second if first == "*" else None


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
