"""What was done for somebody is found by whom it was done for, now that the actor is the key or the app that did it."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an index to each of the two lists that say so."""
    op.execute("CREATE INDEX audit_log_behalf ON audit_log (tenant_id, on_behalf_of, sequence, id)")
    op.execute("CREATE INDEX request_logs_behalf ON request_logs (tenant_id, on_behalf_of, created_at, id)")
