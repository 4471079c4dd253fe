"""Every way to ask for a list, as the statement that the product sends, and what the database reads to answer it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from inspect import signature
from typing import Any, Final

import asyncpg
from sqlalchemy import Boolean

from shared.auth.principal import from_claims
from shared.db.list_parameters import is_ordered
from shared.db.read import Page, _listing, _single
from shared.db.resource import Resource
from shared.db.statements import Statement
from shared.db.visibility import shape_of
from shared.extensions.declaration import extension_of
from shared.extensions.filters import is_attribute
from shared.extensions.referred import NAME
from shared.search.declaration import search_of
from shared.search.filters import PARAMETER
from shared.search.words import MOST_ASKED, beyond
from shared.web.operation import Operation
from shared.web.params import Request
from tests.contracts.filling import ROWS, TENANT, VIEWERS

# One more than the largest page, which is how many rows the product asks for then.
_PAGE: Final = 201
_NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
_SCANS: Final = frozenset({"Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Bitmap Index Scan"})
# Who may be held to rows of its own, by the reach that such a permission gives it beside that.
_OWNERS: Final = ("ptr_7", "acc_1")
# Exact values of what has few of them, both ends of what is ordered: one bound stands for its inclusive sister.
_BOUNDS: Final = ("eq", "gte", "lt")
# Descending and after a cursor: all four ways for a list as it is, for a filter or another sort each way and each place once,
# and for both together one of the two in turn.
_PAGES: Final = ((True, True), (False, False), (True, False), (False, True))


@dataclass(frozen=True, slots=True)
class Asked:
    """A read as somebody asks for it: the statement that the product sends then, and its values."""

    name: str
    statement: Statement
    values: Mapping[str, Any]
    viewer: str

    @property
    def arguments(self) -> list[Any]:
        """The values in the order of the placeholders of the reading form."""
        scope = {"tenant_id": TENANT, "viewer": self.viewer, "asked_at": _NOW}
        return [*self.statement.arguments({**scope, **self.values}), TENANT, self.viewer]


class _Overheard:
    """Stands in for `Read` where a route asks for a page, and keeps which filters the path has set."""

    viewer = "*"

    def __init__(self) -> None:
        self.fixed: tuple[str, ...] = ()
        self.caller = from_claims({"sub": "acc_1", "tenant": TENANT, "scope": "*:*"})

    async def get(self, *_: Any) -> None:
        """Any object that a path names is there."""

    async def page(self, _resource: Resource, _query: Mapping[str, str], **fixed: Any) -> Page:
        self.fixed = tuple(fixed)
        return Page([], None)


async def fixed_by(operation: Operation) -> tuple[str, ...]:
    """The filters that a list's path sets by itself, such as the partner whose tiers are listed."""
    overheard = _Overheard()
    given = {"read": overheard, "caller": overheard.caller, "request": Request("GET", operation.path, {}, {}, "", {})}
    await operation.endpoint(**{name: given.get(name, "x") for name in signature(operation.endpoint).parameters})
    return overheard.fixed


async def asked_of(
    resource: Resource, service: str, database: "asyncpg.Connection[Any]", *, fixed: tuple[str, ...], is_read: bool
) -> list[Asked]:
    """Every sort both ways, without and with each filter, at the start and in the middle, and single reads, by viewer."""
    rows = {}
    for sort in resource.sorts:
        place = (
            f'SELECT * FROM {service}."{resource.table.name}" ORDER BY "{sort}", id OFFSET {ROWS // 2 + 777} LIMIT 20'
        )
        rows[sort] = _complete(await database.fetch(place))
    return [
        asked
        for viewer in VIEWERS
        for own in ((False, True) if resource.table.info.get("owned_by") and viewer in _OWNERS else (False,))
        for asked in _by(resource, rows, viewer, own=own, fixed=fixed, is_read=is_read)
    ]


def _complete(rows: Sequence[Any]) -> Mapping[str, Any]:
    """The first of some neighbours, with what it lacks taken from the next that has it."""
    return {name: next((row[name] for row in rows if row[name] is not None), None) for name in dict(rows[0])}


