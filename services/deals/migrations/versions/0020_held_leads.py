"""Leads that are with a partner, and the keys their companies are found by."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE held_lead_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
lead_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, key, lead_id)
);
CREATE INDEX held_lead_keys_lead ON held_lead_keys (tenant_id, lead_id);
CREATE TABLE held_leads (
tenant_id TEXT COLLATE "C" NOT NULL,
lead_id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
partner_id TEXT COLLATE "C",
name TEXT NOT NULL,
domain TEXT,
country TEXT,
tax_id TEXT,
product_family TEXT NOT NULL,
PRIMARY KEY (tenant_id, lead_id)
);
ALTER TABLE held_lead_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_lead_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON held_lead_keys TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON held_lead_keys TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON held_lead_keys TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON held_lead_keys TO prm_deals_app;
CREATE POLICY app ON held_lead_keys TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE held_leads ENABLE ROW LEVEL SECURITY;
ALTER TABLE held_leads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON held_leads TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON held_leads TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON held_leads TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON held_leads TO prm_deals_app;
CREATE POLICY app ON held_leads TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
