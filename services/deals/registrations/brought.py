"""Who shares blocking keys with a company: customers of the register, and leads that are with a partner."""

from typing import Any, Final

from sqlalchemy import (
    ARRAY,
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
)
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, JSONB, TSTZRANGE

from services.deals.customers.tables import match_keys
from services.deals.held_leads.tables import held_lead_keys, held_leads
from shared.db.statements import TENANT

MOST_PER_KEY: Final = 100
"""How many a key brings: one that very many companies share tells little of any."""
MOST_LEADS: Final = 20
_TEXTS, _NUMBERS = ARRAY(Text(collation="C")), ARRAY(Float)
_L = held_leads.c


def brought(keys: Table = match_keys, whose: Column[Any] = match_keys.c.customer_id) -> Select[Any]:
    """Customers, or leads, by the keys they share with the company, with what each key promises."""
    wanted = (
        func.unnest(bindparam("keys", type_=_TEXTS), bindparam("weights", type_=_NUMBERS))
        .table_valued("key", "weight", name="wanted")
        .render_derived()
    )
    hits = lateral(
        select(whose.label("customer_id"))
        .where(keys.c.tenant_id == TENANT, keys.c.key == wanted.c.key)
        .limit(literal(MOST_PER_KEY, Integer))
    )
    rarity = func.ln(func.count().over(partition_by=wanted.c.key) + 1.72)
    return select(hits.c.customer_id, (wanted.c.weight / rarity).label("weight")).select_from(wanted.join(hits, true()))


def leads() -> Select[Any]:
    """Leads that are with a partner, of companies that share keys with the one asked about; they have no customer."""
    hits = brought(held_lead_keys, held_lead_keys.c.lead_id).subquery("hits")
    nearest = (
        select(hits.c.customer_id.label("lead_id"))
        .group_by(hits.c.customer_id)
        .order_by(func.sum(hits.c.weight).desc(), hits.c.customer_id)
        .limit(literal(MOST_LEADS, Integer))
        .subquery("nearest_leads")
    )
    return select(
        cast(null(), Text).label("customer_id"),
        *(_L.name, _L.country, _L.domain, _L.tax_id),
        cast(literal("[]", Text), JSONB).label("apart_from"),
        literal(False).label("named_account"),
        literal("lead", Text).label("kind"),
        _L.lead_id.label("deal_id"),
        *(_L.partner_id, _L.product_family, literal(False).label("protects")),
        cast(null(), INT4MULTIRANGE).label("family"),
        cast(null(), INT4MULTIRANGE).label("territory"),
        cast(null(), TSTZRANGE).label("period"),
        cast(null(), Text).label("title"),
    ).select_from(
        nearest.join(
            held_leads,
            and_(_L.tenant_id == TENANT, _L.lead_id == nearest.c.lead_id, _L.partner_id.isnot(None)),
        )
    )
