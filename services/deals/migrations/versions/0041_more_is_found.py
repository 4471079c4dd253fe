"""Indexes for what deals, cases, claims and quotes are found by and sorted by, and a quote keeps what it is called."""

from alembic import op

revision = "0041"
down_revision = "0047"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "CREATE INDEX deals_by_amount ON deals (tenant_id, (CASE WHEN amount IS NULL THEN -1 ELSE amount END), id)",
    # It serves what the index of the column alone has served, and the order too.
    "CREATE INDEX deals_by_expected_close ON deals (tenant_id, (CASE WHEN expected_close_on IS NULL THEN DATE 'infinity' ELSE expected_close_on END), id)",
    "DROP INDEX deals_expected",
    # No deal is in the state that both have named.
    "DROP INDEX deals_open",
    "CREATE INDEX deals_open ON deals (tenant_id, partner_id, protected_until)"
    " WHERE status IN ('submitted', 'in_review', 'pending_approval', 'returned', 'approved')",
    "DROP INDEX deals_live",
    "CREATE INDEX deals_live ON deals (tenant_id, coalesce(pipeline_id, ''), id)"
    " WHERE status IN ('draft', 'submitted', 'in_review', 'pending_approval', 'returned', 'approved')",
    "CREATE INDEX deals_won ON deals (tenant_id, won_at) WHERE won_at IS NOT NULL",
    "CREATE INDEX deals_lost ON deals (tenant_id, lost_reason_code) WHERE lost_reason_code IS NOT NULL",
    "CREATE INDEX deals_in_conflict ON deals (tenant_id, conflict_class) WHERE conflict_class <> 'none'",
    "CREATE INDEX deals_of_type ON deals (tenant_id, deal_type) WHERE deal_type <> 'new'",
    "CREATE INDEX protection_claims_until ON protection_claims (tenant_id, protected_until)"
    " WHERE protected_until IS NOT NULL",
    "CREATE INDEX conflict_cases_customer ON conflict_cases (tenant_id, customer_id)",
    "ALTER TABLE quotes ADD COLUMN number TEXT",
    # At least six digits, and the version from the second on.
    "UPDATE quotes SET number = 'Q-' || lpad(number_no::text, greatest(6, length(number_no::text)), '0')"
    " || CASE WHEN revision > 1 THEN '/' || revision ELSE '' END WHERE number_no IS NOT NULL",
    "CREATE INDEX quotes_called ON quotes (tenant_id, number) WHERE number IS NOT NULL",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
