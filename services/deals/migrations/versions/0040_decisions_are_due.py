"""A registration in review says by when it is decided, and a policy what becomes of one that is not."""

from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

_TERMS = (
    '{"calendar": "default", "remind_after_hours": 24, "due_after_hours": 48, "escalate_to": "program_admin",'
    ' "approve_on_breach": false}'
)
_STATEMENTS = (
    "ALTER TABLE deals ADD COLUMN decision_due_at TIMESTAMP WITH TIME ZONE",
    "ALTER TABLE deals ADD COLUMN decision_escalated_at TIMESTAMP WITH TIME ZONE",
    "CREATE INDEX deals_decision_due ON deals (tenant_id, decision_due_at) WHERE decision_due_at IS NOT NULL",
    # What was written before decides as the built-in policy does.
    f"ALTER TABLE approval_policies ADD COLUMN review JSONB NOT NULL DEFAULT '{_TERMS}'",
    "ALTER TABLE approval_policies ALTER COLUMN review DROP DEFAULT",
    "ALTER TABLE approval_policies ADD COLUMN warnings JSONB NOT NULL DEFAULT '[]'",
    "ALTER TABLE approval_policies ALTER COLUMN warnings DROP DEFAULT",
)


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS:
        op.execute(statement)
