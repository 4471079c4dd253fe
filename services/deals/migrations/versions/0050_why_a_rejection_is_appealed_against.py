"""A registration keeps what its partner says against the rejection, for whoever decides about it again."""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of appeals from before, only the event and the record of a reopened case say why."""
    op.execute("ALTER TABLE deals ADD COLUMN appeal_reason TEXT")
