"""Deals: the registration, the pipeline and the outcome in one row."""

from sqlalchemy import Boolean, Column, Computed, Index, Text
from sqlalchemy import text as sql

from services.deals.metadata import METADATA
from services.deals.pipelines.rules import STAGES
from services.deals.registrations.lifecycle import LIFECYCLE, LIVE, STANDING
from services.deals.screening.tables import CLASSES, DEAL_TYPES
from shared.db.columns import bigint, day, document, entity, flag, identifier, instant, integer, text
from shared.db.walls import partner_wall
from shared.extensions.declaration import extensible
from shared.search.declaration import searchable

IS_STANDING = sql(f"status IN {STANDING}")
IS_LIVE = sql(f"status IN {LIVE}")
# A registration that has not come to a customer, and says how somebody there is reached.
UNRESOLVED_CONTACTS = sql(
    "customer_id IS NULL AND (customer_address IS NOT NULL OR customer_email IS NOT NULL OR customer_phone IS NOT NULL)"
)

deals = entity(
    "deals",
    METADATA,
    identifier("partner_id"),
    text("title"),
    text("status", check=LIFECYCLE.states),
    # Any stage of the deal's pipeline; these are what people are told of, as those of the built-in one.
    Column("stage", Text, nullable=False, info={"personal": False, "values": STAGES}),
    identifier("pipeline_id", null=True),
    instant("stage_entered_at", null=True),
    instant("stage_due_at", null=True),
    instant("stage_overdue_at", null=True),
    text("next_step", null=True),
    text("customer_name"),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    text("customer_lei", null=True),
    text("customer_duns", null=True),
    text("customer_address", null=True, personal=True),
    text("customer_email", null=True, personal=True),
    text("customer_phone", null=True, personal=True),
    # Whether domain and number are such as identify a company: known when they are written, so that no list works it out.
    flag("customer_identified"),
    identifier("customer_id", null=True),
    text("product_family"),
    # Countries it is for; none for all of them.
    document("territories"),
    bigint("amount", null=True, sorted_when_empty=True),
    text("currency", null=True),
    day("expected_close_on", null=True, sorted_when_empty=True),
    identifier("lead_id", null=True),
    identifier("external_owner", null=True),
    text("external_system", null=True),
    text("external_type", null=True),
    text("external_id", null=True),
    document("metadata"),
    identifier("created_by"),
    # To whom it was given last; before that it is its maker's own.
    Column("assigned_to", Text(collation="C"), nullable=True, info={"told": False}),
    Column(
        "owner_account_id",
        Text(collation="C"),
        Computed("coalesce(assigned_to, created_by)", persisted=True),
        nullable=False,
    ),
    # Who changed, submitted or was given it: with who made it, those who never decide about it.
    document("authors", null=True, told=False),
    # Registration
    bigint("priority_no", null=True),
    instant("priority_at", null=True),
    instant("submitted_at", null=True),
    instant("returned_at", null=True),
    # Submitted again before this, for the same customer and product, it keeps its priority.
    instant("priority_kept_until", null=True),
    # By when the vendor decides about a deal in review, and since when others know that it has not.
    instant("decision_due_at", null=True),
    instant("decision_escalated_at", null=True),
    instant("decided_at", null=True),
    identifier("decided_by", null=True),
    text("decision_reason", null=True),
    text("conflict_class", null=True, check=CLASSES),
    text("deal_type", null=True, check=DEAL_TYPES),
    document("decision_trace"),
    integer("policy_version", null=True),
    # Written by earlier releases, and by nothing any more.
    text("facts_digest", null=True),
    # In how many steps its policy has it approved; none, and the deal desk decides.
    integer("approval_steps", null=True),
    # What was approved, by which later changes are measured.
    bigint("approved_amount", null=True),
    text("approved_currency", null=True),
    instant("appealed_at", null=True),
    text("appeal_reason", null=True),
    instant("protected_from", null=True),
    instant("protected_until", null=True),
    # Evidence that was given and not withdrawn, and whether some is needed: null until somebody has asked.
    integer("evidence_count"),
    Column("evidence_required", Boolean, nullable=True),
    instant("lapses_at", null=True),
    # What its claim's terms leave it: how often more time can still be asked for, not while it is, and how long a sale is reported after.
    integer("extensions_left", null=True),
    integer("tail_days", null=True),
    identifier("tender_id", null=True),
    identifier("duplicate_of", null=True),
    # The registration it was taken over from, and since when this partner is the one of record.
    identifier("predecessor_id", null=True),
    identifier("successor_id", null=True),
    instant("record_since", null=True),
    # Outcome
    bigint("net_amount", null=True),
    bigint("returned_amount", null=True),
    text("net_currency", null=True),
    day("closed_on", null=True),
    instant("won_at", null=True),
    instant("lost_at", null=True),
    text("lost_reason", null=True),
    # The first day on which something quoted for it is not sold any more.
    day("end_of_sale_on", null=True),
    # Since when others are shown a part of it.
    instant("engaged_at", null=True),
    text("lost_reason_code", null=True),
    text("won_reason_code", null=True),
    Index("deals_newest", "tenant_id", "created_at", "id"),
    Index("deals_updated", "tenant_id", "updated_at", "id"),
    Index("deals_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("deals_of_customer", "tenant_id", "partner_id", "customer_id", "product_family"),
    Index("deals_customer", "tenant_id", "customer_id", "id"),
    Index("deals_unresolved_contacts", "tenant_id", "updated_at", "id", postgresql_where=UNRESOLVED_CONTACTS),
    Index("deals_open", "tenant_id", "partner_id", "protected_until", postgresql_where=IS_STANDING),
    Index("deals_tender", "tenant_id", "tender_id", postgresql_where=sql("tender_id IS NOT NULL")),
    Index("deals_created_by", "tenant_id", "created_by"),
    Index("deals_owner", "tenant_id", "owner_account_id"),
    Index("deals_decided", "tenant_id", "decided_at", postgresql_where=sql("decided_at IS NOT NULL")),
    # What an empty one counts as is said in shared/db/ordering.py.
    Index("deals_by_amount", "tenant_id", sql("(CASE WHEN amount IS NULL THEN -1 ELSE amount END)"), "id"),
    Index(
        "deals_by_expected_close",
        "tenant_id",
        sql("(CASE WHEN expected_close_on IS NULL THEN DATE 'infinity' ELSE expected_close_on END)"),
        "id",
    ),
    Index("deals_submitted", "tenant_id", "submitted_at", postgresql_where=sql("submitted_at IS NOT NULL")),
    Index("deals_won", "tenant_id", "won_at", postgresql_where=sql("won_at IS NOT NULL")),
    Index("deals_lost", "tenant_id", "lost_reason_code", postgresql_where=sql("lost_reason_code IS NOT NULL")),
    # Most registrations meet nobody and are new business: those are found on the way, and write nothing here.
    Index("deals_in_conflict", "tenant_id", "conflict_class", postgresql_where=sql("conflict_class <> 'none'")),
    Index("deals_of_type", "tenant_id", "deal_type", postgresql_where=sql("deal_type <> 'new'")),
    Index("deals_protected", "tenant_id", "protected_until", postgresql_where=sql("protected_until IS NOT NULL")),
    Index("deals_pipeline", "tenant_id", "pipeline_id", postgresql_where=sql("pipeline_id IS NOT NULL")),
    # An empty text stands for the built-in pipeline.
    Index("deals_live", "tenant_id", sql("coalesce(pipeline_id, '')"), "id", postgresql_where=IS_LIVE),
    Index("deals_decision_due", "tenant_id", "decision_due_at", postgresql_where=sql("decision_due_at IS NOT NULL")),
    Index("deals_stage_due", "tenant_id", "stage_due_at", postgresql_where=sql("stage_due_at IS NOT NULL")),
    Index("deals_closed", "tenant_id", "closed_on", postgresql_where=sql("closed_on IS NOT NULL")),
    Index("deals_lead", "tenant_id", "lead_id", unique=True, postgresql_where=sql("lead_id IS NOT NULL")),
    Index(
        "deals_external",
        "tenant_id",
        "external_owner",
        "external_system",
        "external_type",
        "external_id",
        unique=True,
        postgresql_where=sql("external_id IS NOT NULL"),
    ),
    wall=partner_wall(),
    owned_by="owner_account_id",
)
deals_attributes = extensible(deals, object="deal")
deals_words = searchable(deals, "title", "customer_name", "customer_domain")
