"""The next term of a licence follows from its renewal: what finds it, and where quantity and price are from."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE licences ADD COLUMN terms_from TEXT CHECK (terms_from IN ('request', 'quote', 'order', 'licence'));
ALTER TABLE licences ADD COLUMN quote_id TEXT COLLATE "C";
ALTER TABLE licences ADD COLUMN order_id TEXT COLLATE "C";
CREATE INDEX licences_renewal_deal ON licences (tenant_id, renewal_deal_id) WHERE renewal_deal_id IS NOT NULL;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
