"""Whoever was shown the secret of a key or an app answers for what is done with it: a second person is not one's own key."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the holder of a secret; those that exist belong to the one who made their key or app."""
    op.execute('ALTER TABLE secrets ADD COLUMN holder_id TEXT COLLATE "C"')
