"""Customers can be merged, split and told apart."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE customers ADD COLUMN status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'merged'));
ALTER TABLE customers ADD COLUMN merged_into TEXT COLLATE "C";
ALTER TABLE customers ADD COLUMN apart_from JSONB NOT NULL DEFAULT '[]';
ALTER TABLE customers ALTER COLUMN status DROP DEFAULT;
ALTER TABLE customers ALTER COLUMN apart_from DROP DEFAULT;
ALTER TABLE conflict_cases ADD COLUMN identity TEXT CHECK (identity IN ('same', 'different'));
CREATE INDEX deals_customer ON deals (tenant_id, customer_id, id);
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
