"""Everything that somebody with the whole database in hand may try, as SQL: kinds of tampering times places."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.dialects import postgresql

from gateway.audit.tables import audit_heads, audit_log
from gateway.metadata import PLUMBING
from shared.db.provision import SERVICES

# Which of a place's rows: by its number, and from the end.
ROWS: Final = {"first": ("ASC", 0), "third": ("ASC", 2), "last": ("DESC", 0)}
_DIALECT: Final = postgresql.dialect()  # type: ignore[no-untyped-call]
_POSITION: Final = ("epoch", "xid", "place")
_CHANGED: Final = {
    "TEXT": "coalesce({0}, '') || 'x'",
    "INTEGER": "{0} + 1",
    "BIGINT": "{0} + 1000000",
    "TIMESTAMP WITH TIME ZONE": "coalesce({0}, now()) + interval '1 microsecond'",
    "JSONB": """coalesce({0}, '{{}}') || '{{"x": 1}}'""",
}


@dataclass(frozen=True)
class Tampering:
    """What is done to the rows of tenant $1, statement by statement."""

    name: str
    statements: tuple[str, ...]


def tamperings() -> Iterator[Tampering]:
    """Every kind at every place."""
    yield from _of_records("gateway.audit_log", [c.name for c in audit_log.c], order=("sequence",))
    for service in SERVICES:
        columns = [c.name for c in PLUMBING.audit.c if c.name not in ("epoch", "xid", "place")]
        yield from _of_records(f"{service}.audit_records", columns, order=_POSITION)
        yield from _moves_in(service)
    yield from _moves_in_the_log()
    yield from _of_the_tree()
    yield from _of_heads()
    yield from _of_keys()


def _of_records(table: str, columns: list[str], *, order: tuple[str, ...]) -> Iterator[Tampering]:
    key = table.rsplit(".", 1)[-1]
    source = audit_log if key == "audit_log" else PLUMBING.audit
    for name in columns:
        # In the middle of them, so that no row of the log is where it was not.
        which = "third" if name in ("tenant_id", "id", "sequence") else "last"
        change = _changed(source.c[name])
        yield Tampering(
            f"{table}: {name} edited", (f"UPDATE {table} SET {name} = {change} WHERE {_one(table, order, which)}",)
        )
    for which in ROWS:
        row = _one(table, order, which)
        edit = f"""UPDATE {table} SET changes = '{{"status": {{"to": "paid", "from": null}}}}' WHERE {row}"""
        yield Tampering(f"{table}: {which} rewritten", (edit,))
        yield Tampering(f"{table}: {which} deleted", (f"DELETE FROM {table} WHERE {row}",))
    last = f"SELECT id FROM {table} WHERE tenant_id = $1 ORDER BY {', '.join(f'{name} DESC' for name in order)} LIMIT 3"
    yield Tampering(
        f"{table}: the last three cut off", (f"DELETE FROM {table} WHERE tenant_id = $1 AND id IN ({last})",)
    )
    yield Tampering(f"{table}: all removed", (f"DELETE FROM {table} WHERE tenant_id = $1",))
    copied = [c.name for c in source.c if c.name not in ("id", "sequence", "place")]
    into = f"{', '.join(copied)}, id" + (", sequence" if key == "audit_log" else "")
    for which in ROWS:
        made = ", sequence + 1000" if key == "audit_log" else ""
        insert = f"INSERT INTO {table} ({into}) SELECT {', '.join(copied)}, id || 'x'{made} FROM {table} WHERE"
        yield Tampering(f"{table}: a copy of the {which} added", (f"{insert} {_one(table, order, which)}",))


def _changed(column: Any) -> str:
    """An expression for another value of a column."""
    kind = str(column.type.compile(dialect=_DIALECT)).partition(" COLLATE")[0]
    return _CHANGED[kind].format(column.name)


def _one(table: str, order: tuple[str, ...], which: str) -> str:
    """The condition for one of a table's rows."""
    direction, offset = ROWS[which]
    ordered = ", ".join(f"{name} {direction}" for name in order)
    return f"tenant_id = $1 AND id = (SELECT id FROM {table} WHERE tenant_id = $1 ORDER BY {ordered} LIMIT 1 OFFSET {offset})"


def _moves_in(service: str) -> Iterator[Tampering]:
    table = f"{service}.audit_records"
    rows = f"SELECT xid, id FROM {table} WHERE tenant_id = $1 ORDER BY epoch, xid, place"
    early, late = f"SELECT xid FROM ({rows} LIMIT 1) a", f"SELECT max(xid) FROM {table} WHERE tenant_id = $1"
    first, last = _one(table, _POSITION, "first"), _one(table, _POSITION, "last")
    yield Tampering(
        f"{table}: the first moved behind the last", (f"UPDATE {table} SET xid = ({late}) + 1 WHERE {first}",)
    )
    yield Tampering(
        f"{table}: the last moved before the first", (f"UPDATE {table} SET xid = ({early}) - 1 WHERE {last}",)
    )
    yield Tampering(f"{table}: the digest taken away", (f"UPDATE {table} SET digest = NULL, xid = 0 WHERE {last}",))


