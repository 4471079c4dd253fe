"""What the vendor sells itself is known."""

from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE direct_opportunities (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
title TEXT NOT NULL,
customer_id TEXT COLLATE "C" NOT NULL,
product_family TEXT NOT NULL,
territories JSONB NOT NULL,
territory INT4MULTIRANGE NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'won', 'lost', 'closed')),
opened_on DATE NOT NULL,
ended_at TIMESTAMP WITH TIME ZONE,
external_system TEXT,
external_type TEXT,
external_id TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX direct_opportunities_customer ON direct_opportunities (tenant_id, customer_id, status);
CREATE INDEX direct_opportunities_newest ON direct_opportunities (tenant_id, created_at, id);
CREATE UNIQUE INDEX direct_opportunities_reference ON direct_opportunities (tenant_id, external_system, external_type, external_id) WHERE external_id IS NOT NULL;
ALTER TABLE direct_opportunities ENABLE ROW LEVEL SECURITY;
ALTER TABLE direct_opportunities FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON direct_opportunities TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON direct_opportunities TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON direct_opportunities TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON direct_opportunities TO prm_deals_app;
CREATE POLICY app ON direct_opportunities TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
