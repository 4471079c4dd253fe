"""Reading: one round trip that sets the scope and reads, in one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    not_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.selectable import LateralFromClause

from shared.auth.principal import Caller
from shared.auth.sides import is_vendor_side
from shared.db.beside import seen_beside
from shared.db.cursors import CursorKey
from shared.db.filters import Conditions, InvalidParameter, clauses_of, conditions_in, filter_names
from shared.db.ordering import restored, sort_key, stored
from shared.db.pool import Database, Record
from shared.db.resource import Resource
from shared.db.statements import TENANT, Statement
from shared.db.visibility import disclosed, few_reached, own_rows, partners_reached, shape_of, within
from shared.errors import Fault, Forbidden, NotFound
from shared.extensions import filters as attributes
from shared.extensions.declaration import extension_of
from shared.extensions.definitions import for_reading
from shared.search import filters as searching
from shared.search.declaration import search_of

MOST_COUNTED: Final = 10_000
"""Beyond this a count says no more than "more": counting goes through every row."""
LARGEST_PAGE: Final = 200
# A LIMIT that the planner does not know is taken for a tenth of the rows, so that each page would be planned anew, which
# takes longer than reading it. One that it knows, below, bounds the one that varies.
_MOST_ROWS: Final = literal_column(str(LARGEST_PAGE + 1), Integer)

_MOST: Final = bindparam("page_limit", type_=Integer)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows and, when there are more, the cursor of the next."""

    rows: list[Record]
    next_cursor: str | None


