"""Sell-out reports. A line is shown to whoever reported it; what it was matched to, and whether, is the vendor's to know.

So a batch says nothing of it either: neither a number nor a state, and not even its version, comes of how its lines were matched.
"""

from sqlalchemy import CheckConstraint, Index

from services.deals.metadata import METADATA
from shared.db.columns import bigint, day, document, entity, identifier, instant, integer, text
from shared.db.walls import partner_wall, vendor_wall

BATCH_STATES = ("received", "matching", "matched", "closed")
MATCH_STATES = ("unmatched", "matched", "split", "rejected")
REASONS = (
    *("deal_named", "unknown_deal", "deal_not_live", "other_family"),
    *("close_enough", "ambiguous", "too_unlike", "no_candidate"),
    # Of a deal that was found, and for which the line does not count by itself.
    *("other_customer", "unknown_sku", "already_delivered", "no_amount_in_currency", "exceeds_registration"),
    *("decided_by_a_person", "batch_closed", "reopened"),
    # Of what was given back.
    *("sale_found", "no_sale_left", "given_back"),
)

pos_batches = entity(
    "pos_batches",
    METADATA,
    # Whoever reports, not whoever is credited.
    identifier("partner_id"),
    text("reference", null=True),
    day("period_from"),
    day("period_to"),
    text("currency"),
    text("status", check=BATCH_STATES),
    integer("line_count"),
    # Lines that were reported before, here or in an earlier batch; they count once.
    integer("repeated_count"),
    bigint("amount"),
    bigint("quantity"),
    # By what its CSV was read, and the version of that.
    identifier("mapping_id", null=True),
    integer("mapping_version", null=True),
    identifier("created_by"),
    instant("closed_at", null=True),
    CheckConstraint("period_from < period_to"),
    Index("pos_batches_newest", "tenant_id", "created_at", "id"),
    Index("pos_batches_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("pos_batches_from", "tenant_id", "period_from"),
    wall=partner_wall(),
)

pos_lines = entity(
    "pos_lines",
    METADATA,
    identifier("batch_id"),
    identifier("partner_id"),
    text("source_line"),
    day("sold_on"),
    text("sku"),
    text("product_family", null=True),
    # Below zero for what was given back.
    bigint("quantity"),
    bigint("unit_price"),
    bigint("amount"),
    text("currency"),
    # Of what was given back, the reporter's own id of the sale, where it says so.
    text("returned_line", null=True),
    # How much of a sale has come back; nobody is told.
    bigint("returned_quantity"),
    text("customer_name"),
    text("customer_domain", null=True),
    text("customer_country", null=True),
    text("customer_tax_id", null=True),
    # As reported; nobody has looked whether there is such a deal.
    identifier("deal_id", null=True),
    CheckConstraint("quantity <> 0 AND unit_price >= 0 AND amount = quantity * unit_price"),
    CheckConstraint("returned_quantity BETWEEN 0 AND greatest(quantity, 0)"),
    Index("pos_lines_newest", "tenant_id", "created_at", "id"),
    Index("pos_lines_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("pos_lines_once", "tenant_id", "partner_id", "source_line", unique=True),
    Index("pos_lines_batch", "tenant_id", "batch_id", "id"),
    Index("pos_lines_sold", "tenant_id", "sold_on"),
    Index("pos_lines_sku", "tenant_id", "sku", "created_at", "id"),
    Index("pos_lines_sales", "tenant_id", "partner_id", "sku", "sold_on"),
    Index("pos_lines_source", "tenant_id", "source_line"),
    wall=partner_wall(),
    audited=False,
)

pos_matches = entity(
    "pos_matches",
    METADATA,
    identifier("pos_line_id"),
    identifier("batch_id"),
    identifier("partner_id"),
    text("status", check=MATCH_STATES),
    text("reason", check=REASONS),
    # 0.0000 to 1.0000, of the best candidate.
    text("score", null=True),
    document("candidates"),
    text("engine_version"),
    document("deals"),
    text("note", null=True),
    identifier("resolved_by", null=True),
    instant("resolved_at", null=True),
    Index("pos_matches_newest", "tenant_id", "created_at", "id"),
    Index("pos_matches_line", "tenant_id", "pos_line_id", unique=True),
    Index("pos_matches_batch", "tenant_id", "batch_id", "status", "created_at", "id"),
    Index("pos_matches_partner", "tenant_id", "partner_id", "created_at", "id"),
    Index("pos_matches_status", "tenant_id", "status", "created_at", "id"),
    Index("pos_matches_reason", "tenant_id", "reason", "created_at", "id"),
    wall=vendor_wall(),
)
