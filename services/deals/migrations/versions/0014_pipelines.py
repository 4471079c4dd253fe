"""Pipelines as data: their versions, the moves of deals, and what was planned for them; a stage is no longer one of five."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals DROP CONSTRAINT deals_stage_check;
ALTER TABLE deals ADD COLUMN pipeline_id TEXT COLLATE "C";
ALTER TABLE deals ADD COLUMN stage_entered_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE deals ADD COLUMN stage_due_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE deals ADD COLUMN stage_overdue_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE deals ADD COLUMN next_step TEXT;
ALTER TABLE deals ADD COLUMN lost_reason_code TEXT;
ALTER TABLE deals ADD COLUMN won_reason_code TEXT;
CREATE INDEX deals_decided ON deals (tenant_id, decided_at) WHERE decided_at IS NOT NULL;
CREATE INDEX deals_pipeline ON deals (tenant_id, pipeline_id) WHERE pipeline_id IS NOT NULL;
CREATE INDEX deals_stage_due ON deals (tenant_id, stage_due_at) WHERE stage_due_at IS NOT NULL;
CREATE TABLE pipelines (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
program TEXT,
status TEXT NOT NULL CHECK (status IN ('draft', 'published', 'superseded', 'retired')),
pipeline_version INTEGER,
stages JSONB NOT NULL,
first_stage TEXT NOT NULL,
won_reasons JSONB NOT NULL,
lost_reasons JSONB NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
is_published BOOLEAN NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX pipelines_in_force ON pipelines (tenant_id, coalesce(program, '')) WHERE status = 'published';
CREATE INDEX pipelines_of_program ON pipelines (tenant_id, program, created_at, id);
CREATE UNIQUE INDEX pipelines_version ON pipelines (tenant_id, coalesce(program, ''), pipeline_version);
CREATE INDEX pipelines_newest ON pipelines (tenant_id, created_at, id);
CREATE TABLE plan_changes (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
old_expected_close_on DATE,
new_expected_close_on DATE,
old_next_step TEXT,
new_next_step TEXT,
old_amount BIGINT,
new_amount BIGINT,
currency TEXT,
changed_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX plan_changes_of_deal ON plan_changes (tenant_id, deal_id, created_at, id);
CREATE TABLE stage_moves (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
pipeline_id TEXT COLLATE "C",
from_stage TEXT NOT NULL,
to_stage TEXT NOT NULL,
direction TEXT NOT NULL CHECK (direction IN ('forward', 'back', 'ended', 'reopened')),
entered_at TIMESTAMP WITH TIME ZONE NOT NULL,
seconds_in_stage BIGINT NOT NULL,
reason TEXT,
moved_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX stage_moves_of_deal ON stage_moves (tenant_id, deal_id, created_at, id);
CREATE TABLE tier_programs (
tenant_id TEXT COLLATE "C" NOT NULL,
tier TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
program TEXT NOT NULL,
PRIMARY KEY (tenant_id, tier)
);
ALTER TABLE pipelines ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipelines FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON pipelines TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON pipelines TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON pipelines TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON pipelines TO prm_deals_app;
CREATE POLICY app_reads ON pipelines FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (pipelines.is_published OR left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')));
CREATE POLICY app ON pipelines TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE plan_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan_changes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON plan_changes TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON plan_changes TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_changes TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON plan_changes TO prm_deals_app;
CREATE POLICY app ON plan_changes TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR plan_changes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = plan_changes.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR plan_changes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = plan_changes.partner_id)));
ALTER TABLE stage_moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE stage_moves FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON stage_moves TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON stage_moves TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON stage_moves TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON stage_moves TO prm_deals_app;
CREATE POLICY app ON stage_moves TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR stage_moves.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = stage_moves.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR stage_moves.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = stage_moves.partner_id)));
ALTER TABLE tier_programs ENABLE ROW LEVEL SECURITY;
ALTER TABLE tier_programs FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON tier_programs TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON tier_programs TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON tier_programs TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON tier_programs TO prm_deals_app;
CREATE POLICY app_reads ON tier_programs FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON tier_programs TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
