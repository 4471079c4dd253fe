"""What a partner withdraws after it was screened is counted with its conflict checks, and deals are found by their submission."""

from alembic import op

revision = "0059"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the count and the index."""
    op.execute("ALTER TABLE conflict_check_budgets ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0")
    op.execute("ALTER TABLE conflict_check_budgets ALTER COLUMN withdrawn DROP DEFAULT")
    op.execute("CREATE INDEX deals_submitted ON deals (tenant_id, submitted_at) WHERE submitted_at IS NOT NULL")
