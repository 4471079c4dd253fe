"""How the columns of sell-out reports are called is said once, and used by name."""

from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE pos_mappings (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
mapping JSONB NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX pos_mappings_in_use ON pos_mappings (tenant_id, partner_id, name) WHERE status = 'active';
CREATE INDEX pos_mappings_name ON pos_mappings (tenant_id, name, created_at, id);
CREATE INDEX pos_mappings_newest ON pos_mappings (tenant_id, created_at, id);
CREATE INDEX pos_mappings_partner ON pos_mappings (tenant_id, partner_id, created_at, id);
ALTER TABLE pos_mappings ENABLE ROW LEVEL SECURITY;
ALTER TABLE pos_mappings FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pos_mappings TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pos_mappings TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_mappings TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pos_mappings TO prm_deals_app;
CREATE POLICY app ON pos_mappings TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_mappings.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_mappings.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR pos_mappings.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = pos_mappings.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
