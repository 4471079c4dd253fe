"""A deal can be given to another account than the one that made it.

Whose own it is follows from both: whoever still writes the maker alone, as the version before does, leaves the deal the maker's.
"""

from alembic import op

revision = "0060"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add to whom a deal was given, and whose own it is; nobody has been given one yet."""
    op.execute(
        'ALTER TABLE deals ADD COLUMN assigned_to TEXT COLLATE "C", ADD COLUMN owner_account_id TEXT COLLATE "C"'
        " GENERATED ALWAYS AS (coalesce(assigned_to, created_by)) STORED NOT NULL"
    )
    op.execute("CREATE INDEX deals_owner ON deals (tenant_id, owner_account_id)")
