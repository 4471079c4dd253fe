"""Scopes: `<noun>:<verb>[:own|assigned|org|subtree|all]`, with wildcards `<noun>:*`, `*:read` and `*:*`."""

import re
from enum import IntEnum
from functools import lru_cache


class Reach(IntEnum):
    """How far a permission goes, from one's own objects to the whole tenant."""

    OWN = 1
    ORG = 2
    ASSIGNED = 3
    SUBTREE = 4
    ALL = 5


SCOPE = rf"^(?:\*|[a-z][a-z0-9_-]*):(?:\*|[a-z][a-z0-9_-]*)(?::(?:{'|'.join(Reach.__members__).lower()}))?$"
_SCOPE = re.compile(SCOPE)


class Scopes:
    """A caller's granted scopes, answering `reach(noun, verb)`; `of_vendor` says on which side they were granted."""

    def __init__(self, granted: dict[tuple[str, str], Reach], *, of_vendor: bool) -> None:
        self._granted = granted
        self._asked: dict[str, Reach | None] = {}
        self.of_vendor = of_vendor

    def reach(self, noun: str, verb: str) -> Reach | None:
        """Return the widest reach granted for the verb on the noun, or None; whoever may read may view."""
        verbs = ("view", "read", "*") if verb == "view" else (verb, "*")
        found = [self._granted[each, one] for each in (noun, "*") for one in verbs if (each, one) in self._granted]
        return max(found) if found else None

    def reach_of(self, permission: str) -> Reach | None:
        """Return the reach of `noun:verb`, one of the permissions that operations declare; looked up once."""
        if permission not in self._asked:
            noun, _, verb = permission.partition(":")
            self._asked[permission] = self.reach(noun, verb)
        return self._asked[permission]


@lru_cache(maxsize=1024)
def parse(text: str, *, vendor: bool) -> Scopes:
    """Read a space-separated scope string; the reach left out is `all` for the vendor and `org` for a partner.

    A partner's reach is never wider than its subtree, whatever the text says. The vendor's own organisation is the
    whole tenant, and so is what lies below it: nobody who reaches assigned partners only can give either away.
    """
    granted: dict[tuple[str, str], Reach] = {}
    for item in text.split():
        parts = item.split(":")
        if len(parts) not in (2, 3) or (len(parts) == 3 and parts[2].upper() not in Reach.__members__):
            continue
        reach = Reach[parts[2].upper()] if len(parts) == 3 else (Reach.ALL if vendor else Reach.ORG)
        if vendor:
            reach = Reach.ALL if reach in (Reach.ORG, Reach.SUBTREE) else reach
        else:
            reach = Reach.ORG if reach is Reach.ASSIGNED else min(reach, Reach.SUBTREE)
        key = (parts[0], parts[1])
        granted[key] = max(reach, granted.get(key, reach))
    return Scopes(granted, of_vendor=vendor)


def is_scope(text: str) -> bool:
    """Tell whether the text is one well-formed scope."""
    return _SCOPE.fullmatch(text) is not None
