"""Quotes keep the names they were issued in, so that their documents never change."""

from alembic import op

revision = "0027"
down_revision = "0025"
branch_labels = None
depends_on = None

# What the vendor was called when older quotes were issued is known to the gateway alone; their documents leave it out.
_STATEMENTS = """
ALTER TABLE quotes ADD COLUMN partner_name TEXT;
ALTER TABLE quotes ADD COLUMN vendor_name TEXT;
UPDATE quotes q SET partner_name = d.name FROM partner_directory d WHERE d.tenant_id = q.tenant_id AND d.partner_id = q.partner_id AND q.issued_at IS NOT NULL;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
