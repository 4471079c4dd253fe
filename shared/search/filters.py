"""`q` of a list: which objects have all the words, the last of them perhaps unfinished; inside the caller's view.

However common a word is, no more than MOST_FOUND objects are looked at for each: the newest that have it, or the first in
alphabetical order for a word that goes on. The rarest word decides which objects are looked at, and each must have all.
"""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union_all,
)

from shared.db.statements import TENANT
from shared.db.visibility import within
from shared.errors import Fault, InvalidParameter
from shared.search.declaration import Search
from shared.search.words import LONGEST_SEARCH, MOST_ASKED, asked_for, beyond

PARAMETER: Final = "q"
MOST_FOUND: Final = 1_000
_MOST: Final = literal_column(str(MOST_FOUND), Integer)
_ONE: Final = literal_column("1", Integer)
_TEXT: Final = Text(collation="C")

Conditions = tuple[tuple[str, str], ...]


def conditions_in(text: str) -> tuple[Conditions, dict[str, Any]]:
    """Return the condition that a search asks for, and its values; raises InvalidParameter when it has no words."""
    if len(text) > LONGEST_SEARCH:
        raise InvalidParameter(errors=[Fault(PARAMETER, "too_long", f"At most {LONGEST_SEARCH} characters.")])
    words = asked_for(text)
    if not words:
        raise InvalidParameter(errors=[Fault(PARAMETER, "no_words", "Give at least one letter or digit.")])
    *whole, last = words
    values = {f"q_{place}": word for place, word in enumerate(whole)}
    return ((PARAMETER, str(len(words))),), {**values, "q_last": last, "q_beyond": beyond(last)}


def clause(table: Table, search: Search, *, count: int, shape: str) -> Any:
    """Return the condition for so many words as SQL, in a view of a shape, with the parameters of `conditions_in`."""
    hits = [_hits(search, _has(search, place, count), shape=shape, whole=place < count - 1) for place in range(count)]
    if count == 1:
        return table.c.id == any_(func.array(hits[0].scalar_subquery(), type_=ARRAY(_TEXT)))
    numbered = [
        select(literal_column(str(place), Integer).label("place"), each.subquery(f"hits_{place}").c.id)
        for place, each in enumerate(hits)
    ]
    pool = union_all(*numbered).cte("pool")
    rarest = select(pool.c.place).group_by(pool.c.place).order_by(func.count(), pool.c.place).limit(1).scalar_subquery()
    words = search.words
    having_all = [
        exists(_ONE)
        .where(words.c.tenant_id == TENANT, words.c.id == pool.c.id, *_has(search, place, count))
        .correlate(pool)
        for place in range(count)
    ]
    matches = select(pool.c.id).where(pool.c.place == rarest, *having_all)
    return table.c.id == any_(func.array(matches.scalar_subquery(), type_=ARRAY(_TEXT)))


def _has(search: Search, place: int, count: int) -> list[Any]:
    word = search.words.c.word
    if place < count - 1:
        return [word == bindparam(f"q_{place}", type_=_TEXT)]
    return [word >= bindparam("q_last", type_=_TEXT), word < bindparam("q_beyond", type_=_TEXT)]


def _hits(search: Search, has: list[Any], *, shape: str, whole: bool) -> Select[Any]:
    words = search.words
    found = select(words.c.id).where(words.c.tenant_id == TENANT, *within(words, shape), *has)
    # Ids begin with the time at which they were made.
    return (found.order_by(words.c.id.desc()) if whole else found).limit(_MOST)


@lru_cache(maxsize=1)
def parameter() -> dict[str, Any]:
    """Return the OpenAPI parameter."""
    text = (
        f"Words of the name, up to {MOST_ASKED}, in any script, without regard to case and accents; the last may be"
        f" unfinished. Looks at no more than {MOST_FOUND:,} objects a word: add a word where there are more."
    )
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH}
    return {"name": PARAMETER, "in": "query", "required": False, "schema": schema, "description": text}
