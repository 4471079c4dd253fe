"""Tenants define fields of their own for deals, leads and partners."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE custom_fields (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
applies_to TEXT NOT NULL CHECK (applies_to IN ('deal', 'lead', 'partner')),
key TEXT NOT NULL,
type TEXT NOT NULL CHECK (type IN ('text', 'long_text', 'number', 'integer', 'boolean', 'date', 'instant', 'choice', 'multi_choice', 'email', 'url')),
label JSONB NOT NULL,
required BOOLEAN NOT NULL,
choices JSONB NOT NULL,
minimum TEXT,
maximum TEXT,
max_length INTEGER,
visible_to_partner BOOLEAN NOT NULL,
editable_by_partner BOOLEAN NOT NULL,
default_value JSONB,
ordinal INTEGER NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX custom_fields_key ON custom_fields (tenant_id, applies_to, key);
CREATE INDEX custom_fields_newest ON custom_fields (tenant_id, created_at, id);
ALTER TABLE custom_fields ENABLE ROW LEVEL SECURITY;
ALTER TABLE custom_fields FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON custom_fields TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON custom_fields TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_fields TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_fields TO prm_gateway_app;
CREATE POLICY app_reads ON custom_fields FOR SELECT TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (custom_fields.visible_to_partner OR left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')));
CREATE POLICY app ON custom_fields TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
