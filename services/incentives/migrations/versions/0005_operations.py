"""Long work that goes on after its request, for everybody to follow."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE operation_runs (
tenant_id TEXT COLLATE "C" NOT NULL,
operation_id TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL,
caller JSONB NOT NULL,
request_id TEXT,
arguments JSONB NOT NULL,
checkpoint JSONB,
due_at TIMESTAMP WITH TIME ZONE NOT NULL,
holder TEXT,
fence BIGINT NOT NULL,
attempts INTEGER NOT NULL,
error TEXT,
PRIMARY KEY (tenant_id, operation_id)
);
CREATE INDEX operation_runs_due ON operation_runs (due_at);
CREATE TABLE operations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
whose TEXT COLLATE "C" NOT NULL,
kind TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled')),
done BIGINT NOT NULL,
total BIGINT,
unit TEXT,
counts JSONB NOT NULL,
result JSONB,
problem JSONB,
partner_id TEXT COLLATE "C",
created_by TEXT COLLATE "C" NOT NULL,
cancelled_by TEXT COLLATE "C",
cancellable BOOLEAN NOT NULL,
started_at TIMESTAMP WITH TIME ZONE,
finished_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX operations_created_by ON operations (tenant_id, created_by, created_at, id);
CREATE INDEX operations_newest ON operations (tenant_id, created_at, id);
CREATE INDEX operations_whose ON operations (tenant_id, whose, created_at, id);
ALTER TABLE operation_runs ENABLE ROW LEVEL SECURITY;
ALTER TABLE operation_runs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON operation_runs TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON operation_runs TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON operation_runs TO prm_incentives_engine;
CREATE POLICY worker ON operation_runs TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON operation_runs TO prm_incentives_worker;
CREATE POLICY app ON operation_runs TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON operation_runs TO prm_incentives_app;
ALTER TABLE operations ENABLE ROW LEVEL SECURITY;
ALTER TABLE operations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON operations TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON operations TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON operations TO prm_incentives_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON operations TO prm_incentives_app;
CREATE POLICY app ON operations TO prm_incentives_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR operations.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = operations.whose))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR operations.whose = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = operations.whose)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
