"""A live tenant and its sandbox know each other, and so do the accounts and sessions of those who enter it.

The sandboxes of tenants that exist are founded by the first gateway that starts.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, empty, which does not rewrite a table."""
    op.execute('ALTER TABLE tenants ADD COLUMN twin_id TEXT COLLATE "C", ADD COLUMN twin_slug TEXT')
    op.execute("CREATE UNIQUE INDEX tenants_twin ON tenants (twin_id)")
    op.execute('ALTER TABLE accounts ADD COLUMN live_account_id TEXT COLLATE "C"')
    op.execute("CREATE UNIQUE INDEX accounts_of_live ON accounts (tenant_id, live_account_id)")
    op.execute('ALTER TABLE sessions ADD COLUMN sandbox_session_id TEXT COLLATE "C"')
