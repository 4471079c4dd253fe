"""Licences, the invoices on them, and how many free ones a tier has."""

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from services.deals.installed_base.lifecycle import LIFECYCLE
from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, entity, flag, identifier, integer, text
from shared.db.walls import partner_wall, tenant_wall

# Where quantity and price of a following term are from.
TERMS_FROM = ("request", "quote", "order", "licence")
KINDS = ("commercial", "trial", "nfr", "demo")

licences = entity(
    "licences",
    METADATA,
    # The partner of record.
    identifier("partner_id"),
    text("kind", check=KINDS),
    text("status", check=LIFECYCLE.states),
    # Which customer it is, as registrations meet it; null where what is known does not tell it from others.
    identifier("customer_id", null=True),
    text("customer_name"),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    text("sku"),
    text("product_family"),
    bigint("quantity"),
    # Of one piece for a whole term.
    bigint("unit_price"),
    bigint("amount"),
    text("currency"),
    integer("term_months"),
    # The first term is 1, and each that follows one more.
    integer("term_no"),
    # The day of the month that the first term began on, which those that follow keep wherever the month has it.
    integer("anchor_day"),
    text("time_zone"),
    day("starts_on"),
    # The first day on which it is not valid any more.
    day("ends_on"),
    # How many days before the end its renewal is prepared; 0 is never.
    integer("renewal_lead_days"),
    # The deal it was sold by, whose partner earns by its invoices.
    identifier("deal_id", null=True),
    identifier("renewal_of", null=True),
    identifier("renewed_by", null=True),
    identifier("renewal_deal_id", null=True),
    # Of a following term: where its quantity and price are from, and the quote or order that says them.
    text("terms_from", null=True, check=TERMS_FROM),
    identifier("quote_id", null=True),
    identifier("order_id", null=True),
    day("cancelled_on", null=True),
    text("cancel_reason", null=True),
    identifier("created_by"),
    CheckConstraint("starts_on < ends_on AND quantity > 0 AND unit_price >= 0 AND amount = quantity * unit_price"),
    CheckConstraint("anchor_day BETWEEN 1 AND 31 AND term_no > 0"),
    Index("licences_newest", "tenant_id", "created_at", "id"),
    Index("licences_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("licences_status", "tenant_id", "status", "created_at", "id"),
    Index("licences_kind", "tenant_id", "kind", "created_at", "id"),
    Index("licences_sku", "tenant_id", "sku", "created_at", "id"),
    Index("licences_ends", "tenant_id", "ends_on"),
    Index("licences_free", "tenant_id", "partner_id", "kind", "status"),
    Index("licences_customer", "tenant_id", "customer_id", postgresql_where=sql("customer_id IS NOT NULL")),
    # One term follows another, but for those that were called off.
    Index(
        "licences_next_term",
        *("tenant_id", "renewal_of"),
        unique=True,
        postgresql_where=sql("renewal_of IS NOT NULL AND status <> 'cancelled'"),
    ),
    Index(
        "licences_renewal_deal",
        "tenant_id",
        "renewal_deal_id",
        postgresql_where=sql("renewal_deal_id IS NOT NULL"),
    ),
    wall=partner_wall(),
)

licence_invoices = entity(
    "licence_invoices",
    METADATA,
    identifier("licence_id"),
    identifier("partner_id"),
    text("number"),
    day("period_from"),
    day("period_to"),
    bigint("amount"),
    # What of it is for days that are not served, because the licence was cancelled.
    bigint("unserved_amount"),
    text("currency"),
    day("issued_on"),
    # False for what was invoiced twice before that was refused.
    flag("exclusive"),
    CheckConstraint("period_from < period_to AND amount > 0 AND unserved_amount BETWEEN 0 AND amount"),
    Index("licence_invoices_once", "tenant_id", "licence_id", "number", unique=True),
    Index("licence_invoices_of", "tenant_id", "licence_id", "created_at", "id"),
    wall=partner_wall(),
)
licence_invoices.append_constraint(
    ExcludeConstraint(
        (licence_invoices.c.tenant_id, "="),
        (licence_invoices.c.licence_id, "="),
        (func.daterange(licence_invoices.c.period_from, licence_invoices.c.period_to), "&&"),
        where=sql("exclusive"),
        name="licence_invoices_days",
        using="gist",
    )
)

licence_allowances = entity(
    "licence_allowances",
    METADATA,
    text("kind", check=("nfr", "demo")),
    text("tier", null=True),
    bigint("quantity"),
    CheckConstraint("quantity >= 0"),
    Index("licence_allowances_newest", "tenant_id", "created_at", "id"),
    Index("licence_allowances_of", "tenant_id", "kind", sql("coalesce(tier, '')"), unique=True),
    wall=tenant_wall(),
)
