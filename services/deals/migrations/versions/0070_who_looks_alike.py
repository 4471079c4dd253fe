"""What a customer is found by is read for itself, and the cases that name a deal are found by it."""

from alembic import op

revision = "0070"
down_revision = "0067"
branch_labels = None
depends_on = None

_STATEMENTS = """
CREATE INDEX match_keys_customer ON match_keys (tenant_id, customer_id);
CREATE TABLE conflict_case_rivals (
tenant_id TEXT COLLATE "C" NOT NULL,
deal_id TEXT COLLATE "C" NOT NULL,
case_id TEXT COLLATE "C" NOT NULL,
PRIMARY KEY (tenant_id, deal_id, case_id)
);
ALTER TABLE conflict_case_rivals ENABLE ROW LEVEL SECURITY;
ALTER TABLE conflict_case_rivals FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON conflict_case_rivals TO prm_deals_owner USING (true) WITH CHECK (true);
CREATE POLICY engine ON conflict_case_rivals TO prm_deals_engine USING (tenant_id = current_setting('prm.tenant', true)) WITH CHECK (tenant_id = current_setting('prm.tenant', true));
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_case_rivals TO prm_deals_engine;
GRANT SELECT, INSERT, UPDATE, DELETE ON conflict_case_rivals TO prm_deals_app;
CREATE POLICY app ON conflict_case_rivals TO prm_deals_app USING (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_')) WITH CHECK (tenant_id = current_setting('prm.tenant', true) AND left(current_setting('prm.viewer', true), 4) IN ('*', 'acc_'));
INSERT INTO conflict_case_rivals (tenant_id, deal_id, case_id)
SELECT DISTINCT tenant_id, found ->> 'deal_id', id FROM conflict_cases CROSS JOIN LATERAL jsonb_array_elements(findings) AS found
WHERE found ->> 'deal_id' IS NOT NULL;
"""


def upgrade() -> None:
    """Apply the statements one by one."""
    for statement in _STATEMENTS.split(";\n"):
        if statement.strip():
            op.execute(statement)
