"""Drafts the SQL of a first migration from the declared tables, walls included. A person checks it and commits it."""

from sqlalchemy import MetaData, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from shared.db.walls import policies

_HEAD = '''"""{why}"""

from alembic import op

revision = "{revision}"
down_revision = {down}
branch_labels = None
depends_on = None

_STATEMENTS = """
'''
_FOOT = '''"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\\n"):
        if statement.strip():
            op.execute(statement)
'''


def statements_for(tables: list[Table], *, service: str) -> list[str]:
    """Return CREATE TABLE, indexes, policies and grants of the tables."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    statements: list[str] = []
    for table in tables:
        lines = str(CreateTable(table).compile(dialect=dialect)).strip().splitlines()
        statements.append("\n".join(line.strip("\t").rstrip() for line in lines))
        statements += [
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(table.indexes, key=lambda each: str(each.name))
        ]
    for table in tables:
        statements += policies(table, service=service)
        if table.name == "log_state":
            statements.append("INSERT INTO log_state (one, epoch) VALUES (1, 1)")
    return statements


def draft(metadata: MetaData, *, service: str, revision: str, down: str | None, why: str, known: set[str]) -> str:
    """Return the source of a migration that creates every declared table not yet known."""
    tables = [table for table in metadata.sorted_tables if table.name not in known]
    # visible_partners first: policies of the others read it.
    tables.sort(key=lambda table: table.name != "visible_partners")
    body = ";\n".join(statements_for(tables, service=service)) + ";\n"
    return _HEAD.format(why=why, revision=revision, down=repr(down)) + body.replace("\\", "\\\\") + _FOOT
