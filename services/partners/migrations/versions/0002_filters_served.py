"""Indexes for the sorts and filters of lists that had none."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX applications_partner ON applications (tenant_id, partner_id);
CREATE INDEX applications_updated ON applications (tenant_id, updated_at, id);
CREATE INDEX partners_updated ON partners (tenant_id, updated_at, id);
CREATE INDEX people_by_email ON people (tenant_id, email)
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.strip().split(";\n"):
        op.execute(statement)
