"""What was decided about a reported line can be taken back, so that it counts anew: what it counted for before is undone."""

from alembic import op

revision = "0053"
down_revision = "0059"
branch_labels = None
depends_on = None

_REASONS = (
    *("deal_named", "unknown_deal", "deal_not_live", "other_family"),
    *("close_enough", "ambiguous", "too_unlike", "no_candidate"),
    *("other_customer", "unknown_sku", "already_delivered", "no_amount_in_currency", "exceeds_registration"),
    *("decided_by_a_person", "batch_closed", "reopened"),
    *("sale_found", "no_sale_left", "given_back"),
)
_STATEMENTS = (
    "ALTER TABLE order_matches ADD COLUMN undone_at TIMESTAMP WITH TIME ZONE",
    "DROP INDEX order_matches_pos_line",
    "CREATE UNIQUE INDEX order_matches_pos_line ON order_matches (tenant_id, pos_line_id, deal_id)"
    " WHERE pos_line_id IS NOT NULL AND undone_at IS NULL",
    "ALTER TABLE pos_matches DROP CONSTRAINT pos_matches_reason_check",
    f"ALTER TABLE pos_matches ADD CHECK (reason IN {_REASONS})",
)


def upgrade() -> None:
    """Apply the statements one by one; nothing that is there was undone, and every reason is still one."""
    for statement in _STATEMENTS:
        op.execute(statement)
