"""Evidence, notes and tasks of deals, and the policy that registrations are held to."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN evidence_count INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deals ALTER COLUMN evidence_count DROP DEFAULT;
ALTER TABLE deals ADD COLUMN evidence_required BOOLEAN;
CREATE TABLE deal_notes (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
text TEXT NOT NULL,
visibility TEXT NOT NULL CHECK (visibility IN ('internal', 'shared')),
created_by TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deal_notes_deal ON deal_notes (tenant_id, deal_id, created_at, id);
CREATE INDEX deal_notes_newest ON deal_notes (tenant_id, created_at, id);
CREATE INDEX deal_notes_own ON deal_notes (tenant_id, created_by, created_at, id);
CREATE INDEX deal_notes_partner ON deal_notes (tenant_id, partner_id, created_at, id);
CREATE TABLE deal_tasks (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
title TEXT NOT NULL,
assignee_id TEXT COLLATE "C" NOT NULL,
due_on DATE NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'done', 'cancelled')),
overdue_at TIMESTAMP WITH TIME ZONE,
created_by TEXT COLLATE "C" NOT NULL,
ended_by TEXT COLLATE "C",
ended_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX deal_tasks_assignee ON deal_tasks (tenant_id, assignee_id, due_on, id);
CREATE INDEX deal_tasks_deal ON deal_tasks (tenant_id, deal_id, created_at, id);
CREATE INDEX deal_tasks_due ON deal_tasks (tenant_id, due_on, id);
CREATE INDEX deal_tasks_newest ON deal_tasks (tenant_id, created_at, id);
CREATE INDEX deal_tasks_partner ON deal_tasks (tenant_id, partner_id, created_at, id);
CREATE TABLE evidence (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
type TEXT NOT NULL,
happened_on DATE NOT NULL,
file_id TEXT COLLATE "C",
file_name TEXT,
sha256 TEXT,
url TEXT,
text TEXT,
side TEXT NOT NULL CHECK (side IN ('partner', 'vendor')),
status TEXT NOT NULL CHECK (status IN ('provided', 'withdrawn')),
created_by TEXT COLLATE "C" NOT NULL,
withdrawn_by TEXT COLLATE "C",
withdrawn_at TIMESTAMP WITH TIME ZONE,
withdrawal_reason TEXT,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX evidence_deal ON evidence (tenant_id, deal_id, created_at, id);
CREATE INDEX evidence_newest ON evidence (tenant_id, created_at, id);
CREATE INDEX evidence_own ON evidence (tenant_id, created_by, created_at, id);
CREATE INDEX evidence_partner ON evidence (tenant_id, partner_id, created_at, id);
CREATE TABLE registration_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
policy_version INTEGER,
quotas JSONB NOT NULL,
over_quota TEXT NOT NULL CHECK (over_quota IN ('review', 'refuse')),
duplicates JSONB NOT NULL,
evidence_types JSONB NOT NULL,
evidence_rules JSONB NOT NULL,
cool_off_days INTEGER NOT NULL,
window_days INTEGER NOT NULL,
stale_after_days INTEGER NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX registration_policies_newest ON registration_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX registration_policies_version ON registration_policies (tenant_id, policy_version);
ALTER TABLE deal_notes ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_notes FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deal_notes TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deal_notes TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_notes TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_notes TO prm_deals_app;
CREATE POLICY app ON deal_notes TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_notes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND deal_notes.visibility <> 'internal') OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_notes.partner_id AND (deal_notes.visibility <> 'internal' OR left(current_setting('prm.viewer', true), 4) = 'acc_')))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_notes.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND deal_notes.visibility <> 'internal') OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_notes.partner_id AND (deal_notes.visibility <> 'internal' OR left(current_setting('prm.viewer', true), 4) = 'acc_'))));
ALTER TABLE deal_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE deal_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON deal_tasks TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON deal_tasks TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_tasks TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON deal_tasks TO prm_deals_app;
CREATE POLICY app ON deal_tasks TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_tasks.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND false) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_tasks.partner_id AND (false OR left(current_setting('prm.viewer', true), 4) = 'acc_')))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR (deal_tasks.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) AND false) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = deal_tasks.partner_id AND (false OR left(current_setting('prm.viewer', true), 4) = 'acc_'))));
ALTER TABLE evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON evidence TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON evidence TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON evidence TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON evidence TO prm_deals_app;
CREATE POLICY app ON evidence TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR evidence.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = evidence.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR evidence.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = evidence.partner_id)));
ALTER TABLE registration_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE registration_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON registration_policies TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON registration_policies TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON registration_policies TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON registration_policies TO prm_deals_app;
CREATE POLICY app ON registration_policies TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
