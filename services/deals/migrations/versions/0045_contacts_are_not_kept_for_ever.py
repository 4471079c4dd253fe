"""How a customer's people are reached is erased: when somebody asks for it, and when the time to keep it is over."""

from alembic import op

revision = "0045"
down_revision = "0042"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE customers ADD COLUMN contacts_erased_at TIMESTAMP WITH TIME ZONE;
CREATE INDEX idempotency_keys_created ON idempotency_keys USING brin (created_at);
CREATE INDEX import_rows_object ON import_rows (tenant_id, object_id) WHERE object_id IS NOT NULL;
CREATE INDEX customers_merged_into ON customers (tenant_id, merged_into, id) WHERE merged_into IS NOT NULL;
CREATE INDEX deals_unresolved_contacts ON deals (tenant_id, updated_at, id) WHERE customer_id IS NULL AND (customer_address IS NOT NULL OR customer_email IS NOT NULL OR customer_phone IS NOT NULL);
CREATE TABLE retention_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
status TEXT NOT NULL CHECK (status IN ('in_force', 'superseded')),
contact_days INTEGER,
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX retention_policies_in_force ON retention_policies (tenant_id) WHERE status = 'in_force';
CREATE INDEX retention_policies_newest ON retention_policies (tenant_id, created_at, id);
ALTER TABLE retention_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE retention_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON retention_policies TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON retention_policies TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON retention_policies TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON retention_policies TO prm_deals_app;
CREATE POLICY app ON retention_policies TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
