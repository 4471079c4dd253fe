"""Who answers what somebody is asked to approve, from one time to another."""

from alembic import op

revision = "0036"
down_revision = "0038"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE approval_delegations (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
from_account_id TEXT COLLATE "C" NOT NULL,
to_account_id TEXT COLLATE "C" NOT NULL,
starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
reason TEXT,
status TEXT NOT NULL CHECK (status IN ('scheduled', 'active', 'ended', 'revoked')),
revoked_at TIMESTAMP WITH TIME ZONE,
PRIMARY KEY (tenant_id, id),
CHECK (starts_at < ends_at)
);
CREATE INDEX approval_delegations_from ON approval_delegations (tenant_id, from_account_id, created_at, id);
CREATE INDEX approval_delegations_newest ON approval_delegations (tenant_id, created_at, id);
CREATE INDEX approval_delegations_standing ON approval_delegations (tenant_id, ends_at) WHERE status IN ('scheduled', 'active');
CREATE INDEX approval_delegations_to ON approval_delegations (tenant_id, to_account_id, created_at, id);
ALTER TABLE approval_delegations ENABLE ROW LEVEL SECURITY;
ALTER TABLE approval_delegations FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON approval_delegations TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON approval_delegations TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_delegations TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_delegations TO prm_deals_app;
CREATE POLICY app ON approval_delegations TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
