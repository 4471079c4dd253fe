"""All live deals of a pipeline's version can be moved to another one: the migrations, and what finds the deals."""

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX deals_live ON deals (tenant_id, coalesce(pipeline_id, ''), id) WHERE status IN ('draft', 'submitted', 'screening', 'in_review', 'pending_approval', 'returned', 'approved');
ALTER TABLE stage_moves DROP CONSTRAINT stage_moves_direction_check, ADD CONSTRAINT stage_moves_direction_check CHECK (direction IN ('forward', 'back', 'ended', 'reopened', 'migrated'));
CREATE TABLE pipeline_migration_failures (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
migration_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
stage TEXT NOT NULL,
code TEXT NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX pipeline_migration_failures_deal ON pipeline_migration_failures (tenant_id, migration_id, deal_id);
CREATE INDEX pipeline_migration_failures_of ON pipeline_migration_failures (tenant_id, migration_id, created_at, id);
CREATE TABLE pipeline_migrations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
from_pipeline_id TEXT COLLATE "C",
to_pipeline_id TEXT COLLATE "C" NOT NULL,
stages JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'cancelled')),
found BIGINT NOT NULL,
moved BIGINT NOT NULL,
failed BIGINT NOT NULL,
operation_id TEXT COLLATE "C" NOT NULL,
created_by TEXT COLLATE "C" NOT NULL,
finished_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX pipeline_migrations_from ON pipeline_migrations (tenant_id, from_pipeline_id, created_at, id);
CREATE INDEX pipeline_migrations_newest ON pipeline_migrations (tenant_id, created_at, id);
CREATE UNIQUE INDEX pipeline_migrations_operation ON pipeline_migrations (tenant_id, operation_id);
CREATE UNIQUE INDEX pipeline_migrations_running ON pipeline_migrations (tenant_id, coalesce(from_pipeline_id, '')) WHERE status = 'running';
CREATE INDEX pipeline_migrations_to ON pipeline_migrations (tenant_id, to_pipeline_id, created_at, id);
ALTER TABLE pipeline_migration_failures ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipeline_migration_failures FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pipeline_migration_failures TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pipeline_migration_failures TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pipeline_migration_failures TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pipeline_migration_failures TO prm_deals_app;
CREATE POLICY app ON pipeline_migration_failures TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE pipeline_migrations ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipeline_migrations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pipeline_migrations TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pipeline_migrations TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pipeline_migrations TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pipeline_migrations TO prm_deals_app;
CREATE POLICY app ON pipeline_migrations TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
