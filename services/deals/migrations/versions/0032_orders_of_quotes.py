"""Accepted quotes become orders, once."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE quotes ADD COLUMN order_id TEXT COLLATE "C";
ALTER TABLE orders ADD COLUMN quote_id TEXT COLLATE "C";
CREATE UNIQUE INDEX orders_quote ON orders (tenant_id, quote_id) WHERE quote_id IS NOT NULL AND status NOT IN ('cancelled', 'rejected');
CREATE INDEX orders_by_quote ON orders (tenant_id, quote_id) WHERE quote_id IS NOT NULL;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
