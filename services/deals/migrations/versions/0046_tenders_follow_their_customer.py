"""Tenders and direct opportunities know through which customers they came, so that a split gives them back."""

from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE tenders ADD COLUMN came_through JSONB",
    "ALTER TABLE direct_opportunities ADD COLUMN came_through JSONB",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
