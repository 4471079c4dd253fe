"""Approval in steps: what a policy asks of whom, the rounds and tasks of deals, and what an approval was given for.

Policies that exist have no steps, so that deals are decided as they were.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_STATEMENTS = """
ALTER TABLE approval_policies ADD COLUMN steps JSONB NOT NULL DEFAULT '[]', ADD COLUMN approver_limits JSONB NOT NULL DEFAULT '[]';
ALTER TABLE approval_policies ALTER COLUMN steps DROP DEFAULT, ALTER COLUMN approver_limits DROP DEFAULT;
ALTER TABLE deals ADD COLUMN authors JSONB, ADD COLUMN approval_steps INTEGER, ADD COLUMN approved_amount BIGINT, ADD COLUMN approved_currency TEXT, ADD COLUMN appealed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE deals DROP CONSTRAINT deals_status_check, ADD CONSTRAINT deals_status_check CHECK (status IN ('draft', 'submitted', 'in_review', 'pending_approval', 'returned', 'approved', 'rejected', 'withdrawn', 'won', 'lost', 'expired', 'revoked', 'transferred')) NOT VALID;
ALTER TABLE deals VALIDATE CONSTRAINT deals_status_check;
CREATE INDEX policy_decisions_deal ON policy_decisions (tenant_id, deal_id, at);
CREATE TABLE approval_rounds (
tenant_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
round INTEGER NOT NULL,
policy_version INTEGER NOT NULL,
steps JSONB NOT NULL,
barred JSONB NOT NULL,
place INTEGER NOT NULL,
opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
due_at TIMESTAMP WITH TIME ZONE NOT NULL,
calendar_version INTEGER NOT NULL,
escalated_at TIMESTAMP WITH TIME ZONE,
ended_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, deal_id, round)
);
CREATE TABLE approval_tasks (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
round INTEGER NOT NULL,
step TEXT NOT NULL,
places JSONB NOT NULL,
role TEXT,
team_role TEXT,
account_id TEXT COLLATE "C" NOT NULL,
delegated_from TEXT COLLATE "C",
delegates JSONB NOT NULL,
escalated BOOLEAN NOT NULL,
status TEXT NOT NULL CHECK (status IN ('open', 'approved', 'rejected', 'returned', 'superseded')),
due_at TIMESTAMP WITH TIME ZONE NOT NULL,
reason TEXT,
decided_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id)
);
CREATE INDEX approval_tasks_account ON approval_tasks (tenant_id, account_id, created_at, id);
CREATE INDEX approval_tasks_deal ON approval_tasks (tenant_id, deal_id, created_at, id);
CREATE INDEX approval_tasks_due ON approval_tasks (tenant_id, due_at, id);
CREATE INDEX approval_tasks_newest ON approval_tasks (tenant_id, created_at, id);
CREATE UNIQUE INDEX approval_tasks_once ON approval_tasks (tenant_id, deal_id, round, step, account_id) WHERE status <> 'superseded';
CREATE INDEX approval_tasks_partner ON approval_tasks (tenant_id, partner_id, created_at, id);
CREATE INDEX approval_tasks_status ON approval_tasks (tenant_id, status, created_at, id);
ALTER TABLE approval_rounds ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_rounds FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON approval_rounds TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON approval_rounds TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_rounds TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_rounds TO prm_deals_app;
CREATE POLICY app ON approval_rounds TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
ALTER TABLE approval_tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_tasks FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON approval_tasks TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON approval_tasks TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_tasks TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_tasks TO prm_deals_app;
CREATE POLICY app ON approval_tasks TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
