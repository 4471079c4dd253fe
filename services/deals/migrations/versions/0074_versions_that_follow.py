"""The versions that follow a solution are found by it."""

from alembic import op

revision = "0074"
down_revision = "0071"
branch_labels = None
depends_on = None

_INDEX = "CREATE INDEX solutions_previous ON solutions (tenant_id, previous_id) WHERE previous_id IS NOT NULL"


def upgrade() -> None:
    """Add the index."""
    op.execute(_INDEX)
