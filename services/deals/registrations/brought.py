"""Who shares keys with a company: customers of the register, and leads that are with a partner.

One statement, which reads no table as a whole: a key that very many companies share brings only some of them.
"""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    CTE,
    Column,
    Float,
    Integer,
    Select,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    func,
    lateral,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.deals.customers.spellings import PARTS
from services.deals.customers.tables import customer_keys, customers, match_keys
from services.deals.domain_links.queries import MOST_MEMBERS, house, members
from services.deals.held_leads.tables import held_lead_keys, held_leads
from shared.db.pool import Record
from shared.db.statements import TENANT, Statement
from shared.db.tx import Tx
from shared.matching import Company, blocking_keys, identity_keys, key_weight, registrable_domain

MOST_PER_KEY: Final = 100
"""How many a key brings: one that very many companies share tells little of any."""
MOST_CUSTOMERS: Final = 120
MOST_LEADS: Final = 20
_CERTAIN: Final = 1_000.0
_TEXTS, _NUMBERS = ARRAY(Text(collation="C")), ARRAY(Float)
_C, _L = customers.c, held_leads.c


def _wanted(house: CTE) -> Any:
    """The company's own keys, and the domains of its house."""
    own = (
        func.unnest(bindparam("keys", type_=_TEXTS), bindparam("weights", type_=_NUMBERS))
        .table_valued("key", "weight", name="own")
        .render_derived()
    )
    related = (
        select(literal("d:", Text) + house.c.domain, literal(key_weight("d:"), Float))
        .where(house.c.domain != bindparam("own_domain"))
        .limit(literal(MOST_MEMBERS, Integer))
    )
    return union_all(select(own.c.key, own.c.weight), select(related.subquery())).cte("wanted")


def _sharing(wanted: CTE, keys: Table = match_keys, whose: Column[Any] = match_keys.c.customer_id) -> Select[Any]:
    """Customers, or leads, by the keys they share with the company, with what each key promises by its rarity."""
    hits = lateral(
        select(whose.label("customer_id"))
        .where(keys.c.tenant_id == TENANT, keys.c.key == wanted.c.key)
        .limit(literal(MOST_PER_KEY, Integer))
    )
    rarity = func.ln(func.count().over(partition_by=wanted.c.key) + 1.72)
    return select(hits.c.customer_id, (wanted.c.weight / rarity).label("weight")).select_from(wanted.join(hits, true()))


def _named() -> Select[Any]:
    """Customers that hold one of the company's unique keys."""
    wanted = (
        func.unnest(bindparam("kinds", type_=_TEXTS), bindparam("values", type_=_TEXTS))
        .table_valued("kind", "value", name="identity")
        .render_derived()
    )
    held = and_(customer_keys.c.kind == wanted.c.kind, customer_keys.c.value == wanted.c.value)
    return (
        select(customer_keys.c.customer_id, literal(_CERTAIN, Float).label("weight"))
        .select_from(wanted.join(customer_keys, held))
        .where(customer_keys.c.tenant_id == TENANT)
    )


def _customers(wanted: CTE, house_members: Any) -> Select[Any]:
    given = select(
        bindparam("customer", type_=Text(collation="C")).label("customer_id"), literal(_CERTAIN, Float).label("weight")
    )
    nearest = _nearest(
        union_all(_sharing(wanted), _named(), given).subquery("found"), most=MOST_CUSTOMERS, name="nearest"
    )
    return (
        select(
            _C.id.label("customer_id"),
            *(_C[part] for part in PARTS),
            *(_C.known_as, _C.apart_from, _C.named_account),
            nearest.c.weight,
            cast(null(), Text).label("lead_id"),
            cast(null(), Text).label("partner_id"),
            cast(null(), Text).label("product_family"),
            house_members.label("house"),
        )
        .select_from(nearest.join(customers, and_(_C.tenant_id == TENANT, _C.id == nearest.c.customer_id)))
        .where(_C.status == "active")
    )


def _leads(wanted: CTE, house_members: Any) -> Select[Any]:
    """Leads that are with a partner, of companies that share keys with the one asked about; they have no customer."""
    sharing = _sharing(wanted, held_lead_keys, held_lead_keys.c.lead_id).subquery("hits")
    nearest = _nearest(sharing, most=MOST_LEADS, name="nearest_leads")
    with_a_partner = and_(_L.tenant_id == TENANT, _L.lead_id == nearest.c.customer_id, _L.partner_id.isnot(None))
    return select(
        cast(null(), Text).label("customer_id"),
        *(_L[part] if part in _L else cast(null(), Text).label(part) for part in PARTS),
        cast(literal("[]", Text), JSONB).label("known_as"),
        cast(literal("[]", Text), JSONB).label("apart_from"),
        literal(False).label("named_account"),
        nearest.c.weight,
        *(_L.lead_id, _L.partner_id, _L.product_family),
        house_members.label("house"),
    ).select_from(nearest.join(held_leads, with_a_partner))


def _nearest(found: Any, *, most: int, name: str) -> Any:
    """Those whose keys promise most together, what is rare counting more."""
    promised = func.sum(found.c.weight)
    return (
        select(found.c.customer_id, promised.label("weight"))
        .where(found.c.customer_id.isnot(None))
        .group_by(found.c.customer_id)
        .order_by(promised.desc(), found.c.customer_id)
        .limit(literal(most, Integer))
        .subquery(name)
    )


def _all() -> Statement:
    of_domain = house()
    wanted, known = _wanted(of_domain), members(of_domain)
    return Statement(union_all(_customers(wanted, known), _leads(wanted, known)))


_BROUGHT: Final = _all()


async def brought(tx: Tx, company: Company, *, customer_id: str | None) -> list[Record]:
    """Return the customers and the leads that share keys with a company, or domains of its house, the most promising first.

    `customer_id` is a customer that is among them in any case. Each row has the company's house.
    """
    keys, held = blocking_keys(company), identity_keys(company)
    rows = await tx.all(
        _BROUGHT,
        keys=keys,
        weights=[key_weight(key) for key in keys],
        kinds=[key.kind for key in held],
        values=[key.value for key in held],
        customer=customer_id,
        own_domain=registrable_domain(company.domain or "") or "",
    )
    return sorted(rows, key=lambda row: (-row["weight"], row["customer_id"] or row["lead_id"]))
