"""Price lists, what is in them, and which partners they are for.

A partner's view goes by the audience, which follows each publication and each change of a partner's tier or country.
"""

from sqlalchemy import CheckConstraint, Column, Index, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import INT4MULTIRANGE, ExcludeConstraint

from services.deals.metadata import METADATA
from shared.db.columns import (
    bigint,
    day,
    decimal,
    document,
    entity,
    identifier,
    instant,
    key,
    record,
    text,
)
from shared.db.walls import participants_wall, plumbing_wall

price_lists = entity(
    "price_lists",
    METADATA,
    text("name"),
    text("tier", null=True),
    text("currency"),
    document("countries"),
    # The countries as numbers, for the exclusion below.
    Column("territory", INT4MULTIRANGE, nullable=False),
    day("effective_from"),
    day("effective_to", null=True),
    text("status", check=("draft", "published", "superseded")),
    # The vendor's alone: the share of the price that is to be left over cost, and what becomes of a price below it.
    decimal("floor_margin", null=True),
    text("below_floor", check=("second_person", "refused")),
    instant("published_at", null=True),
    identifier("published_by", null=True),
    CheckConstraint("effective_to >= effective_from"),
    Index("price_lists_newest", "tenant_id", "created_at", "id"),
    Index("price_lists_effective", "tenant_id", "effective_from"),
    Index("price_lists_currency", "tenant_id", "currency", "tier"),
    wall=participants_wall("price_list_audience", "price_list_id"),
)
price_lists.append_constraint(
    ExcludeConstraint(
        (price_lists.c.tenant_id, "="),
        (func.coalesce(price_lists.c.tier, ""), "="),
        (price_lists.c.currency, "="),
        (price_lists.c.territory, "&&"),
        (func.daterange(price_lists.c.effective_from, price_lists.c.effective_to), "&&"),
        where=sql("status <> 'draft'"),
        name="price_lists_one_at_a_time",
        using="gist",
    )
)

price_list_entries = entity(
    "price_list_entries",
    METADATA,
    identifier("price_list_id"),
    text("sku"),
    text("currency"),
    bigint("price"),
    # `{"from_quantity", "price"}`, ascending: so much each from so many on.
    document("breaks"),
    # The vendor's alone.
    bigint("cost", null=True),
    bigint("floor_price", null=True),
    Index("price_list_entries_sku", "tenant_id", "price_list_id", "sku", unique=True),
    Index("price_list_entries_of_sku", "tenant_id", "sku"),
    Index("price_list_entries_newest", "tenant_id", "price_list_id", "created_at", "id"),
    wall=participants_wall("price_list_audience", "price_list_id", of="price_list_id"),
)

price_list_audience = record(
    "price_list_audience",
    METADATA,
    key("price_list_id"),
    key("partner_id"),
    Index("price_list_audience_partner", "tenant_id", "partner_id", "price_list_id"),
    wall=plumbing_wall("all"),
)
