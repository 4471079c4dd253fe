"""A resource: how rows of a table look on the wire, and how its lists are sorted and filtered. Declared once.

The same declaration makes the list, the single read, the answers of actions, and the query parameters of the
specification. Every representation carries `object, id, version, created_at, updated_at`; declared fields are always
present, null when empty.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from typing import Any

import orjson
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import JSONB

from shared.auth.principal import Caller
from shared.auth.scopes import Reach
from shared.auth.sides import is_vendor_side
from shared.db.list_parameters import BOUNDS, filter_text, is_ordered, parameter, schema_of, some_of
from shared.extensions import filters as attributes
from shared.extensions.declaration import extension_of
from shared.extensions.shown import members as added
from shared.lifecycle import Lifecycle
from shared.search import filters as searching
from shared.search.declaration import search_of

Row = Mapping[str, Any]
Getter = Callable[[Row], Any]


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

    It is compiled from one dictionary display, as a named tuple's methods are: going from field to field takes twice the time,
    and a page has hundreds of them.
    """
    given: dict[str, Any] = {"_document": _document}
    parts = [f"'object': {object_name!r}"]
    for number, each in enumerate(members):
        given[f"_get{number}"] = each.get
        parts.append(f"{each.name!r}: " + (each.source if each.get is None else f"_get{number}(row)"))
    made: Callable[[Row], dict[str, Any]] = eval(f"lambda row: {{{', '.join(parts)}}}", given)  # noqa: S307
    return made


@dataclass(frozen=True)
class Resource:
    """The public face of a table."""

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
    by_caller: Mapping[str, Callable[[Row, Caller], Any]] = field(default_factory=dict)
    """Members whose value depends on who looks at the row, and not on the side alone."""
    _allowed: dict[tuple[str, str, str, bool, bool], tuple[list[str], list[str]]] = field(
        default_factory=dict, repr=False
    )
    _members: tuple[Field, ...] = field(init=False, repr=False)
    _shaping: Callable[[frozenset[str] | None, bool], Callable[[Row], dict[str, Any]]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        head = ("id", "version", "created_at", "updated_at")
        members = [self._member(each) for each in (*head, *self.fields)]
        extension = extension_of(self.table)
        if extension is not None:
            members += [Field(each.name, "", each.columns, each.get, each.for_partner) for each in added(extension)]
        object.__setattr__(self, "_members", tuple(members))
        # Every list can be asked for the objects of these ids: what it is for is deciding who may see them.
        object.__setattr__(self, "filters", tuple(dict.fromkeys(("id", *self.filters))))
        object.__setattr__(self, "_shaping", lru_cache(maxsize=256)(self._shaper_of))
        unknown = {name for name in (*self.sorts, *self.filters) if name not in self.table.c}
        if unknown:
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

    def _shaper_of(self, wanted: frozenset[str] | None, partner: bool) -> Callable[[Row], dict[str, Any]]:
        chosen = [each for each in self._members if wanted is None or each.name in wanted or each.name == "id"]
        return _shaper(
            self.object,
            [replace(each, get=each.for_partner) if partner and each.for_partner else each for each in chosen],
        )

    @property
    def disclosed(self) -> frozenset[str]:
        """The columns whose values everybody is shown who sees the row."""
        return frozenset(name for each in self._members for name in each.columns)

    @property
    def names(self) -> tuple[str, ...]:
        """The members a caller can ask for in `fields`."""
        extra = ("allowed_actions", "editable_fields") if self.lifecycle else ()
        return tuple(each.name for each in self._members) + extra

    def shape(self, row: Row, *, caller: Caller, only: Iterable[str] | None = None) -> dict[str, Any]:
        """Return the representation of a row for this caller, restricted to the members in `only` where given."""
        wanted = None if only is None else frozenset(only)
        shown = self._shaping(wanted, not is_vendor_side(caller))(row)
        for name, seen_by in self.by_caller.items():
            if name in shown:
                shown[name] = seen_by(row, caller)
        if self.lifecycle is not None:
            owner = self.table.info.get("owned_by")
            mine = not owner or row[owner] == caller.account_id
            actions, editable = self._allowed_to(caller, row["status"], mine=mine, below=self._is_below(row, caller))
            if self.ruled_out is not None and (out := self.ruled_out(row, caller)):
                actions = [each for each in actions if each not in out]
                editable = [] if "edit" in out else [each for each in editable if each not in out]
            if wanted is None or "allowed_actions" in wanted:
                shown["allowed_actions"] = actions
            if wanted is None or "editable_fields" in wanted:
                shown["editable_fields"] = editable
        return shown

    def _is_below(self, row: Row, caller: Caller) -> bool:
        """Whether a partner sees the row from above: it is of another partner than its own."""
        wall = self.table.info["wall"]
        return caller.kind == "partner" and wall.kind == "partner" and row[wall.column] != caller.partner_id

    def _allowed_to(self, caller: Caller, status: str, *, mine: bool, below: bool) -> tuple[list[str], list[str]]:
        assert self.lifecycle is not None
        key = (caller.kind, caller.scope, status, mine, below)
        found = self._allowed.get(key)
        if found is None:
            moves = [each for each in self.lifecycle.allowed(status) if each.by in (None, caller.kind)]
            may = partial(_may, caller, reading=self.permission, mine=mine, below=below)
            actions = [each.action for each in moves if may(each.permission)]
            writes = f"{self.permission.partition(':')[0]}:write"
            editable = list(self.lifecycle.editable_fields(status)) if may(writes) else []
            if caller.kind == "partner":
                editable = [each for each in editable if each not in self.lifecycle.vendor_fields]
            found = (actions, editable)
            if len(self._allowed) < 4096:
                self._allowed[key] = found
        return found

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
            parameters.append(parameter(name, schema_of(column), filter_text(column)))
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


def _may(caller: Caller, permission: str, *, reading: str, mine: bool, below: bool) -> bool:
    """Whether a permission goes as far as a row that is seen: to others' rows, to partners below, to all that one reads."""
    reach = caller.reach(permission)
    if reach is None or (below and reach is not Reach.SUBTREE):
        return False
    if reach is Reach.ASSIGNED and caller.reach(reading) is Reach.ALL:
        # Which of all partners are assigned is not in the row.
        return False
    return mine or caller.own(permission) is None


def _document(value: Any) -> Any:
    # Read as text it goes out as it is; what a command holds is an object already, a JsonText where it is a text.
    return orjson.Fragment(value) if type(value) is str else value
