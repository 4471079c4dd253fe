"""What an endpoint was told is found by when it happened, and what waits for one without reading what does not."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATEMENTS = (
    "ALTER TABLE webhook_deliveries ADD COLUMN restarted_at TIMESTAMP WITH TIME ZONE",
    "CREATE INDEX webhook_deliveries_pending ON webhook_deliveries (tenant_id, endpoint_id) WHERE status = 'pending'",
    "CREATE INDEX public_events_time ON public_events (tenant_id, time, position)",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
