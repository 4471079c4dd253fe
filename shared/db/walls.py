"""Walls: each table declares who may see a row, and the database enforces it by row-level security.

Settings of a transaction: `prm.tenant`, and `prm.viewer`, which is one of
`*` (the whole tenant), a partner id, `<partner id>/subtree`, an account id (assigned partners), or empty (nobody).
A missing setting shows zero rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import MetaData, Table

_TENANT = "tenant_id = current_setting('prm.tenant', true)"
_VIEWER = "current_setting('prm.viewer', true)"
_VENDOR = f"left({_VIEWER}, 4) IN ('*', 'acc_')"

# The level of an edge that opens money as well; `records` opens all but money.
MONEY: Final = "records_and_money"
Kind = Literal["partner", "participants", "tenant", "vendor", "plumbing"]


@dataclass(frozen=True, slots=True)
class Wall:
    """Who sees the rows of a table; `column` names the partner, the key of the participants' table, or a tenant's flag.

    `money` are a column and its value in rows that are seen from above only where money is; `internal` are those of rows
    that are about a partner and that nobody on a partner's side sees, or True where all rows are so.
    `of` is the column of this table that the participants' key points at.
    """

    kind: Kind
    column: str = ""
    through: str = ""
    app: str = ""
    money: tuple[str, str] | None = None
    internal: tuple[str, str] | bool = False
    of: str = "id"


def partner_wall(
    column: str = "partner_id", *, money: tuple[str, str] | None = None, internal: tuple[str, str] | bool = False
) -> Wall:
    """The row's partner is the viewer's own, or one visible to it; `money` tells which rows need a level that opens money.

    `internal` tells which rows only the vendor's staff sees, of the partners it looks after.
    """
    return Wall("partner", column=column, money=money, internal=internal)


def participants_wall(through: str, column: str, *, of: str = "id", money: tuple[str, str] | None = None) -> Wall:
    """A table of participants (`through`, with a `partner_id` and `column` pointing at this row's `of`) names who sees it."""
    return Wall("participants", column=column, through=through, money=money, of=of)


def tenant_wall(*, open_to_partners: str = "") -> Wall:
    """The whole tenant reads; the vendor writes. `open_to_partners` names a flag without which a row is the vendor's alone."""
    return Wall("tenant", column=open_to_partners)


def vendor_wall() -> Wall:
    """Only the vendor's side."""
    return Wall("vendor")


def plumbing_wall(app: Literal["", "insert", "all"] = "") -> Wall:
    """Machinery: the worker role sees all of it; `app` says what a request may do with rows of its own tenant."""
    return Wall("plumbing", app=app)


def roles_of(service: str) -> dict[str, str]:
    """Return the names of a service's four database roles."""
    return {role: f"prm_{service}_{role}" for role in ("owner", "app", "engine", "worker")}


def sees(wall: Wall, table: str) -> str:
    """Return the SQL condition under which the app role sees a row of the current tenant."""
    opened = ""
    if wall.money is not None:
        column, value = wall.money
        opened = f" AND ({table}.{column} <> '{value}' OR seen.level = '{MONEY}')"
    if wall.kind == "partner":
        own = f"{table}.{wall.column} = split_part({_VIEWER}, '/', 1)"
        if wall.internal:
            shared = "false"
            if isinstance(wall.internal, tuple):
                shared = f"{table}.{wall.internal[0]} <> '{wall.internal[1]}'"
            own = f"({own} AND {shared})"
            opened += f" AND ({shared} OR left({_VIEWER}, 4) = 'acc_')"
        return (
            f"({_VIEWER} = '*' OR {own} OR EXISTS (SELECT FROM visible_partners seen"
            f" WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = {_VIEWER}"
            f" AND seen.partner_id = {table}.{wall.column}{opened}))"
        )
    if wall.kind == "participants":
        return (
            f"({_VIEWER} = '*' OR EXISTS (SELECT FROM {wall.through} part"
            f" WHERE part.tenant_id = current_setting('prm.tenant', true) AND part.{wall.column} = {table}.{wall.of}"
            f" AND (part.partner_id = split_part({_VIEWER}, '/', 1) OR EXISTS (SELECT FROM visible_partners seen"
            f" WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = {_VIEWER}"
            f" AND seen.partner_id = part.partner_id{opened}))))"
        )
    return {"tenant": "true", "vendor": _VENDOR}[wall.kind]


def policies(table: Table, *, service: str) -> Iterator[str]:
    """Yield the statements that raise the table's wall: forced RLS, policies and grants for the four roles."""
    wall: Wall = table.info["wall"]
    roles = roles_of(service)
    name = table.name
    yield f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"
    yield f"CREATE POLICY owner ON {name} TO {roles['owner']} USING (true) WITH CHECK (true)"
    scoped = _TENANT if "tenant_id" in table.c else "true"
    yield f"CREATE POLICY engine ON {name} TO {roles['engine']} USING ({scoped}) WITH CHECK ({scoped})"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {roles['engine']}"
    if wall.kind == "plumbing":
        yield f"CREATE POLICY worker ON {name} TO {roles['worker']} USING (true) WITH CHECK (true)"
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {roles['worker']}"
        if wall.app == "insert":
            yield f"CREATE POLICY app ON {name} FOR INSERT TO {roles['app']} WITH CHECK ({scoped})"
            yield f"GRANT INSERT ON {name} TO {roles['app']}"
        elif wall.app == "all":
            yield f"CREATE POLICY app ON {name} TO {roles['app']} USING ({scoped}) WITH CHECK ({scoped})"
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {roles['app']}"
        return
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {roles['app']}"
    condition = f"{_TENANT} AND {sees(wall, name)}"
    if wall.kind == "tenant":
        open_ = f" AND ({name}.{wall.column} OR {_VENDOR})" if wall.column else ""
        yield f"CREATE POLICY app_reads ON {name} FOR SELECT TO {roles['app']} USING ({_TENANT}{open_})"
        condition = f"{_TENANT} AND {_VENDOR}"
    yield f"CREATE POLICY app ON {name} TO {roles['app']} USING ({condition}) WITH CHECK ({condition})"


def undeclared(metadata: MetaData) -> list[str]:
    """Return the names of tables that declare no wall."""
    return [table.name for table in metadata.sorted_tables if not isinstance(table.info.get("wall"), Wall)]