@dataclass(slots=True)
class Read:
    """The caller's view of one service's schema, for reading."""

    database: Database
    caller: Caller
    viewer: str
    now: datetime
    cursors: CursorKey
    own: str | None = None

    async def all(self, statement: Statement, /, **values: Any) -> list[Record]:
        """Return the rows of a statement in the caller's view."""
        text, _ = statement.reading
        async with self.database.connection() as connection:
            rows: list[Record] = await connection.fetch(text, *self._arguments(statement, values))
            return rows

    async def first(self, statement: Statement, /, **values: Any) -> Record | None:
        """Return the first row of a statement, if any."""
        text, _ = statement.reading
        async with self.database.connection() as connection:
            row: Record | None = await connection.fetchrow(text, *self._arguments(statement, values))
            return row

    async def one(self, statement: Statement, /, **values: Any) -> Record:
        """Return the first row of a statement; raises NotFound when there is none."""
        row = await self.first(statement, **values)
        if row is None:
            raise NotFound()
        return row

    def _arguments(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        scope = {"tenant_id": self.caller.tenant_id, "viewer": self.viewer, "owner_account": self.own}
        return [*statement.arguments({**scope, "asked_at": self.now, **values}), self.caller.tenant_id, self.viewer]

    async def get(self, resource: Resource, row_id: str) -> Record:
        """Return one row of a resource; raises NotFound, the same for hidden and for missing."""
        return await self.one(_single(resource, shape_of(self.viewer), own=self.own is not None), row_id=row_id)

    async def page(self, resource: Resource, query: Mapping[str, str], **fixed: Any) -> Page:
        """Return a page of a resource; `fixed` are filters that the path has set."""
        limit = _limit(query.get("limit"))
        sort = query.get("sort", f"-{resource.sorts[0]}")
        column, descending = sort.removeprefix("-"), sort.startswith("-")
        if column not in resource.sorts:
            raise InvalidParameter(
                errors=[Fault("sort", "unknown_sort", f"Sort by one of: {', '.join(resource.sorts)}.")]
            )
        if column in resource.masked and resource.masks(self.caller):
            raise Forbidden("The order would tell what you are not shown.")
        conditions, values = await self._filtered(resource, query, fixed)
        bound = _binding(self.caller, resource, {**query, **{k: str(v) for k, v in fixed.items()}})
        after = query.get("cursor")
        if after is not None:
            value, values["after_id"] = self.cursors.open(after, bound_to=bound)
            values["after_value"] = restored(resource.table.c[column], value)
        if self._asks_by_what_is_hidden(resource, query):
            return Page([], None)
        statement = _listing(
            resource,
            shape_of(self.viewer),
            column,
            descending,
            conditions,
            after is not None,
            own=self.own is not None,
        )
        rows = await self.all(statement, page_limit=limit + 1, **values)
        if len(rows) <= limit:
            return Page(rows, None)
        last = rows[limit - 1]
        place = stored(resource.table.c[column], last[column])
        return Page(rows[:limit], self.cursors.seal([place, last["id"]], bound_to=bound))

    def cursor_after(self, resource: Resource, query: Mapping[str, str], value: Any, row_id: str) -> str:
        """Return the cursor of what follows a row with this value to sort by; it is good in every service."""
        column = resource.table.c[query.get("sort", resource.sorts[0]).removeprefix("-")]
        return self.cursors.seal([stored(column, value), row_id], bound_to=_binding(self.caller, resource, query))

    async def count(self, resource: Resource, query: Mapping[str, str], **fixed: Any) -> int:
        """Return how many rows a list has in all, counted up to one more than MOST_COUNTED."""
        conditions, values = await self._filtered(resource, query, fixed)
        if self._asks_by_what_is_hidden(resource, query):
            return 0
        shape = shape_of(self.viewer)
        row = await self.one(_counting(resource, shape, conditions, own=self.own is not None), **values)
        return int(row["count"])

    def _asks_by_what_is_hidden(self, resource: Resource, query: Mapping[str, str]) -> bool:
        """Whether somebody asks by what they are shown as null, of which no row they see has any value."""
        named = [name.partition("[")[0] for name in query]
        if resource.masks(self.caller) and not resource.masked.isdisjoint(named):
            return True
        return not is_vendor_side(self.caller) and not resource.vendors_filters.isdisjoint(named)

    async def _filtered(
        self, resource: Resource, query: Mapping[str, str], fixed: Mapping[str, Any]
    ) -> tuple[Conditions, dict[str, Any]]:
        """Return the conditions of a query, and those that the path has set, in one order whatever theirs was."""
        conditions, values = conditions_in(resource, query)
        extension = extension_of(resource.table)
        if extension is not None and any(map(attributes.is_ours, query)):
            fields = await for_reading(self, extension.object, naming=attributes.fields_named(query))
            more, theirs = attributes.conditions_in(extension, query, caller=self.caller, fields=fields)
            conditions, values = conditions + more, values | theirs
        if search_of(resource.table) is not None and searching.PARAMETER in query:
            more, theirs = searching.conditions_in(query[searching.PARAMETER])
            conditions, values = conditions + more, values | theirs
        conditions += tuple((name, "eq") for name in fixed)
        return tuple(sorted(conditions)), values | {f"{name}_eq": value for name, value in fixed.items()}


def _columns(resource: Resource) -> list[Any]:
    """All columns of the table, and what is read beside them; documents as text, which goes to the wire as it is."""
    columns = [
        cast(column, Text).label(column.name) if isinstance(column.type, JSONB) else column
        for column in resource.table.columns
        if column.name != "tenant_id"
    ]
    return [*columns, *seen_beside(resource)]


@lru_cache(maxsize=1024)
def _single(resource: Resource, shape: str, *, own: bool) -> Statement:
    table = resource.table
    mine = own_rows(table) if own else ()
    return Statement(
        select(*_columns(resource)).where(
            table.c.tenant_id == TENANT, table.c.id == bindparam("row_id"), *within(table, shape), *mine
        )
    )


@lru_cache(maxsize=4096)
def _listing(
    resource: Resource,
    shape: str,
    sort: str,
    descending: bool,
    conditions: Conditions,
    after: bool,
    *,
    own: bool,
) -> Statement:
    table = resource.table
    rest = [table.c.tenant_id == TENANT, *(own_rows(table) if own else ())]
    rest += clauses_of(resource, conditions, shape=shape)
    ordering = sort_key(table.c[sort])
    if after:
        value = bindparam("after_value", type_=table.c[sort].type)
        identity = bindparam("after_id", type_=table.c.id.type)
        # One row comparison: the index gives both the range and the order.
        row, position = tuple_(ordering, table.c.id), tuple_(value, identity)
        rest.append(row < position if descending else row > position)
        for leading in attributes.in_creation_order(table, conditions) if sort == "created_at" else ():
            # The same place in an index that may have less to go through: the planner does not carry a range over a join.
            row = tuple_(leading.c.created_at, leading.c.id)
            rest.append(row < position if descending else row > position)
    order = (ordering.desc(), table.c.id.desc()) if descending else (ordering, table.c.id)
    columns, wall = _columns(resource), table.info["wall"]
    walked = select(*columns).where(*within(table, shape), *rest).order_by(*order).limit(_MOST_ROWS)
    plain = wall.money is None and all(name in table.c for name, _ in conditions)
    if shape != "closure" or wall.kind != "partner" or not plain:
        return Statement(select(walked.subquery("widest")).limit(_MOST))
    each = partners_reached(table)
    reached = (table.c[wall.column] == each.c.partner_id, *disclosed(table, shape))
    newest = select(*columns).where(*rest, *reached).order_by(*order).limit(_MOST)
    both = _either_way(walked, each, newest.lateral("newest"), few=few_reached(table))
    place = (sort_key(table.c[sort], of=both.c[sort]), both.c.id)
    return Statement(select(both).order_by(*(part.desc() if descending else part for part in place)).limit(_MOST))


def _either_way(
    walked: Select[Any], each: Subquery, newest: LateralFromClause, *, few: ColumnElement[bool]
) -> Subquery:
    """A page of partners beyond one's own: the newest rows of each where they are few, else those of all on the way.

    Among the newest rows of all there may be hardly any of the few. How many they are is known only when the statement
    runs, so that it has both ways, and one of them does nothing.
    """
    by_partner = select(*newest.c).select_from(each.join(newest, true())).where(few)
    return union_all(by_partner, select(walked.where(not_(few)).subquery("walked"))).subquery("both")


@lru_cache(maxsize=1024)
def _counting(resource: Resource, shape: str, conditions: Conditions, *, own: bool) -> Statement:
    table = resource.table
    mine = own_rows(table) if own else ()
    asked = clauses_of(resource, conditions, shape=shape)
    clauses = [table.c.tenant_id == TENANT, *within(table, shape), *mine, *asked]
    some = select(table.c.tenant_id).where(and_(*clauses)).limit(MOST_COUNTED + 1).subquery("some")
    return Statement(select(func.count().label("count")).select_from(some))


def _limit(text: str | None) -> int:
    if text is None:
        return 50
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LARGEST_PAGE):
        raise InvalidParameter(errors=[Fault("limit", "out_of_range", f"A whole number from 1 to {LARGEST_PAGE}.")])
    return int(text)


def _binding(caller: Caller, resource: Resource, query: Mapping[str, str]) -> str:
    sort = query.get("sort", f"-{resource.sorts[0]}")
    kept = sorted(
        (name, value) for name, value in query.items() if name not in ("cursor", "limit", "fields", "expand", "sort")
    )
    return f"{caller.tenant_id}|{resource.object}|{sort}|{kept}"


def allowed_parameters(resource: Resource) -> frozenset[str]:
    """Return the query parameters a list of this resource accepts."""
    return filter_names(resource) | {"limit", "cursor", "sort"} | shape_parameters(resource)


def shape_parameters(resource: Resource) -> frozenset[str]:
    """Return the query parameters that shape a representation of this resource."""
    return frozenset({"fields", "expand"} if resource.expands else {"fields"})
