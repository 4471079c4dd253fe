"""What a customer is found by is read for itself, so that registrations wait for whatever looks like any of its names."""

from alembic import op

revision = "0070"
down_revision = "0067"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.execute("CREATE INDEX match_keys_customer ON match_keys (tenant_id, customer_id)")
