"""How new the closure of each viewer is, so that repeated and shuffled events come to the same."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE TABLE visibility_versions (
tenant_id TEXT COLLATE "C" NOT NULL,
viewer TEXT COLLATE "C" NOT NULL,
version BIGINT NOT NULL,
PRIMARY KEY (tenant_id, viewer)
);
ALTER TABLE visibility_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE visibility_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON visibility_versions TO prm_incentives_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON visibility_versions TO prm_incentives_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_incentives_engine;
CREATE POLICY worker ON visibility_versions TO prm_incentives_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_incentives_worker;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
