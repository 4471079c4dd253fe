"""A licence can be renewed again when the term that was to follow it was called off before it began."""

from alembic import op

revision = "0066"
down_revision = "0064"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "CREATE UNIQUE INDEX licences_next_term ON licences (tenant_id, renewal_of)"
    " WHERE renewal_of IS NOT NULL AND status <> 'cancelled'",
    "DROP INDEX licences_renewal",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
