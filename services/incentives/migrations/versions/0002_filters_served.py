"""Indexes for the filters of lists that had none."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX plan_assignments_plan ON plan_assignments (tenant_id, plan_id);
CREATE INDEX plan_versions_effective ON plan_versions (tenant_id, effective_from);
CREATE INDEX recalculations_partner ON recalculations (tenant_id, partner_id);
CREATE INDEX statements_from ON statements (tenant_id, period_from);
CREATE INDEX statements_to ON statements (tenant_id, period_to)
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.strip().split(";\n"):
        op.execute(statement)
