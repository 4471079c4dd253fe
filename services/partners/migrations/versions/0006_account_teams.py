"""Who of the vendor's staff looks after which partner, what is known of the staff, and how new each viewer's closure is."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE account_teams (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
partner_id TEXT COLLATE "C" NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
role TEXT NOT NULL CHECK (role IN ('owner', 'channel_manager', 'sales', 'technical', 'marketing', 'finance', 'support')),
backup_account_id TEXT COLLATE "C",
effective_from DATE NOT NULL,
effective_to DATE,
status TEXT NOT NULL CHECK (status IN ('scheduled', 'active', 'vacant', 'ended')),
given_name TEXT NOT NULL,
family_name TEXT NOT NULL,
email TEXT NOT NULL,
PRIMARY KEY (tenant_id, id),
CHECK (effective_to >= effective_from),
CONSTRAINT account_teams_once EXCLUDE USING gist (tenant_id WITH =, partner_id WITH =, account_id WITH =, daterange(effective_from, effective_to) WITH &&),
CONSTRAINT account_teams_one_owner EXCLUDE USING gist (tenant_id WITH =, partner_id WITH =, daterange(effective_from, effective_to) WITH &&) WHERE (role = 'owner')
);
CREATE INDEX account_teams_account ON account_teams (tenant_id, account_id, created_at, id);
CREATE INDEX account_teams_newest ON account_teams (tenant_id, created_at, id);
CREATE INDEX account_teams_partner ON account_teams (tenant_id, partner_id, created_at, id);
CREATE INDEX account_teams_role ON account_teams (tenant_id, role, created_at, id);
CREATE INDEX account_teams_status ON account_teams (tenant_id, status, created_at, id);
CREATE TABLE staff (
tenant_id TEXT COLLATE "C" NOT NULL,
account_id TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
kind TEXT NOT NULL,
status TEXT NOT NULL,
given_name TEXT NOT NULL,
family_name TEXT NOT NULL,
email TEXT NOT NULL,
PRIMARY KEY (tenant_id, account_id)
);
CREATE TABLE visibility_versions (
tenant_id TEXT COLLATE "C" NOT NULL,
viewer TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id, viewer)
);
ALTER TABLE account_teams ENABLE ROW LEVEL SECURITY;
ALTER TABLE account_teams FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON account_teams TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON account_teams TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON account_teams TO prm_partners_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON account_teams TO prm_partners_app;
CREATE POLICY app ON account_teams TO prm_partners_app USING (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR account_teams.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = account_teams.partner_id))) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND (current_setting('prm.viewer', true) = '*' OR account_teams.partner_id = split_part(current_setting('prm.viewer', true), '/', 1) OR EXISTS (SELECT FROM visible_partners seen WHERE seen.tenant_id = current_setting('prm.tenant', true) AND seen.viewer = current_setting('prm.viewer', true) AND seen.partner_id = account_teams.partner_id)));
ALTER TABLE staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON staff TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON staff TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON staff TO prm_partners_engine;
CREATE POLICY worker ON staff TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON staff TO prm_partners_worker;
ALTER TABLE visibility_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE visibility_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visibility_versions TO prm_partners_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visibility_versions TO prm_partners_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_partners_engine;
CREATE POLICY worker ON visibility_versions TO prm_partners_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_partners_worker;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
