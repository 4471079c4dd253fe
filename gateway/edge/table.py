"""The routing table, derived from the committed specifications: who owns a noun, what is public, what can be expanded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shared.db.provision import SERVICES
from shared.values.spread_nouns import service_named

_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


@dataclass(frozen=True, slots=True)
class PublicOperation:
    """An operation that needs no token of the caller; the edge brings an anonymous one with its single permission."""

    method: str
    segments: tuple[str, ...]
    permission: str


@dataclass(frozen=True, slots=True)
class ExpandableRead:
    """A read whose answer can be expanded: the nouns of the objects that its members name."""

    segments: tuple[str, ...]
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Owner of every noun, the public operations, and the reads that can be expanded."""

    owners: Mapping[str, str]
    public: tuple[PublicOperation, ...]
    costs: Mapping[tuple[str, str, str], int]
    """Of operations that declare theirs: by method, noun, and the last segment where it is no value."""
    expandable: tuple[ExpandableRead, ...] = ()
    tokenless: tuple[PublicOperation, ...] = ()
    """The public operations that no token is brought to: they find the tenant themselves."""
    batches: Mapping[str, int] = field(default_factory=dict)
    """How many items a batch takes, by its path."""

    def cost(self, method: str, path: str) -> int:
        """Return what a request is charged: what its operation declares, else 1 for a read and 5 for a write."""
        if self.costs:
            segments = _segments(path)
            noun = noun_of(segments)
            declared = self.costs.get((method, noun, segments[-1])) or self.costs.get((method, noun, ""))
            if declared is not None:
                return declared
        return 1 if method in ("GET", "HEAD") else 5

    def owner(self, path: str) -> str | None:
        """Return the service that serves a path, or None when nobody does.

        Of a noun that every service has its part of, the id says whose it is; one that names no service is looked for at the
        owner of the noun.
        """
        segments = _segments(path)
        if not segments or segments[0] == "internal":
            return None
        owner = self.owners.get(noun_of(segments))
        if len(segments) > 2 and segments[0] == "v1":
            named = service_named(segments[1], segments[2])
            return named if named in SERVICES else owner
        return owner

    def public_permission(self, method: str, path: str) -> str | None:
        """Return the permission of the public operation that a request is for, or None when it is not for one."""
        segments = _segments(path)
        for operation in self.public:
            if operation.method == method and _matches(operation.segments, segments):
                return operation.permission
        return None

    def reads_no_token(self, method: str, path: str) -> bool:
        """Tell whether a request is for a public operation that a token means nothing to."""
        segments = _segments(path)
        return any(each.method == method and _matches(each.segments, segments) for each in self.tokenless)

    def expansions(self, path: str) -> Mapping[str, str]:
        """Return the members that a read of this path can expand, with the nouns of their objects."""
        segments = _segments(path)
        # A path that is spelled out comes before one with a value in its place.
        found = [read for read in self.expandable if _matches(read.segments, segments)]
        return min(found, key=lambda read: str(read.segments).count("{")).members if found else {}


def noun_of(segments: tuple[str, ...]) -> str:
    """Return what a path is routed by: the noun under `/v1`, else its first segment."""
    return segments[1] if segments[0] == "v1" and len(segments) > 1 else f"/{segments[0]}"


def table_of(specifications: Mapping[str, Mapping[str, Any]]) -> RoutingTable:
    """Derive the table from one specification a service.

    Raises ValueError when two serve the same noun, or when objects of a noun that nobody serves are to be expanded.
    """
    owners: dict[str, str] = {}
    public: list[PublicOperation] = []
    tokenless: list[PublicOperation] = []
    expandable: list[ExpandableRead] = []
    costs: dict[tuple[str, str, str], int] = {}
    batches: dict[str, int] = {}
    for service, specification in specifications.items():
        for path, operations in specification["paths"].items():
            segments = _segments(path)
            if owners.setdefault(noun_of(segments), service) != service:
                raise ValueError(f"{path} is served by {service} and by {owners[noun_of(segments)]}")
            verb = "" if segments[-1].startswith("{") or len(segments) < 3 else segments[-1]
            costs |= {
                (method.upper(), noun_of(segments), verb): operation["x-cost"]
                for method, operation in operations.items()
                if method in _METHODS and "x-cost" in operation
            }
            public += [
                PublicOperation(method.upper(), segments, operation["x-permission"])
                for method, operation in operations.items()
                if method in _METHODS and operation.get("x-public") and "x-permission" in operation
            ]
            tokenless += [
                PublicOperation(method.upper(), segments, "")
                for method, operation in operations.items()
                if method in _METHODS and operation.get("x-public") and "x-permission" not in operation
            ]
            if most := operations.get("post", {}).get("x-batch"):
                batches[path] = most
            if members := operations.get("get", {}).get("x-expand"):
                expandable.append(ExpandableRead(segments, members))
    nouns = {noun for read in expandable for noun in read.members.values()}
    if unknown := nouns - owners.keys():
        raise ValueError(f"nobody serves {sorted(unknown)}")
    return RoutingTable(owners, tuple(public), costs, tuple(expandable), tuple(tokenless), batches)


def _segments(path: str) -> tuple[str, ...]:
    return tuple(filter(None, path.split("/")))


def _matches(pattern: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    return len(pattern) == len(segments) and all(
        expected.startswith("{") or expected == actual for expected, actual in zip(pattern, segments, strict=True)
    )
