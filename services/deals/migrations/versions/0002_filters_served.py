"""Indexes for the filters of lists that had none."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX deals_closed ON deals (tenant_id, closed_on) WHERE closed_on IS NOT NULL;
CREATE INDEX deals_created_by ON deals (tenant_id, created_by);
CREATE INDEX deals_expected ON deals (tenant_id, expected_close_on) WHERE expected_close_on IS NOT NULL;
CREATE INDEX deals_protected ON deals (tenant_id, protected_until) WHERE protected_until IS NOT NULL;
CREATE INDEX conflict_cases_partner ON conflict_cases (tenant_id, partner_id, created_at, id);
CREATE INDEX returns_partner ON returns (tenant_id, partner_id, created_at, id);
CREATE INDEX returns_returned ON returns (tenant_id, returned_on)
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.strip().split(";\n"):
        op.execute(statement)
