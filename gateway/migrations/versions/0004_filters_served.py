"""Indexes for the filters of lists that had none, and for what a partner sees of webhooks."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX accounts_email ON accounts (tenant_id, email);
CREATE INDEX webhook_endpoints_owner ON webhook_endpoints (tenant_id, owner, created_at, id);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (tenant_id, event_id);
CREATE INDEX webhook_deliveries_owner ON webhook_deliveries (tenant_id, owner, created_at, id)
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.strip().split(";\n"):
        op.execute(statement)
