"""Whether anything names an object that an import has made: what is in use is not taken back."""

from functools import lru_cache

from sqlalchemy import Integer, Table, Text, bindparam, exists, literal_column, or_, select

from shared.db.statements import TENANT, Statement


@lru_cache(maxsize=16)
def using(table: Table, column: str, *, beside: tuple[Table, ...] = ()) -> Statement:
    """Return what finds the row `named` if a row of any table but those `beside` it names it in this column."""
    others = [each for each in table.metadata.sorted_tables if column in each.c and each not in beside]
    one, named = literal_column("1", Integer), bindparam("named", type_=Text(collation="C"))
    naming = [exists(one).where(each.c.tenant_id == TENANT, each.c[column] == named) for each in others]
    return Statement(select(table.c.id).where(table.c.tenant_id == TENANT, table.c.id == named, or_(*naming)))
