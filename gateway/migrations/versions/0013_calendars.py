"""Calendars of business hours; a tenant that exists gets the shipped one, as a new one does."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE calendars (
tenant_id TEXT COLLATE "C" NOT NULL,
id TEXT COLLATE "C" NOT NULL,
version INTEGER NOT NULL,
created_at TIMESTAMP WITH TIME ZONE NOT NULL,
updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
code TEXT NOT NULL,
name TEXT NOT NULL,
time_zone TEXT NOT NULL,
hours JSONB NOT NULL,
holidays JSONB NOT NULL,
is_default BOOLEAN NOT NULL,
status TEXT NOT NULL CHECK (status IN ('active', 'retired')),
PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX calendars_code ON calendars (tenant_id, code);
CREATE INDEX calendars_newest ON calendars (tenant_id, created_at, id);
ALTER TABLE calendars ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendars FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON calendars TO prm_gateway_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON calendars TO prm_gateway_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON calendars TO prm_gateway_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendars TO prm_gateway_app;
CREATE POLICY app_reads ON calendars FOR SELECT TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON calendars TO prm_gateway_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
INSERT INTO calendars (tenant_id, id, version, created_at, updated_at, code, name, time_zone, hours, holidays, is_default, status)
SELECT id, 'cal_' || right(id, 26), 1, now(), now(), 'default', 'Business hours', 'UTC', (SELECT jsonb_agg(jsonb_build_object('weekday', day, 'from', '09:00', 'to', '17:00')) FROM unnest(ARRAY['monday', 'tuesday', 'wednesday', 'thursday', 'friday']) day), '[]', true, 'active' FROM tenants;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
