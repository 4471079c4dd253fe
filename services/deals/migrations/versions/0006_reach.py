"""How new the closure of a viewer is is nothing that a request reads: machinery, as in the other services."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATEMENTS = """
DROP POLICY app ON visibility_versions;
REVOKE SELECT, INSERT, UPDATE, DELETE ON visibility_versions FROM prm_deals_app;
CREATE POLICY worker ON visibility_versions TO prm_deals_worker USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE, DELETE ON visibility_versions TO prm_deals_worker;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
