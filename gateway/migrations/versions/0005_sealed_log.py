"""The sealed log of each tenant, and the digests and places of the gateway's own audit records in their feed.

Records that exist keep no digest and stand at the beginning of the feed, in which transactions are numbered from 1.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE audit_records ADD COLUMN partner_id TEXT COLLATE "C";
ALTER TABLE audit_records ADD COLUMN withheld JSONB;
ALTER TABLE audit_records ADD COLUMN digest TEXT;
ALTER TABLE audit_records ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit_records ADD COLUMN xid BIGINT NOT NULL DEFAULT 0;
ALTER TABLE audit_records ALTER COLUMN epoch DROP DEFAULT;
ALTER TABLE audit_records ALTER COLUMN xid DROP DEFAULT;
ALTER TABLE audit_records ADD COLUMN place BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY;
ALTER TABLE audit_records ADD CONSTRAINT audit_records_digest CHECK (digest IS NOT NULL OR xid = 0);
CREATE INDEX audit_records_position ON audit_records (epoch, xid, place);
DROP INDEX audit_records_subject;
REVOKE UPDATE, DELETE ON audit_records FROM prm_gateway_engine, prm_gateway_worker;
CREATE TABLE audit_log (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
sequence BIGINT NOT NULL,
service TEXT NOT NULL,
actor_id TEXT COLLATE "C" NOT NULL,
on_behalf_of TEXT COLLATE "C",
action TEXT NOT NULL,
subject TEXT COLLATE "C" NOT NULL,
subject_version INTEGER NOT NULL,
partner_id TEXT COLLATE "C",
reason TEXT,
request_id TEXT,
changes JSONB NOT NULL,
withheld JSONB,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX audit_log_action ON audit_log (tenant_id, action, sequence, id);
CREATE INDEX audit_log_actor ON audit_log (tenant_id, actor_id, sequence, id);
CREATE INDEX audit_log_newest ON audit_log (tenant_id, created_at, id);
CREATE INDEX audit_log_partner ON audit_log (tenant_id, partner_id, sequence, id);
CREATE INDEX audit_log_request ON audit_log (tenant_id, request_id, sequence, id);
CREATE UNIQUE INDEX audit_log_sequence ON audit_log (tenant_id, sequence);
CREATE INDEX audit_log_subject ON audit_log (tenant_id, subject, sequence, id);
CREATE TABLE audit_trees (
tenant_id TEXT COLLATE "C" NOT NULL,
size BIGINT NOT NULL,
sealed_size BIGINT NOT NULL,
sealed_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id)
);
CREATE TABLE audit_nodes (
tenant_id TEXT COLLATE "C" NOT NULL,
level INTEGER NOT NULL,
place BIGINT NOT NULL,
digest TEXT NOT NULL,
PRIMARY KEY (tenant_id, level, place)
);
CREATE TABLE audit_sources (
tenant_id TEXT COLLATE "C" NOT NULL,
source TEXT COLLATE "C" NOT NULL,
epoch INTEGER NOT NULL,
xid BIGINT NOT NULL,
place BIGINT NOT NULL,
PRIMARY KEY (tenant_id, source)
);
CREATE TABLE audit_heads (
tenant_id TEXT COLLATE "C" NOT NULL,
number BIGINT NOT NULL,
size BIGINT NOT NULL,
root TEXT NOT NULL,
previous TEXT,
sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
key_id TEXT NOT NULL,
signature TEXT NOT NULL,
PRIMARY KEY (tenant_id, number)
);
CREATE TABLE sealing_keys (
key_id TEXT COLLATE "C" NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
sealed TEXT NOT NULL,
public TEXT NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
retired_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (key_id)
);
CREATE UNIQUE INDEX sealing_keys_one_active ON sealing_keys (status) WHERE status = 'active';
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_log FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_log TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_log TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT ON audit_log TO prm_gateway_engine;
GRANT SELECT ON audit_log TO prm_gateway_app;
CREATE POLICY app ON audit_log TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR audit_log.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = audit_log.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR audit_log.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = audit_log.partner_id)));
ALTER TABLE audit_trees ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_trees FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_trees TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_trees TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE ON audit_trees TO prm_gateway_engine;
CREATE POLICY worker ON audit_trees TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON audit_trees TO prm_gateway_worker;
ALTER TABLE audit_nodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_nodes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_nodes TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_nodes TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT ON audit_nodes TO prm_gateway_engine;
CREATE POLICY worker ON audit_nodes TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit_nodes TO prm_gateway_worker;
ALTER TABLE audit_sources ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_sources FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_sources TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_sources TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE ON audit_sources TO prm_gateway_engine;
CREATE POLICY worker ON audit_sources TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON audit_sources TO prm_gateway_worker;
ALTER TABLE audit_heads ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_heads FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON audit_heads TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON audit_heads TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT ON audit_heads TO prm_gateway_engine;
CREATE POLICY worker ON audit_heads TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT ON audit_heads TO prm_gateway_worker;
ALTER TABLE sealing_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE sealing_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON sealing_keys TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON sealing_keys TO prm_gateway_engine USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON sealing_keys TO prm_gateway_engine;
CREATE POLICY worker ON sealing_keys TO prm_gateway_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON sealing_keys TO prm_gateway_worker;
"""


def upgrade() -> None:
    """Add the columns and make the tables; what is in the log is never changed, so nobody may."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
