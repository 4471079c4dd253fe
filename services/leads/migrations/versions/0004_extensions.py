"""Leads get custom fields, several external references, and a table of what can be looked for of them.

What they have already can be looked for from now on.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE leads ADD COLUMN custom_fields JSONB NOT NULL DEFAULT '{}'::jsonb;
ALTER TABLE leads ADD COLUMN vendor_custom_fields JSONB NOT NULL DEFAULT '{}'::jsonb;
ALTER TABLE leads ADD COLUMN vendor_references JSONB NOT NULL DEFAULT '[]'::jsonb;
CREATE TABLE custom_field_definitions (
tenant_id TEXT COLLATE "C" NOT NULL,
object TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
definition JSONB NOT NULL,
PRIMARY KEY (tenant_id, object, key)
);
CREATE TABLE leads_attributes (
tenant_id TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
value TEXT COLLATE "C" NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
PRIMARY KEY (tenant_id, key, value, created_at, id)
);
CREATE UNIQUE INDEX leads_reference ON leads_attributes (tenant_id, key, value) WHERE left(key, 2) = 'r:';
ALTER TABLE custom_field_definitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE custom_field_definitions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON custom_field_definitions TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON custom_field_definitions TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_field_definitions TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON custom_field_definitions TO prm_leads_app;
CREATE POLICY app_reads ON custom_field_definitions FOR SELECT TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON custom_field_definitions TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE leads_attributes ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads_attributes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON leads_attributes TO prm_leads_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON leads_attributes TO prm_leads_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON leads_attributes TO prm_leads_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON leads_attributes TO prm_leads_app;
CREATE POLICY app ON leads_attributes TO prm_leads_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads_attributes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads_attributes.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR leads_attributes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = leads_attributes.partner_id)));
UPDATE leads SET vendor_references = jsonb_build_array(jsonb_build_object('system', external_system, 'type', external_type, 'id', external_id)) WHERE external_id IS NOT NULL;
INSERT INTO leads_attributes (tenant_id, key, value, created_at, id, partner_id)
SELECT tenant_id, 'm:' || note.key, note.value, created_at, id, partner_id FROM leads, jsonb_each_text(metadata) note;
INSERT INTO leads_attributes (tenant_id, key, value, created_at, id, partner_id)
SELECT tenant_id, 'r:' || owner || ':' || replace(replace(external_system, '%', '%25'), ':', '%3A') || ':' || replace(replace(external_type, '%', '%25'), ':', '%3A'), external_id,
       created_at, id, partner_id
FROM leads WHERE external_id IS NOT NULL;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
