"""Sell-out reports tell what was given back, as lines of less than nothing, and their columns are called as a mapping says."""

from alembic import op

revision = "0048"
down_revision = "0046"
branch_labels = None
depends_on = None

_REASONS = (
    *("deal_named", "unknown_deal", "deal_not_live", "other_family"),
    *("close_enough", "ambiguous", "too_unlike", "no_candidate"),
    *("decided_by_a_person", "batch_closed"),
    *("sale_found", "no_sale_left", "given_back"),
)
_STATEMENTS = (
    "ALTER TABLE pos_lines ADD COLUMN returned_line TEXT, ADD COLUMN returned_quantity BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE pos_lines ALTER COLUMN returned_quantity DROP DEFAULT",
    "ALTER TABLE pos_lines DROP CONSTRAINT pos_lines_check",
    "ALTER TABLE pos_lines ADD CHECK (quantity <> 0 AND unit_price >= 0 AND amount = quantity * unit_price)",
    "ALTER TABLE pos_lines ADD CHECK (returned_quantity BETWEEN 0 AND greatest(quantity, 0))",
    "CREATE INDEX pos_lines_sales ON pos_lines (tenant_id, partner_id, sku, sold_on)",
    "ALTER TABLE pos_matches DROP CONSTRAINT pos_matches_reason_check",
    f"ALTER TABLE pos_matches ADD CHECK (reason IN {_REASONS})",
    'ALTER TABLE pos_batches ADD COLUMN mapping_id TEXT COLLATE "C", ADD COLUMN mapping_version INTEGER',
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
