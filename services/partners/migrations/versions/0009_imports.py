"""Imports: rows of a file, checked, run and taken back."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE import_chunks (
tenant_id TEXT COLLATE "C" NOT NULL,
import_id TEXT COLLATE "C" NOT NULL,
sequence INTEGER NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
digest TEXT NOT NULL,
PRIMARY KEY (tenant_id, import_id, sequence)
);
CREATE TABLE import_faults (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
import_id TEXT COLLATE "C" NOT NULL,
row INTEGER NOT NULL,
pointer TEXT NOT NULL,
"column" TEXT,
code TEXT NOT NULL,
detail TEXT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX import_faults_of_import ON import_faults (tenant_id, import_id, row, id);
CREATE TABLE import_keys (
tenant_id TEXT COLLATE "C" NOT NULL,
import_id TEXT COLLATE "C" NOT NULL,
key TEXT COLLATE "C" NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
number INTEGER NOT NULL,
PRIMARY KEY (tenant_id, import_id, key)
);
CREATE TABLE import_rows (
tenant_id TEXT COLLATE "C" NOT NULL,
import_id TEXT COLLATE "C" NOT NULL,
number INTEGER NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
source JSONB NOT NULL,
body JSONB,
status TEXT NOT NULL CHECK (status IN ('new', 'valid', 'invalid', 'created', 'updated', 'unchanged', 'failed', 'removed', 'restored', 'left')),
action TEXT CHECK (action IN ('create', 'update', 'unchanged')),
object_id TEXT COLLATE "C",
before JSONB,
PRIMARY KEY (tenant_id, import_id, number)
);
CREATE TABLE imports (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C",
created_by TEXT COLLATE "C" NOT NULL,
target TEXT NOT NULL,
format TEXT NOT NULL CHECK (format IN ('csv', 'rows')),
mode TEXT NOT NULL CHECK (mode IN ('create', 'upsert')),
external_system TEXT,
mapping JSONB,
options JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'validating', 'validated', 'running', 'succeeded', 'failed', 'cancelled', 'rolling_back', 'rolled_back')),
rows INTEGER NOT NULL,
chunks INTEGER NOT NULL,
counts JSONB NOT NULL,
operation_id TEXT COLLATE "C",
validated_at TIMESTAMP WITH TIME ZONE,
finished_at TIMESTAMP WITH TIME ZONE,
rollback_until TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX imports_by_status ON imports (tenant_id, status, created_at, id);
CREATE INDEX imports_by_target ON imports (tenant_id, target, created_at, id);
CREATE INDEX imports_newest ON imports (tenant_id, created_at, id);
CREATE INDEX imports_operation ON imports (tenant_id, operation_id);
CREATE INDEX imports_whose ON imports (tenant_id, whose, created_at, id);
ALTER TABLE import_chunks ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_chunks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON import_chunks TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON import_chunks TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON import_chunks TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_chunks TO prm_partners_app;
CREATE POLICY app ON import_chunks TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_chunks.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_chunks.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_chunks.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_chunks.whose)));
ALTER TABLE import_faults ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_faults FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON import_faults TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON import_faults TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON import_faults TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_faults TO prm_partners_app;
CREATE POLICY app ON import_faults TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_faults.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_faults.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_faults.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_faults.whose)));
ALTER TABLE import_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON import_keys TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON import_keys TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON import_keys TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_keys TO prm_partners_app;
CREATE POLICY app ON import_keys TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_keys.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_keys.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_keys.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_keys.whose)));
ALTER TABLE import_rows ENABLE ROW LEVEL SECURITY;
ALTER TABLE import_rows FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON import_rows TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON import_rows TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON import_rows TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON import_rows TO prm_partners_app;
CREATE POLICY app ON import_rows TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_rows.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_rows.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR import_rows.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = import_rows.whose)));
ALTER TABLE imports ENABLE ROW LEVEL SECURITY;
ALTER TABLE imports FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON imports TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON imports TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON imports TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON imports TO prm_partners_app;
CREATE POLICY app ON imports TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR imports.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = imports.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR imports.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = imports.whose)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
