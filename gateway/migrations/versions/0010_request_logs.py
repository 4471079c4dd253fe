"""What apps have sent and what they were answered."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE request_logs (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
request_id TEXT NOT NULL,
method TEXT NOT NULL CHECK (method IN ('GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OTHER')),
path TEXT,
operation TEXT,
noun TEXT,
object_id TEXT COLLATE "C",
status INTEGER NOT NULL,
problem TEXT,
pointers JSONB NOT NULL,
duration_ms INTEGER NOT NULL,
actor_id TEXT COLLATE "C" NOT NULL,
on_behalf_of TEXT COLLATE "C",
client_id TEXT COLLATE "C",
partner_id TEXT COLLATE "C",
user_agent TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX request_logs_actor ON request_logs (tenant_id, actor_id, created_at, id);
CREATE INDEX request_logs_client ON request_logs (tenant_id, client_id, created_at, id);
CREATE INDEX request_logs_newest ON request_logs (tenant_id, created_at, id);
CREATE INDEX request_logs_object ON request_logs (tenant_id, object_id, created_at, id);
CREATE INDEX request_logs_operation ON request_logs (tenant_id, operation, created_at, id);
CREATE INDEX request_logs_partner ON request_logs (tenant_id, partner_id, created_at, id);
CREATE INDEX request_logs_request ON request_logs (tenant_id, request_id, created_at, id);
CREATE INDEX request_logs_status ON request_logs (tenant_id, status, created_at, id);
ALTER TABLE request_logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE request_logs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON request_logs TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON request_logs TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON request_logs TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON request_logs TO prm_gateway_app;
CREATE POLICY app ON request_logs TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR request_logs.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = request_logs.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR request_logs.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = request_logs.partner_id)));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
