"""A copy of the calendars that the gateway keeps."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE calendars (
tenant_id TEXT COLLATE "C" NOT NULL,
code TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
time_zone TEXT NOT NULL,
hours JSONB NOT NULL,
holidays JSONB NOT NULL,
is_default BOOLEAN NOT NULL,
status TEXT NOT NULL,
PRIMARY KEY (tenant_id, code)
);
ALTER TABLE calendars ENABLE ROW LEVEL SECURITY;
ALTER TABLE calendars FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON calendars TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON calendars TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON calendars TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON calendars TO prm_deals_app;
CREATE POLICY app_reads ON calendars FOR SELECT TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true));
CREATE POLICY app ON calendars TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
