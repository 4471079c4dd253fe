"""An index for the leads that became a deal."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX leads_deal ON leads (tenant_id, deal_id) WHERE deal_id IS NOT NULL
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.strip().split(";\n"):
        op.execute(statement)
