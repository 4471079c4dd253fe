"""A registration that was returned says until when it keeps its rank, as counted when it was returned."""

from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is with its partner already has more than the five business days that Monday to Friday make."""
    op.execute("ALTER TABLE deals ADD COLUMN priority_kept_until TIMESTAMP WITH TIME ZONE")
    op.execute(
        "UPDATE deals SET priority_kept_until = returned_at + interval '8 days'"
        " WHERE status = 'returned' AND priority_no IS NOT NULL AND returned_at IS NOT NULL"
    )
