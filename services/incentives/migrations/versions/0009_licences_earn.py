"""What licences are invoiced for is a sale as well: it may have come without a deal, and its lines name licence and invoice."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE sales ALTER COLUMN deal_id DROP NOT NULL;
ALTER TABLE sales ADD COLUMN licence_id TEXT COLLATE "C", ADD COLUMN sku TEXT, ADD COLUMN licence_kind TEXT;
ALTER TABLE sales DROP CONSTRAINT sales_source_check;
ALTER TABLE sales ADD CHECK (source IN ('deals', 'orders', 'licences'));
ALTER TABLE sales ADD CHECK (source = 'licences' OR deal_id IS NOT NULL);
ALTER TABLE sales ADD CHECK ((source = 'licences') = (licence_id IS NOT NULL));
ALTER TABLE parts ALTER COLUMN deal_id DROP NOT NULL;
ALTER TABLE parts ADD COLUMN licence_id TEXT COLLATE "C";
ALTER TABLE parts DROP CONSTRAINT parts_source_check;
ALTER TABLE parts ADD CHECK (source IN ('deals', 'orders', 'licences'));
ALTER TABLE credits DROP COLUMN deal_id;
ALTER TABLE earnings ALTER COLUMN deal_id DROP NOT NULL;
ALTER TABLE earnings ADD COLUMN licence_id TEXT COLLATE "C", ADD COLUMN licence_invoice_id TEXT COLLATE "C";
ALTER TABLE earnings ADD CHECK ((licence_id IS NULL) = (licence_invoice_id IS NULL));
ALTER TABLE earnings ADD CHECK (deal_id IS NOT NULL OR licence_invoice_id IS NOT NULL);
CREATE INDEX earnings_licence ON earnings (tenant_id, licence_id) WHERE licence_id IS NOT NULL;
CREATE INDEX earnings_invoice ON earnings (tenant_id, licence_invoice_id) WHERE licence_invoice_id IS NOT NULL;
ALTER TABLE statement_lines ALTER COLUMN deal_id DROP NOT NULL;
ALTER TABLE statement_lines ADD COLUMN licence_id TEXT COLLATE "C", ADD COLUMN licence_invoice_id TEXT COLLATE "C";
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
