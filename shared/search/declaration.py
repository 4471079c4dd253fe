"""Switches search on for a table, in one line of its declaration.

Beside the table stands `<table>_words`, one row for each word of each object: under row-level security only equality and
order of plain columns reach an index, so that a search is a range of it. Its wall is that of the objects.
"""

from dataclasses import dataclass

from sqlalchemy import Index, Table

from shared.db.columns import identifier, key, record
from shared.db.walls import Wall, partner_wall


@dataclass(frozen=True, slots=True)
class Search:
    """What a table is searched by: the table of the words, the columns they come from, and the one that names the partner."""

    words: Table
    columns: tuple[str, ...]
    owner: str | None


def searchable(table: Table, *columns: str) -> Table:
    """Let the lists of a table be searched by the words of these columns; returns the table of the words."""
    wall: Wall = table.info["wall"]
    if wall.kind not in ("partner", "tenant", "vendor") or (wall.kind == "tenant" and wall.column):
        raise ValueError(f"{table.name}: the words of an object need a wall of their own")
    owner = wall.column if wall.kind == "partner" else None
    name = f"{table.name}_words"
    words = record(
        name,
        table.metadata,
        # By object first: what is written and looked up again is all words of one.
        key("id"),
        key("word"),
        *((identifier("partner_id", null=True),) if owner else ()),
        Index(f"{name}_found", "tenant_id", "word", "id"),
        *((Index(f"{name}_of_partner", "tenant_id", "partner_id", "word", "id"),) if owner else ()),
        wall=partner_wall() if owner else wall,
    )
    table.info["search"] = Search(words, columns, owner)
    return words


def search_of(table: Table) -> Search | None:
    """Return what a table is searched by, if it is."""
    found: Search | None = table.info.get("search")
    return found
