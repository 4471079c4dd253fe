"""A resource: how rows of a table look on the wire, and how its lists are sorted and filtered. Declared once.

The same declaration makes the list, the single read, the answers of actions, and the query parameters of the
specification. Every representation carries `object, id, version, created_at, updated_at`; declared fields are always
present, null when empty.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Literal

import orjson
from sqlalchemy import ColumnElement, Table
from sqlalchemy.dialects.postgresql import JSONB

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.allowances import allowances
from shared.db.keyed import Keys
from shared.db.list_parameters import BOUNDS, filter_text, is_ordered, parameter, schema_of, some_of
from shared.extensions import filters as attributes
from shared.extensions.declaration import extension_of
from shared.extensions.shown import members as added
from shared.lifecycle import Lifecycle
from shared.search import filters as searching
from shared.search.declaration import search_of

Row = Mapping[str, Any]
Getter = Callable[[Row], Any]
_MOVES: Final = ("allowed_actions", "editable_fields")
_MOST_PLANS: Final = 256
_Alike = tuple[str, bool, bool, tuple[str, ...]]
"""Status, whether the row is the caller's own, whether it is seen from above, and the actions that the row itself keeps."""


@dataclass(frozen=True, slots=True)
class Field:
    """One member of the representation: the Python expression that makes it from `row`, or a function that does."""

    name: str
    source: str
    columns: tuple[str, ...]
    get: Getter | None = None
    for_partner: Getter | None = None
    """What makes the member for a partner's side, where that is shown another value; `columns` are then those of this."""


def _column(name: str) -> str:
    return f"row[{name!r}]"


def money(name: str, *, amount: str | None = None, currency: str = "currency") -> Field:
    """A `{"amount", "currency"}` of two columns; null when the amount is."""
    amount = amount or name
    both = f"{{'amount': {_column(amount)}, 'currency': {_column(currency)}}}"
    return Field(name, f"None if {_column(amount)} is None else {both}", (amount, currency))


def group(name: str, /, **members: str) -> Field:
    """A nested object whose members are columns."""
    shown = ", ".join(f"{member!r}: {_column(column)}" for member, column in members.items())
    return Field(name, f"{{{shown}}}", tuple(members.values()))


def renamed(name: str, column: str) -> Field:
    """A column shown under another name."""
    return Field(name, _column(column), (column,))


def computed(name: str, get: Getter, *columns: str) -> Field:
    """A member worked out from the row alone."""
    return Field(name, "", columns, get)


def withheld(name: str, *, shown: Getter | None = None) -> Field:
    """A column whose value is for the vendor's side only; others are shown null, or what `shown` makes of the row."""
    return Field(name, "", (), for_partner=shown or _nothing)


def _nothing(_: Row) -> None:
    return None


def _shaper(object_name: str, members: Iterable[Field]) -> Callable[[Row], dict[str, Any]]:
    """Return a function that makes all members at once.

    It is compiled from one dictionary display, as a named tuple's methods are: going from field to field takes twice the time.
    """
    given: dict[str, Any] = {"_document": _document}
    parts = [f"'object': {object_name!r}"]
    for number, each in enumerate(members):
        given[f"_get{number}"] = each.get
        parts.append(f"{each.name!r}: " + (each.source if each.get is None else f"_get{number}(row)"))
    made: Callable[[Row], dict[str, Any]] = eval(f"lambda row: {{{', '.join(parts)}}}", given)  # noqa: S307
    return made


@dataclass(frozen=True, slots=True)
class _Plan:
    """How rows are shown to whoever has the same side and scopes and wants the same members; `allowed` is kept for rows alike."""

    members: Callable[[Row], dict[str, Any]]
    by_caller: tuple[tuple[str, Callable[[Row, Caller], Any]], ...]
    moves: tuple[str, ...]
    allowed: dict[_Alike, dict[str, list[str]]]


