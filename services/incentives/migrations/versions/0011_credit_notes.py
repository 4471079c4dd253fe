"""Credit notes take back what was earned, and what one takes back may change: the highest version stands."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE returns ADD COLUMN kind TEXT NOT NULL DEFAULT 'return' CHECK (kind IN ('return', 'credit'))",
    "ALTER TABLE returns ADD COLUMN version INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE returns ALTER COLUMN kind DROP DEFAULT, ALTER COLUMN version DROP DEFAULT",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
