"""Letting registrations of companies that look like one another wait for each other.

Whoever is screened is met under everything its customer is known as, and by the domains of its house: all of it is held, so
that of two that would find one another the later one does.
"""

from typing import Any, Final

from sqlalchemy import ARRAY, Text, and_, bindparam, func, literal, select, union

from services.deals.customers.tables import customer_keys, customers, match_keys
from services.deals.domain_links.queries import house
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company, blocking_keys, identity_keys, registrable_domain

_TEXTS: Final = ARRAY(Text(collation="C"))


def _unnested(name: str) -> Any:
    return func.unnest(bindparam(name, type_=_TEXTS))


def _hold_alike() -> Statement:
    wanted = (
        func.unnest(bindparam("kinds", type_=_TEXTS), bindparam("values", type_=_TEXTS))
        .table_valued("kind", "value", name="identity")
        .render_derived()
    )
    same_key = and_(customer_keys.c.kind == wanted.c.kind, customer_keys.c.value == wanted.c.value)
    named = (
        select(customers.c.id, customers.c.apart_from)
        .select_from(wanted.join(customer_keys, same_key))
        .join(customers, and_(customers.c.tenant_id == TENANT, customers.c.id == customer_keys.c.customer_id))
        .where(customer_keys.c.tenant_id == TENANT)
        .cte("named")
    )
    # Of those that were told apart and share a key, any may be the one.
    possible = union(
        select(named.c.id.label("id")),
        select(func.jsonb_array_elements_text(named.c.apart_from)),
    ).cte("possible")
    of_house = house()
    keys = union(
        select(_unnested("keys").label("key")),
        select(literal("d:", Text) + of_house.c.domain).where(of_house.c.domain != ""),
        select(match_keys.c.key)
        .select_from(match_keys.join(possible, match_keys.c.customer_id == possible.c.id))
        .where(match_keys.c.tenant_id == TENANT),
    ).subquery("keys")
    place = func.hashtextextended(TENANT.concat(keys.c.key), 0).label("place")
    places = select(place).distinct().order_by(place).subquery("places")
    return Statement(select(func.pg_advisory_xact_lock(places.c.place)).select_from(places))


_HOLD_ALIKE: Final = _hold_alike()


async def hold_alike(tx: Tx, company: Company) -> None:
    """Make registrations of companies that look like one another wait for each other, until the transaction ends.

    Held are the company's own keys, those of whatever it is known as already, and the domains of its house. Before the lock of
    any customer, and one key after another in one order, so that two never wait for each other. Words that very many
    companies carry are no keys, so that seldom two wait that have nothing to do with each other.
    """
    identity = identity_keys(company)
    async with tx.as_engine("whom a company looks like is known across all partners"):
        await tx.run(
            _HOLD_ALIKE,
            keys=blocking_keys(company),
            kinds=[key.kind for key in identity],
            values=[key.value for key in identity],
            own_domain=registrable_domain(company.domain or "") or "",
        )
