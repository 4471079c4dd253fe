"""What was checked and what was found. A partner sees its own cases; what they say of rivals is withheld from it."""

from sqlalchemy import Column, Date, Index
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from shared.db.columns import document, entity, identifier, instant, integer, key, record, text
from shared.db.walls import partner_wall, vendor_wall

UNDECIDED = ("open", "assigned", "appealed")
IS_UNDECIDED = sql(f"status IN {UNDECIDED}")
RESOLUTIONS = ("upheld", "rejected_match", "split_scope", "dual", "customer_choice", "superseded")
DEAL_TYPES = ("new", "expansion", "renewal")
CLASSES = ("none", "possible", "probable", "related", "blocking")

conflict_checks = entity(
    "conflict_checks",
    METADATA,
    identifier("partner_id", null=True),
    text("customer_name"),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    text("product_family"),
    text("class", check=CLASSES),
    document("reasons"),
    text("engine_version"),
    integer("policy_version"),
    Index("conflict_checks_newest", "tenant_id", "created_at", "id"),
    Index("conflict_checks_partner", "tenant_id", "partner_id", "created_at", "id"),
    wall=partner_wall(),
)

conflict_check_budgets = record(
    "conflict_check_budgets",
    METADATA,
    key("partner_id"),
    Column("day", Date, primary_key=True),
    integer("used"),
    # Of those, registrations that were not kept once it was known whom they meet.
    integer("withdrawn"),
    wall=partner_wall(),
)

conflict_cases = entity(
    "conflict_cases",
    METADATA,
    identifier("deal_id"),
    identifier("partner_id"),
    identifier("customer_id"),
    text("product_family"),
    text("class", check=CLASSES),
    document("reasons"),
    document("findings"),
    text("engine_version"),
    # What was compared, and by which terms, so that it can be computed again.
    document("customer", null=True),
    document("policy", null=True),
    text("status", check=(*UNDECIDED, "resolved", "closed")),
    identifier("assigned_to", null=True),
    text("resolution", null=True, check=RESOLUTIONS),
    # What the reviewer said of the customers in it: the label by which matching is measured.
    text("identity", null=True, check=("same", "different")),
    identifier("chosen_deal_id", null=True),
    document("territories", null=True),
    text("note", null=True),
    identifier("resolved_by", null=True),
    instant("resolved_at", null=True),
    text("previous_resolution", null=True, check=RESOLUTIONS),
    instant("appealable_until", null=True),
    instant("appealed_at", null=True),
    text("appeal_reason", null=True),
    instant("closed_at", null=True),
    # Those who had a hand in its registration, and do not resolve it.
    document("authors", null=True, told=False),
    # The case whose resolution took something from this one's registration.
    identifier("caused_by", null=True),
    Index("conflict_cases_newest", "tenant_id", "created_at", "id"),
    Index("conflict_cases_deal", "tenant_id", "deal_id", "created_at"),
    Index("conflict_cases_undecided", "tenant_id", "deal_id", postgresql_where=IS_UNDECIDED),
    Index("conflict_cases_customer", "tenant_id", "customer_id"),
    Index("conflict_cases_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("conflict_cases_assigned", "tenant_id", "assigned_to", postgresql_where=sql("assigned_to IS NOT NULL")),
    wall=partner_wall(),
)

# The deals that cases name, so that the cases which name one are found.
conflict_case_rivals = record(
    "conflict_case_rivals",
    METADATA,
    key("deal_id"),
    key("case_id"),
    wall=vendor_wall(),
)