def _moves_in_the_log() -> Iterator[Tampering]:
    def moved(first: str, by: str, where: str) -> tuple[str, ...]:
        away = f"UPDATE gateway.audit_log SET sequence = -1 - sequence WHERE tenant_id = $1 AND {where}"
        back = f"UPDATE gateway.audit_log SET sequence = {by} WHERE tenant_id = $1 AND sequence < 0"
        return (away, back) if not first else (first, away, back)

    swap = "CASE sequence WHEN -1 - {0} THEN {1} ELSE {0} END"
    for one, other in ((0, 1), (2, 3), (0, 9)):
        statements = moved("", swap.format(one, other), f"sequence IN ({one}, {other})")
        yield Tampering(f"gateway.audit_log: {one} and {other} exchanged", statements)
    closed = moved(
        "DELETE FROM gateway.audit_log WHERE tenant_id = $1 AND sequence = 4", "-2 - sequence", "sequence > 4"
    )
    resized = "UPDATE gateway.audit_trees SET size = size - 1 WHERE tenant_id = $1"
    yield Tampering("gateway.audit_log: one deleted and the gap closed", closed)
    yield Tampering("gateway.audit_log: one deleted, the gap closed and the size corrected", (*closed, resized))


def _of_the_tree() -> Iterator[Tampering]:
    for level in range(4):
        where = f"tenant_id = $1 AND level = {level} AND place = 0"
        edit = f"UPDATE gateway.audit_nodes SET digest = repeat('0', 64) WHERE {where}"
        yield Tampering(f"gateway.audit_nodes: level {level} edited", (edit,))
        yield Tampering(
            f"gateway.audit_nodes: level {level} deleted", (f"DELETE FROM gateway.audit_nodes WHERE {where}",)
        )
        added = f"INSERT INTO gateway.audit_nodes VALUES ($1, {level}, 100000, repeat('0', 64))"
        yield Tampering(f"gateway.audit_nodes: level {level} added", (added,))
    yield Tampering("gateway.audit_nodes: all removed", ("DELETE FROM gateway.audit_nodes WHERE tenant_id = $1",))
    for change in ("size = size - 1", "size = size + 1", "sealed_size = sealed_size - 1", "sealed_at = NULL"):
        edit = f"UPDATE gateway.audit_trees SET {change} WHERE tenant_id = $1"
        yield Tampering(f"gateway.audit_trees: {change}", (edit,))
    yield Tampering("gateway.audit_trees: removed", ("DELETE FROM gateway.audit_trees WHERE tenant_id = $1",))
    everything = [
        f"DELETE FROM gateway.audit_{name} WHERE tenant_id = $1" for name in "log nodes trees heads sources".split()
    ]
    yield Tampering("gateway: the whole log removed", tuple(everything))


def _of_heads() -> Iterator[Tampering]:
    for column in audit_heads.c:
        change = _changed(column)
        for number in (1, 2):
            edit = f"UPDATE gateway.audit_heads SET {column.name} = {change} WHERE tenant_id = $1 AND number = {number}"
            yield Tampering(f"gateway.audit_heads: {column.name} of {number} edited", (edit,))
    for number in (1, 2):
        delete = f"DELETE FROM gateway.audit_heads WHERE tenant_id = $1 AND number = {number}"
        yield Tampering(f"gateway.audit_heads: {number} deleted", (delete,))
    again = "INSERT INTO gateway.audit_heads SELECT tenant_id, 3, size, root, previous, sealed_at, key_id, signature"
    copy = f"{again} FROM gateway.audit_heads WHERE tenant_id = $1 AND number = 2"
    yield Tampering("gateway.audit_heads: the last doubled", (copy,))
    exchange = "UPDATE gateway.audit_heads SET number = {} WHERE tenant_id = $1 AND number = {}"
    turned = tuple(exchange.format(new, old) for old, new in ((1, 9), (2, 1), (9, 2)))
    yield Tampering("gateway.audit_heads: exchanged", turned)


def _of_keys() -> Iterator[Tampering]:
    # $1 has to stand somewhere.
    every = "WHERE $1::text IS NOT NULL"
    yield Tampering(
        "gateway.sealing_keys: the public half edited",
        (f"UPDATE gateway.sealing_keys SET public = repeat('A', 43) {every}",),
    )
    yield Tampering(
        "gateway.sealing_keys: the private half edited",
        (f"UPDATE gateway.sealing_keys SET sealed = sealed || 'x' {every}",),
    )
    yield Tampering(
        "gateway.sealing_keys: the id edited", (f"UPDATE gateway.sealing_keys SET key_id = key_id || 'x' {every}",)
    )
    yield Tampering("gateway.sealing_keys: removed", (f"DELETE FROM gateway.sealing_keys {every}",))
