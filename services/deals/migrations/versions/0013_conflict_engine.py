"""Conflict cases go from hand to hand, have effect and are appealed; policies of conflict checks, and what people say of pairs.

A partner sees its own cases now, so their wall changes. Findings kept before say nothing of what was compared.
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE deals ADD COLUMN deal_type TEXT CHECK (deal_type IN ('new', 'expansion', 'renewal'));
ALTER TABLE conflict_checks ADD COLUMN policy_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conflict_checks ALTER COLUMN policy_version DROP DEFAULT;
ALTER TABLE conflict_cases ADD COLUMN customer JSONB;
ALTER TABLE conflict_cases ADD COLUMN policy JSONB;
ALTER TABLE conflict_cases ADD COLUMN assigned_to TEXT COLLATE "C";
ALTER TABLE conflict_cases ADD COLUMN chosen_deal_id TEXT COLLATE "C";
ALTER TABLE conflict_cases ADD COLUMN territories JSONB;
ALTER TABLE conflict_cases ADD COLUMN previous_resolution TEXT CHECK (previous_resolution IN ('upheld', 'rejected_match', 'split_scope', 'dual', 'customer_choice', 'superseded'));
ALTER TABLE conflict_cases ADD COLUMN appealable_until TIMESTAMP WITH TIME ZONE;
ALTER TABLE conflict_cases ADD COLUMN appealed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE conflict_cases ADD COLUMN appeal_reason TEXT;
ALTER TABLE conflict_cases ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE conflict_cases ADD COLUMN caused_by TEXT COLLATE "C";
ALTER TABLE conflict_cases DROP CONSTRAINT conflict_cases_status_check;
ALTER TABLE conflict_cases ADD CONSTRAINT conflict_cases_status_check CHECK (status IN ('open', 'assigned', 'appealed', 'resolved', 'closed'));
ALTER TABLE conflict_cases DROP CONSTRAINT conflict_cases_resolution_check;
ALTER TABLE conflict_cases ADD CONSTRAINT conflict_cases_resolution_check CHECK (resolution IN ('upheld', 'rejected_match', 'split_scope', 'dual', 'customer_choice', 'superseded'));
UPDATE conflict_cases SET findings = (SELECT coalesce(jsonb_agg('{"source": "registration", "lead_id": null, "customer": null, "protects": false, "same_customer": false, "scope": null}'::jsonb || each), '[]'::jsonb) FROM jsonb_array_elements(findings) each);
UPDATE conflict_cases SET status = 'closed', closed_at = resolved_at WHERE status = 'resolved';
CREATE INDEX conflict_cases_assigned ON conflict_cases (tenant_id, assigned_to) WHERE assigned_to IS NOT NULL;
DROP POLICY app ON conflict_cases;
CREATE POLICY app ON conflict_cases TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_cases.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_cases.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR conflict_cases.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = conflict_cases.partner_id)));
CREATE TABLE conflict_labels (
tenant_id TEXT COLLATE "C" NOT NULL,
case_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
label TEXT NOT NULL CHECK (label IN ('same', 'different')),
score TEXT NOT NULL,
features JSONB NOT NULL,
engine_version TEXT NOT NULL,
labelled_by TEXT COLLATE "C" NOT NULL,
labelled_at TIMESTAMP WITH TIME ZONE NOT NULL,
PRIMARY KEY (tenant_id, case_id, deal_id)
);
CREATE INDEX conflict_labels_newest ON conflict_labels (tenant_id, labelled_at, case_id, deal_id);
CREATE TABLE conflict_policies (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
name TEXT NOT NULL,
tiers JSONB NOT NULL,
status TEXT NOT NULL CHECK (status IN ('draft', 'published')),
policy_version INTEGER,
thresholds JSONB NOT NULL,
weights JSONB NOT NULL,
look_back_days INTEGER NOT NULL,
checks_a_day INTEGER NOT NULL,
appeal_days INTEGER NOT NULL,
published_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX conflict_policies_newest ON conflict_policies (tenant_id, created_at, id);
CREATE UNIQUE INDEX conflict_policies_version ON conflict_policies (tenant_id, policy_version);
ALTER TABLE conflict_labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_labels FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_labels TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_labels TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_labels TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_labels TO prm_deals_app;
CREATE POLICY app ON conflict_labels TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE conflict_policies ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_policies FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_policies TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_policies TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_policies TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_policies TO prm_deals_app;
CREATE POLICY app ON conflict_policies TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
