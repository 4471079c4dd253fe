"""Where partners sell what: what the directory says of it, and which countries territories have."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE partner_directory ADD COLUMN territories JSONB, ADD COLUMN product_families JSONB;
CREATE TABLE territories (
tenant_id TEXT COLLATE "C" NOT NULL,
code TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
countries JSONB NOT NULL,
PRIMARY KEY (tenant_id, code)
);
ALTER TABLE territories ENABLE ROW LEVEL SECURITY;
ALTER TABLE territories FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON territories TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON territories TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON territories TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON territories TO prm_deals_app;
CREATE POLICY app_reads ON territories FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON territories TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
