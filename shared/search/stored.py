"""Keeps the words of an object beside it, in the transaction that changes the object.

Those of a new object are stored by the statement that stores it (`shared.extensions.stored`).
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ARRAY, Text, all_, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from shared.db.statements import TENANT, Statement
from shared.search.declaration import Search, search_of
from shared.search.words import words_of

if TYPE_CHECKING:
    from sqlalchemy import Table

    from shared.db.tx import Tx

_TEXTS: Final = ARRAY(Text(collation="C"))


async def follow(tx: "Tx", table: "Table", before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Store the words of a row that has changed; sends one statement where they differ, none where not."""
    search = search_of(table)
    if search is None or not _differs(search, before, after):
        return
    owner = {"owner": after[search.owner]} if search.owner else {}
    await tx.run(
        _storing(_Key(search)), row_id=after["id"], kept=words_of(after[name] for name in search.columns), **owner
    )


def _differs(search: Search, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    told_by = (*search.columns, search.owner) if search.owner else search.columns
    return any(before[name] != after[name] for name in told_by)


class _Key:
    """Hashes a search by identity, so that its statement is built once."""

    __slots__ = ("search",)

    def __init__(self, search: Search) -> None:
        self.search = search

    def __hash__(self) -> int:
        return id(self.search)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.search is self.search


@lru_cache(maxsize=256)
def _storing(key: _Key) -> Statement:
    """Leave exactly the words in `kept` to an object, with the partner it belongs to."""
    words, owner = key.search.words, key.search.owner
    kept = bindparam("kept", type_=_TEXTS)
    gone = (
        delete(words)
        .where(words.c.tenant_id == TENANT, words.c.id == bindparam("row_id"), words.c.word != all_(kept))
        .cte("gone")
    )
    columns: dict[str, Any] = {
        "tenant_id": TENANT.label("tenant_id"),
        "id": bindparam("row_id", type_=Text(collation="C")).label("id"),
        "word": func.unnest(kept).label("word"),
    }
    if owner:
        columns["partner_id"] = bindparam("owner", type_=Text(collation="C")).label("partner_id")
    adding = insert(words).from_select(list(columns), select(*columns.values()))
    if not owner:
        return Statement(adding.on_conflict_do_nothing().add_cte(gone))
    # The object has gone to another partner: so have its words.
    moved = adding.on_conflict_do_update(
        index_elements=list(words.primary_key),
        set_={"partner_id": adding.excluded.partner_id},
        where=words.c.partner_id.is_distinct_from(adding.excluded.partner_id),
    )
    return Statement(moved.add_cte(gone))