@dataclass(frozen=True, eq=False)
class Resource:
    """The public face of a table. Each is one of a kind, so that statements can be kept by it."""

    object: str
    table: Table
    fields: Sequence[str | Field]
    permission: str
    sorts: tuple[str, ...] = ("created_at",)
    filters: tuple[str, ...] = ()
    lifecycle: Lifecycle | None = None
    noun: str = ""
    """Where single rows are read, for answers that are given under another noun."""
    expands: Mapping[str, str] = field(default_factory=dict)
    """Members that hold the id of another object, and the noun in whose list it is found."""
    title: tuple[str, ...] = ()
    """Members that together are what people call the object, of those that are searched; `company.name` is within one."""
    subtitle: str = ""
    """The member that tells objects of the same title apart."""
    ruled_out: Callable[[Row, Caller], Collection[str]] | None = None
    """The actions that a row itself keeps from a caller who could take them otherwise; `edit` stands for every change."""
    beside: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    """What `ruled_out` asks for that is not in the row, by the names under which it is read in the row's own statement."""
    masked: frozenset[str] = frozenset()
    """Members for whoever may `read` the noun, where `view` is permission enough for the rest; to others they are null."""
    by_caller: Mapping[str, Callable[[Row, Caller], Any]] = field(default_factory=dict)
    """Members whose value depends on who looks at the row, and not on the side alone."""
    keyed: Mapping[str, Keys] = field(default_factory=dict)
    """Filters that find what is known under a value: keys beside the table are compared, and not its own column."""
    worded: Mapping[str, Literal["problem", "sentence"]] = field(default_factory=dict)
    """Members that keep English sentences, which whoever reads them is told in its language."""
    vendors_filters: frozenset[str] = field(init=False)
    """The filters by what a partner's side is not shown: it could guess by asking, and finds none."""
    _members: tuple[Field, ...] = field(init=False, repr=False)
    _shaping: Callable[[frozenset[str] | None, bool, bool], Callable[[Row], dict[str, Any]]] = field(
        init=False, repr=False
    )
    _plans: dict[tuple[str, str, frozenset[str] | None], _Plan] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        head = ("id", "version", "created_at", "updated_at")
        members = [self._member(each) for each in (*head, *self.fields)]
        extension = extension_of(self.table)
        if extension is not None:
            members += [Field(each.name, "", each.columns, each.get, each.for_partner) for each in added(extension)]
        object.__setattr__(self, "_members", tuple(members))
        # Every list can be asked for the objects of these ids: what it is for is deciding who may see them.
        object.__setattr__(self, "filters", tuple(dict.fromkeys(("id", *self.filters))))
        hidden = {each.name for each in members if each.for_partner is not None}
        object.__setattr__(self, "vendors_filters", hidden.intersection(self.filters))
        object.__setattr__(self, "_shaping", lru_cache(maxsize=256)(self._shaper_of))
        if guessed := hidden.intersection(self.sorts):
            raise ValueError(f"{self.object}: the order would tell what is withheld of {sorted(guessed)}")
        if unknown := {name for name in (*self.sorts, *self.filters) if name not in self.table.c}:
            raise ValueError(f"{self.object} has no columns {sorted(unknown)}")
        shown = {each.partition(".")[0] for each in (*self.title, self.subtitle) if each}
        if missing := {*self.expands, *shown} - {each.name for each in members}:
            raise ValueError(f"{self.object} has no members {sorted(missing)}")
        # The audit trail tells a partner of its rows what it is shown of them here.
        self.table.info["shown"] = self.table.info.get("shown", frozenset()) | self.disclosed

    def _member(self, declared: str | Field) -> Field:
        if isinstance(declared, str):
            return self._plain(declared)
        if declared.source or declared.get is not None:
            return declared
        return replace(self._plain(declared.name), columns=(), for_partner=declared.for_partner)

    def _plain(self, name: str) -> Field:
        is_document = isinstance(self.table.c[name].type, JSONB)
        return Field(name, f"_document({_column(name)})" if is_document else _column(name), (name,))

    def _shaper_of(self, wanted: frozenset[str] | None, partner: bool, masked: bool) -> Callable[[Row], dict[str, Any]]:
        chosen = [each for each in self._members if wanted is None or each.name in wanted or each.name == "id"]
        shown = [replace(each, get=each.for_partner) if partner and each.for_partner else each for each in chosen]
        hidden = self.masked if masked else ()
        return _shaper(self.object, [replace(each, get=_nothing) if each.name in hidden else each for each in shown])

    def masks(self, caller: Caller) -> bool:
        """Tell whether this caller is shown no more than who may view."""
        return bool(self.masked) and not caller.may(f"{self.permission.partition(':')[0]}:read")

    @property
    def disclosed(self) -> frozenset[str]:
        """The columns whose values everybody is shown who sees the row."""
        return frozenset(name for each in self._members for name in each.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The members a caller can ask for in `fields`."""
        return tuple(each.name for each in self._members) + (_MOVES if self.lifecycle else ())

    def shape(self, row: Row, *, caller: Caller, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the representation of a row for this caller, restricted to the members in `only` where given."""
        return self.shaper(caller, only)(row)

    def shaper(self, caller: Caller, only: Iterable[str] | None = None) -> Callable[[Row], dict[str, Any]]:
        """Return what makes the representations for this caller: what does not depend on the row is looked at once a page."""
        plan = self._plan(caller, None if only is None else frozenset(only))
        if not plan.by_caller and not plan.moves:
            return plan.members
        members, by_caller, known, ruled_out = plan.members, plan.by_caller, plan.allowed, self.ruled_out
        owner, wall = self.table.info.get("owned_by"), self.table.info["wall"]
        # A partner sees a row from above that is of another partner than its own.
        whose = wall.column if caller.kind == "partner" and wall.kind == "partner" else ""

        def shape(row: Row) -> dict[str, Any]:
            shown = members(row)
            for name, made in by_caller:
                shown[name] = made(row, caller)
            if plan.moves:
                mine = not owner or row[owner] == caller.account_id
                below = bool(whose) and row[whose] != caller.partner_id
                key = (row["status"], mine, below, tuple(ruled_out(row, caller)) if ruled_out is not None else ())
                allowed = known.get(key)
                if allowed is None:
                    assert self.lifecycle is not None
                    found = allowances(self.lifecycle, caller, *key, reading=self.permission)
                    allowed = known[key] = {name: found[name] for name in plan.moves}
                shown.update(allowed)
            return shown

        return shape

    def _plan(self, caller: Caller, wanted: frozenset[str] | None) -> _Plan:
        """Return how rows are shown to callers of this kind and scope, worked out once."""
        key = (caller.kind, caller.scope, wanted)
        plan = self._plans.get(key)
        if plan is None:
            members = self._shaping(wanted, not is_vendor_side(caller), self.masks(caller))
            by_caller = tuple(each for each in self.by_caller.items() if wanted is None or each[0] in wanted)
            moves = tuple(each for each in _MOVES if self.lifecycle and (wanted is None or each in wanted))
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = _Plan(members, by_caller, moves, {})
        return plan

    def choices(self, name: str) -> tuple[str, ...]:
        """Return all that a filter can find, where it is known: the states of a lifecycle."""
        return self.lifecycle.states if self.lifecycle is not None and name == "status" else ()

    def parameters(self) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters of the list: paging, sorting, sparse fields and filters."""
        sorts = [sign + name for name in self.sorts for sign in ("", "-")]
        parameters = [
            parameter("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Page size."),
            parameter("cursor", {"type": "string", "maxLength": 2048}, "`next_cursor` of the page before."),
            parameter("sort", {"type": "string", "enum": sorts, "default": f"-{self.sorts[0]}"}, "Order."),
            *self.shape_parameters(),
        ]
        return parameters + self.filter_parameters()

    def filter_parameters(self) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters of the list that are filters."""
        parameters: list[dict[str, Any]] = []
        for name in self.filters:
            column = self.table.c[name]
            text = self.keyed[name].meaning if name in self.keyed else filter_text(column)
            text += " A partner, who is not shown it, finds none." if name in self.vendors_filters else ""
            text += " Whoever is not shown it finds none." if name in self.masked else ""
            parameters.append(parameter(name, schema_of(column, self.choices(name)), text))
            if is_ordered(column):
                parameters += [
                    parameter(f"{name}[{bound}]", schema_of(column), f"Bound of `{name}`.") for bound in BOUNDS
                ]
        extension = extension_of(self.table)
        parameters += attributes.parameters(extension) if extension is not None else []
        return parameters + ([searching.parameter()] if search_of(self.table) is not None else [])

    def shape_parameters(self) -> list[dict[str, Any]]:
        """Return the OpenAPI parameters for sparse fields and, where a member names another object, for expansion."""
        text = f"Members to return, of: {', '.join(self.names)}."
        parameters = [parameter("fields", some_of([*self.names, "object"]), text)]
        if self.expands:
            text = f"Members whose objects to return in `expanded`, separated by commas, of: {', '.join(self.expands)}."
            parameters.append(parameter("expand", some_of(list(self.expands)), text))
        return parameters


def _document(value: Any) -> Any:
    # Read as text it goes out as it is; what a command holds is an object already, a JsonText where it is a text.
    return orjson.Fragment(value) if type(value) is str else value