def _by(
    resource: Resource, rows: Mapping[str, Any], viewer: str, *, own: bool, fixed: tuple[str, ...], is_read: bool
) -> Iterator[Asked]:
    key, shape, row = resource, shape_of(viewer), next(iter(rows.values()))
    whose = f"{viewer}{', own rows' if own else ''}"
    owner = {"owner_account": row[resource.table.info["owned_by"]]} if own else {}
    if is_read:
        yield Asked(f"one as {whose}", _single(key, shape, own=own), {"row_id": row["id"], **owner}, viewer)
    always = tuple((name, "eq") for name in fixed)
    for turn, (sort, middle) in enumerate(rows.items()):
        for turn_of_both, condition in enumerate([None, *_conditions(resource)], start=turn):
            conditions = tuple(sorted({*always, *([condition] if condition else [])}))
            values: dict[str, Any] = {}
            for name, operator in conditions:
                values |= _words(int(operator)) if name == PARAMETER else _value(middle, name, operator)
            pages = _PAGES if turn == 0 and condition is None else _PAGES[:2]
            for descending, after in (pages[turn_of_both % 2],) if turn and condition is not None else pages:
                place = {"after_value": middle[sort], "after_id": middle["id"]} if after else {}
                name = f"{'-' if descending else ''}{sort}"
                name += f" by {condition[0]} {condition[1]}" if condition else ""
                yield Asked(
                    f"{name}{' after a cursor' if after else ''} as {whose}",
                    _listing(key, shape, sort, descending, conditions, after, own=own),
                    {"page_limit": _PAGE, **values, **place, **owner},
                    viewer,
                )


def _conditions(resource: Resource) -> Iterator[tuple[str, str]]:
    for name in resource.filters:
        column = resource.table.c[name]
        if is_ordered(column):
            yield from ((name, operator) for operator in _BOUNDS)
        else:
            yield name, "eq" if isinstance(column.type, Boolean) else "in"
    if search_of(resource.table) is not None:
        yield from ((PARAMETER, str(count)) for count in (1, 2, MOST_ASKED))
    if extension_of(resource.table) is not None:
        yield from (("attribute_0", operator) for operator in _BOUNDS)
        yield from ((NAME, operator) for operator in ("any", "ids"))


def _value(row: Mapping[str, Any], name: str, operator: str) -> dict[str, Any]:
    if name == NAME:
        return {f"{name}_from": "key_3", f"{name}_to": "key_3~", f"{name}_ids": ["value_3", "value_4"]}
    if is_attribute(name):
        return {f"{name}_key": "key_3", f"{name}_{operator}": "value_3"}
    return {f"{name}_{operator}": [row[name]] if operator == "in" else row[name]}


def _words(count: int) -> dict[str, Any]:
    """So many words of a search: whole ones that some objects have, and last the beginning of all words."""
    return {
        **{f"q_{place}": f"word_{place}" for place in range(count - 1)},
        "q_last": "word",
        "q_beyond": beyond("word"),
    }


async def rows_read(connection: "asyncpg.Connection[Any]", asked: Asked) -> tuple[int, str]:
    """Run a read and return how many rows the database looked at on its way, with the plan it went by."""
    explained = f"EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) {asked.statement.reading[0]}"
    plan = json.loads(await connection.fetchval(explained, *asked.arguments))[0]["Plan"]
    return sum(_looked_at(node) for node in nodes(plan)), shown(plan)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every node of a plan, from the top."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def _looked_at(node: dict[str, Any]) -> int:
    if node["Node Type"] not in _SCANS:
        return 0
    each = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int(each * node["Actual Loops"])


def shown(plan: dict[str, Any]) -> str:
    """A plan in one line: its nodes, with what they go through and by which index."""
    parts = [
        " ".join(str(node[name]) for name in ("Node Type", "Relation Name", "Index Name") if name in node)
        for node in nodes(plan)
    ]
    return " > ".join(part for part in parts if part not in ("Result", "Limit", "Subquery Scan"))


_SAMPLES: Final = {
    "text": "'x'",
    "text[]": "'{x}'",
    "integer": "1",
    "bigint": "1",
    "boolean": "true",
    "jsonb": "'[]'",
    "date": "'2020-06-01'",
    "timestamp with time zone": "'2020-06-01 00:00Z'",
}


async def plan_of(
    connection: "asyncpg.Connection[Any]", statement: Statement, *, role: str, **given: str
) -> dict[str, Any]:
    """The plan that a role gets for a statement of a feature, with made-up values for what it is not given."""
    async with connection.transaction():
        await connection.execute(
            f"SET LOCAL ROLE {role}; SET LOCAL prm.tenant = '{TENANT}'; SET LOCAL prm.viewer = '*'"
        )
        # A statement once prepared outlives its transaction, so each gets a name of its own.
        name = f"looked_at_{id(statement)}_as_{role}"
        await connection.execute(f"PREPARE {name} AS {statement.sql}")
        types = await connection.fetchval(
            "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = $1", name
        )
        known = {**statement._compiled[2], "tenant_id": TENANT, "viewer": "*", **given}
        values = [_literal(known.get(each), kind) for each, kind in zip(statement.names, types, strict=True)]
        asked = f"({', '.join(values)})" if values else ""
        found = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {name}{asked}")
    return dict(json.loads(found)[0]["Plan"])


def _literal(value: Any, kind: str) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value) if isinstance(value, bool | int) else _SAMPLES.get(kind, "NULL")
