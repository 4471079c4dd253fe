"""The few customers that were merged into others are found among all."""

from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX customers_merged ON customers (tenant_id, created_at, id) WHERE status = 'merged'")
