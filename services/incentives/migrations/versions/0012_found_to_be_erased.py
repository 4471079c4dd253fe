"""Answers that were kept for a repetition are found by their age, and rows of imports by the object that they brought."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index that costs a write next to nothing, as answers arrive in the order of time, and one of rows that are done."""
    op.execute("CREATE INDEX idempotency_keys_created ON idempotency_keys USING brin (created_at)")
    op.execute("CREATE INDEX import_rows_object ON import_rows (tenant_id, object_id) WHERE object_id IS NOT NULL")
