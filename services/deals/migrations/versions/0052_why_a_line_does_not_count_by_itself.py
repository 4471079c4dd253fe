"""A reported line that found its deal can be left to a person, with the reason why; orders and matches are found by more."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_REASONS = (
    *("deal_named", "unknown_deal", "deal_not_live", "other_family"),
    *("close_enough", "ambiguous", "too_unlike", "no_candidate"),
    *("other_customer", "unknown_sku", "already_delivered", "no_amount_in_currency", "exceeds_registration"),
    *("decided_by_a_person", "batch_closed"),
    *("sale_found", "no_sale_left", "given_back"),
)
_STATEMENTS = (
    "ALTER TABLE pos_matches DROP CONSTRAINT pos_matches_reason_check",
    f"ALTER TABLE pos_matches ADD CHECK (reason IN {_REASONS})",
    "CREATE INDEX order_matches_order ON order_matches (tenant_id, order_id, created_at, id) WHERE order_id IS NOT NULL",
    "CREATE INDEX orders_hold ON orders (tenant_id, credit_hold, created_at, id) WHERE credit_hold IS NOT NULL",
)


def upgrade() -> None:
    """Apply the statements one by one; every reason that is there is still one."""
    for statement in _STATEMENTS:
        op.execute(statement)
